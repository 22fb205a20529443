"""From a cell's text to a value of its field's type, in SQL: null where the text does not fit."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from parvis.opendata.rules.fields import Field, FieldType
from parvis.opendata.rules.reading.columns import quoted
from parvis.opendata.rules.reading.kinds import FALSE, MONTHS, SPACES, TRUE, Kind

_NUMBER = r"([-+]?[0-9]+(?:\.[0-9]+)?)"
_DAY_PARTS = r"^(\d\d?)[/.-](\d\d?)[/.-](\d{4})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How a column writes its values: which kinds of cells it holds, and the American order of
    days."""

    kinds: Collection[Kind] = ()
    month_first: bool = False


def expressions(one: Field, v: str, manner: Manner) -> list[str]:
    """Return the SQL of each column a field is kept in; `v` is the SQL of its text.

    A shape gives its text: its geometry is read afterwards, where geometry can be.
    """
    if one.type is FieldType.GEO_POINT:
        return _point(v, manner)
    if one.is_multivalued:
        return [_many(one, v)]
    written = {
        FieldType.INT: _integer,
        FieldType.DOUBLE: _number,
        FieldType.BOOLEAN: _boolean,
        FieldType.DATE: _date,
        FieldType.DATETIME: _datetime,
        FieldType.JSON: _json,
    }
    write = written.get(one.type)
    return [write(v, manner) if write else v]


def _plain_number(v: str, manner: Manner) -> str:
    """Return the SQL of a number as machines write it."""
    spaced = {Kind.INT_SPACED, Kind.POINT_SPACED, Kind.COMMA}
    if not spaced.isdisjoint(manner.kinds):
        v = f"translate({v}, {quoted(SPACES)}, '')"
    if Kind.DOTS_COMMA in manner.kinds:
        return f"replace(replace({v}, '.', ''), ',', '.')"
    if Kind.COMMAS_POINT in manner.kinds:
        return f"replace({v}, ',', '')"
    return f"replace({v}, ',', '.')"


def _number(v: str, manner: Manner) -> str:
    plain = _plain_number(v, manner)
    number = f"try_cast({plain} AS DOUBLE)"
    # The engine would also read « 1_000 » and « inf », which no table means as a number.
    return f"(CASE WHEN NOT contains({v}, '_') AND isfinite({number}) THEN {number} END)"


def _integer(v: str, manner: Manner) -> str:
    if set(manner.kinds) <= {Kind.INT}:
        return f"try_cast({v} AS BIGINT)"
    plain = _plain_number(v, manner)
    # « 2018.0 » is a whole number, 2018.5 is none.
    whole = f"regexp_replace({plain}, '\\.0*$', '')"
    is_whole = f"regexp_full_match({whole}, '[-+]?[0-9]+')"
    return f"(CASE WHEN {is_whole} THEN try_cast({whole} AS BIGINT) END)"


def _boolean(v: str, manner: Manner) -> str:
    del manner
    yes, no = (", ".join(map(quoted, words)) for words in ((*TRUE, "1"), (*FALSE, "0")))
    return f"(CASE WHEN lower({v}) IN ({yes}) THEN true WHEN lower({v}) IN ({no}) THEN false END)"


def _date(v: str, manner: Manner) -> str:
    day = "'%m/%d/%Y', '%m-%d-%Y'" if manner.month_first else "'%d/%m/%Y', '%d-%m-%Y', '%d.%m.%Y'"
    text = _without_words(v) if Kind.DATE_WORDS in manner.kinds else v
    # A date field may be given moments at midnight: « 2017-12-14 00:00:00 » is that day.
    text = f"regexp_replace({text}, '[T ]00:00(:00([.]0+)?)?$', '')"
    return f"CAST(try_strptime({text}, ['%Y-%m-%d', '%Y/%m/%d', {day}]) AS DATE)"


def _without_words(v: str) -> str:
    """Return the SQL that turns « 7 janvier 2024 » into « 7/01/2024 »."""
    text = f"regexp_replace(lower({v}), '^1er ', '1 ')"
    for number, words in enumerate(MONTHS, start=1):
        for word in words:
            text = f"replace({text}, {quoted(f' {word} ')}, '/{number:02d}/')"
    return text


def _datetime(v: str, manner: Manner) -> str:
    order = r"\3-\1-\2" if manner.month_first else r"\3-\2-\1"
    if not {Kind.TIME_DAY, Kind.DATE_DAY}.isdisjoint(manner.kinds):
        v = f"regexp_replace({v}, {quoted(_DAY_PARTS)}, {quoted(order)})"
        v = rf"regexp_replace({v}, '^(\S+)(?: à)? (\d)([h:])', '\1 0\2\3')"
        v = rf"regexp_replace(replace({v}, ' à ', ' '), '(\d\d)h(\d\d)', '\1:\2')"
    # A time without an offset is a time of the session's zone, the city's.
    return f"(try_cast({v} AS TIMESTAMPTZ) AT TIME ZONE 'UTC')"


def _point(v: str, manner: Manner) -> list[str]:
    if {Kind.OBJECT} & set(manner.kinds):
        parts = {name: f"regexp_extract({v}, {quoted(_key(name))}, 1)" for name in ("lon", "lat")}
        lon, lat = (f"try_cast({parts[name]} AS DOUBLE)" for name in ("lon", "lat"))
    else:
        bare = f"trim({v}, '[] ')"
        lat, lon = (
            f"try_cast(trim(regexp_split_to_array({bare}, '[,;]')[{place}]) AS DOUBLE)"
            for place in (1, 2)
        )
    inside = f"{lat} BETWEEN -90 AND 90 AND {lon} BETWEEN -180 AND 180"
    return [f"(CASE WHEN {inside} THEN {lon} END)", f"(CASE WHEN {inside} THEN {lat} END)"]


def _key(name: str) -> str:
    return rf"""["']{name}(?:gitude|itude)?["']\s*:\s*["']?{_NUMBER}"""


def _json(v: str, manner: Manner) -> str:
    del manner
    return f"(CASE WHEN json_valid({v}) THEN {v} END)"


def _many(one: Field, v: str) -> str:
    separator = quoted((one.annotations["multivalued"] or (",",))[0])
    parts = f"list_transform(string_split({v}, {separator}), part -> trim(part))"
    return f"(CASE WHEN {v} IS NOT NULL THEN list_filter({parts}, part -> part <> '') END)"
