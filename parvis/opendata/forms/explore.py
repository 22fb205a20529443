"""What may stand in an address of the Explore API: the shape of its parameters."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.http import QueryDict

from parvis.opendata.rules.odsql import tree
from parvis.opendata.rules.odsql.errors import bad_parameter, shown
from parvis.opendata.rules.odsql.parsing import (
    parse_group_by,
    parse_order_by,
    parse_select,
    parse_where,
)

LANGUAGES = ("en", "fr", "nl", "pt", "it", "ar", "de", "es", "ca", "eu", "sv")
DEFAULT_LIMIT = 10
MAX_LIMIT, MAX_WINDOW = 100, 10_000
MAX_GROUPS = 20_000
"""With group_by, both the limit and the sum of offset and limit may go so far."""
DELIMITERS = (";", ",", "\t", "|")
COMPRESSIONS = ("snappy", "zstd")
_TRUE, _FALSE = frozenset({"true", "1", "yes"}), frozenset({"false", "0", "no", ""})
_LARGEST = 2**63 - 1
_PLUS = re.compile(r"(?<=:[0-9]{2}) (?=[0-9]{2}:[0-9]{2}$)")
"""The plus sign of a time zone, which an address that forgot to escape it turns into a space."""
_WHOLE = re.compile(r"[+-]?[0-9]{1,30}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """Which version is asked for: by number, as of a moment, or the current one."""

    number: int | None = None
    as_of: dt.datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question to the catalogue or to a dataset, as its address says it.

    `cursor` is None unless one walks by `next`; then it may be empty, for the first page.
    """

    query: tree.Query
    refine: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    facets: tuple[str, ...] = ()
    has_links: bool = False
    has_app_metas: bool = False
    moment: Moment = Moment()
    cursor: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileOptions:
    """How an exported file is to be written."""

    use_labels: bool = False
    compressed: bool = False
    epsg: int = 4326
    delimiter: str = ";"
    list_separator: str = ","
    quote_all: bool = False
    with_bom: bool = True
    parquet_compression: str = "snappy"
    name_field: str = ""
    description_fields: tuple[str, ...] = ()
    use_extension: bool = True


def read_records(given: QueryDict, *, now: dt.datetime) -> Asked:
    """Read a question for a page of rows.

    :raises QueryError: for a clause that cannot be read or a number out of its bounds
    """
    query = _clauses(given, now)
    limit, offset = _page(given, grouped=bool(query.group_by))
    return _asked(given, query, limit=limit, offset=offset)


def read_export(given: QueryDict, *, now: dt.datetime) -> Asked:
    """Read a question for all rows; the limit has no upper bound, -1 is none.

    :raises QueryError: for a clause that cannot be read or a number out of its bounds
    """
    query = _clauses(given, now)
    limit = whole(given, "limit", -1, low=-1)
    offset = whole(given, "offset", 0, low=0)
    return _asked(given, query, limit=None if limit < 0 else limit, offset=offset)


def read_file_options(given: QueryDict, *, labels: bool = False) -> FileOptions:
    """Read how a file is to be written; `labels` is the default of `use_labels`.

    :raises QueryError: for a value that is none of those documented
    """
    return FileOptions(
        use_labels=flag(given, "use_labels", default=labels),
        compressed=flag(given, "compressed", default=False),
        epsg=whole(given, "epsg", 4326, low=1),
        delimiter=_one_of(given, "delimiter", DELIMITERS),
        list_separator=given.get("list_separator", ","),
        quote_all=flag(given, "quote_all", default=False),
        with_bom=flag(given, "with_bom", default=True),
        parquet_compression=_one_of(given, "parquet_compression", COMPRESSIONS),
        name_field=given.get("name_field", ""),
        description_fields=tuple(filter(None, given.get("description_field_list", "").split(","))),
        use_extension=flag(given, "use_extension", default=True),
    )


# --- pieces ---------------------------------------------------------------------------------------


def _clauses(given: QueryDict, now: dt.datetime) -> tree.Query:
    conditions = tuple(parse_where(text) for text in given.getlist("where") if text.strip())
    select = given.get("select", "")
    where = tree.And(conditions=conditions) if len(conditions) > 1 else None
    return tree.Query(
        select=parse_select(select) if select.strip() else (),
        where=where or (conditions[0] if conditions else None),
        group_by=parse_group_by(given.get("group_by", "")),
        order_by=parse_order_by(given.get("order_by", "")),
        timezone=time_zone(given).key,
        language=_one_of(given, "lang", LANGUAGES, default="fr"),
        now=now,
    )


def _asked(given: QueryDict, query: tree.Query, *, limit: int | None, offset: int) -> Asked:
    return Asked(
        query=replace(query, limit=limit, offset=offset),
        refine=tuple(given.getlist("refine")),
        exclude=tuple(given.getlist("exclude")),
        facets=tuple(given.getlist("facet")),
        has_links=flag(given, "include_links", default=False),
        has_app_metas=flag(given, "include_app_metas", default=False),
        moment=read_moment(given),
        cursor=_cursor(given, offset),
    )


def _cursor(given: QueryDict, offset: int) -> str | None:
    cursor = given.get("next")
    if cursor is not None and offset:
        raise bad_parameter("offset", found=str(offset), expected="0, beside next,")
    return cursor


def _page(given: QueryDict, *, grouped: bool) -> tuple[int, int]:
    """Return limit and offset; a limit of -1 is the largest there is."""
    largest, window = (MAX_GROUPS, MAX_GROUPS) if grouped else (MAX_LIMIT, MAX_WINDOW)
    limit = whole(given, "limit", DEFAULT_LIMIT, low=-1, high=largest)
    offset = whole(given, "offset", 0, low=0)
    limit = largest if limit < 0 else limit
    if offset + limit > window:
        raise bad_parameter(
            "sum of offset + limit", found=str(offset + limit), expected=f"<= {window}"
        )
    return limit, offset


def read_moment(given: QueryDict) -> Moment:
    """Read which version is asked for.

    :raises QueryError: if it is asked for twice, or not by a number or a date
    """
    version, as_of = given.get("version"), given.get("as_of")
    if version is not None and as_of is not None:
        raise bad_parameter(
            "as_of", found=shown(as_of, width=60), expected="nothing, beside version,"
        )
    if version is not None:
        return Moment(number=whole(given, "version", 1, low=1))
    return Moment(as_of=_date(as_of) if as_of is not None else None)


def _date(text: str) -> dt.datetime:
    """Return the moment that is written; a day alone means its end, in UTC."""
    try:
        read = dt.datetime.fromisoformat(_PLUS.sub("+", text.strip()))
    except ValueError as error:
        expected = "a date such as 2026-01-31 or 2026-01-31T12:00:00+01:00"
        raise bad_parameter("as_of", found=shown(text, width=60), expected=expected) from error
    if len(text.strip()) <= len("2026-01-31"):
        read = dt.datetime.combine(read.date(), dt.time.max)
    return read if read.tzinfo else read.replace(tzinfo=dt.UTC)


def time_zone(given: QueryDict) -> ZoneInfo:
    """Read the time zone of the answer, UTC unless said otherwise.

    :raises QueryError: for a name that no zone has
    """
    name = given.get("timezone") or "UTC"
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise bad_parameter(
            "timezone", found=shown(name, width=60), expected="the name of a time zone"
        ) from error


def whole(given: QueryDict, name: str, default: int, *, low: int, high: int | None = None) -> int:
    """Read a whole number.

    :raises QueryError: if it is none, or out of its bounds
    """
    text = given.get(name, "").strip()
    if not text:
        return default
    expected = f"{low} <= {name} <= {high}" if high is not None else f">= {low}"
    if not _WHOLE.fullmatch(text):
        raise bad_parameter(name, found=shown(text, width=60), expected=expected)
    value = int(text)
    if not low <= value <= (_LARGEST if high is None else high):
        raise bad_parameter(name, found=text, expected=expected)
    return value


def flag(given: QueryDict, name: str, *, default: bool) -> bool:
    """Read a yes or no.

    :raises QueryError: if it is neither
    """
    text = given.get(name)
    if text is None:
        return default
    if text.lower() not in _TRUE | _FALSE:
        raise bad_parameter(name, found=shown(text, width=60), expected="true or false")
    return text.lower() in _TRUE


def _one_of(given: QueryDict, name: str, choices: tuple[str, ...], default: str = "") -> str:
    text = given.get(name, "")
    if text in choices:
        return text
    # A program may write a tab as the two signs one types for it.
    if text == "\\t" and "\t" in choices:
        return "\t"
    if text:
        expected = "one of " + " ".join(choice.replace("\t", "\\t") for choice in choices)
        raise bad_parameter(name, found=shown(text, width=60), expected=expected)
    return default or choices[0]


def check_export(asked: Asked) -> None:
    """Refuse to sort groups by an aggregate beyond the groups one may see.

    :raises QueryError: as the Explore API does for more than 20,000 of them
    """
    query = asked.query
    is_small = query.limit is not None and query.limit <= MAX_GROUPS
    sorts_aggregates = any(
        isinstance(node, tree.Aggregate) for node, _depth in tree.descendants(*query.order_by)
    )
    if sorts_aggregates and not is_small:
        raise bad_parameter(
            "limit",
            found="-1" if query.limit is None else str(query.limit),
            expected=f"<= {MAX_GROUPS}, where order_by sorts by an aggregation,",
        )
