"""A live dataset as somebody declares it in a file: its fields, its key, who feeds it, how."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from parvis.opendata.rules.descriptions import TEMPLATE, Description
from parvis.opendata.rules.feeds import gbfs, gtfs_rt
from parvis.opendata.rules.fields import Field, FieldType

GBFS, GTFS_RT, JSON = "gbfs", "gtfs-rt", "json"
KINDS = (GBFS, GTFS_RT, JSON)
LEAST_EVERY = 10
"""Seconds between two calls to a source, at least."""
_SAID = ("title", "description", "publisher", "license", "license_url")
Given = Mapping[str, Any]


class Misdeclared(ValueError):
    """A declaration says too little or too much; the sentence says what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """A live dataset as it is to be opened; `pull` is None where its rows are pushed."""

    description: Description
    ttl: dt.timedelta | None
    history: bool
    pull: Mapping[str, Any] | None


def declared(given: Given) -> Declared:
    """Return the live dataset that a TOML file declares.

    It says `id`, `title`, `key`, `fields` (those of the source's standard by default), perhaps
    `description`, `publisher`, `license`, `license_url`, `theme`, `keyword`, `sort`, and what
    `series` reads.

    :raises Misdeclared: if something is missing, or is not what it should be
    """
    name, title = given.get("id"), given.get("title")
    if not isinstance(name, str) or not name or not isinstance(title, str) or not title:
        message = "A live dataset needs an « id » and a « title »."
        raise Misdeclared(message)
    standard, key = _of_the_standard(given.get("pull"))
    fields = [_field(one) for one in given["fields"]] if given.get("fields") else standard
    metas = {part: given[part] for part in _SAID if given.get(part)}
    metas |= {part: list(given[part]) for part in ("theme", "keyword") if given.get(part)}
    description = Description(
        dataset_id=name,
        metas={TEMPLATE: metas},
        fields=[one.to_json() for one in fields],
        key_fields=tuple(given.get("key") or key),
        sort_fields=tuple(given.get("sort") or given.get("key") or key),
    )
    return series(description, given)


def series(description: Description, given: Given) -> Declared:
    """Return how a described dataset is fed: `ttl` (seconds), `history`, `pull` with `kind`, `url`,
    `every` (seconds) and `options`.

    :raises Misdeclared: if something is missing, or is not what it should be
    """
    names = {one["name"] for one in description.fields}
    missing = [one for one in description.key_fields if one not in names]
    if missing or not description.key_fields:
        message = f"{description.dataset_id}: name « key » fields that are among its fields."
        raise Misdeclared(message)
    ttl = given.get("ttl")
    if ttl is not None and not _is_whole(ttl, 1):
        message = f"{description.dataset_id}: « ttl » is a number of seconds."
        raise Misdeclared(message)
    return Declared(
        description=description,
        ttl=dt.timedelta(seconds=ttl) if ttl else None,
        history=bool(given.get("history", False)),
        pull=_pull(given.get("pull"), names),
    )


def _of_the_standard(pull: Any) -> tuple[Sequence[Field], tuple[str, ...]]:
    """Return the fields and the key that a source's standard gives."""
    kind = pull.get("kind") if isinstance(pull, Mapping) else None
    if kind == GBFS:
        return gbfs.FIELDS, gbfs.KEY
    if kind == GTFS_RT:
        entity = str((pull.get("options") or {}).get("entity") or gtfs_rt.VEHICLES)
        return gtfs_rt.FIELDS.get(entity, ()), gtfs_rt.KEY
    return (), ()


def _field(given: Given) -> Field:
    try:
        return Field(
            name=given["name"],
            type=FieldType(given["type"]),
            label=str(given.get("label", "")),
            description=str(given.get("description", "")),
            annotations=_annotations(given.get("annotations", ())),
        )
    except (KeyError, TypeError, ValueError) as error:
        types = ", ".join(FieldType)
        message = f"A field has a « name » and a « type » ({types}): {given!r:.100}"
        raise Misdeclared(message) from error


def _annotations(given: Sequence[str]) -> dict[str, tuple[str, ...]]:
    pairs = [one.partition("=") for one in given]
    return {name: (value,) if value else () for name, _sign, value in pairs}


def _pull(given: Any, names: set[str]) -> Mapping[str, Any] | None:
    if given is None:
        return None
    if not isinstance(given, Mapping) or given.get("kind") not in KINDS or not given.get("url"):
        message = f"« pull » needs a « kind » ({', '.join(KINDS)}) and a « url »."
        raise Misdeclared(message)
    every = given.get("every", 60)
    if not _is_whole(every, LEAST_EVERY):
        message = f"« every » is a number of seconds, at least {LEAST_EVERY}."
        raise Misdeclared(message)
    options = dict(given.get("options") or {})
    unknown = [*(options.get("fields") or {}), *(options.get("values") or {})]
    unknown = [one for one in unknown if one not in names]
    if unknown:
        message = f"« options » speaks of fields that are not there: {', '.join(unknown)}."
        raise Misdeclared(message)
    _check_zone(options.get("timezone"))
    return {"kind": given["kind"], "url": str(given["url"]), "every": every, "options": options}


def _check_zone(name: Any) -> None:
    try:
        ZoneInfo(str(name or "UTC"))
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        message = f"There is no time zone {name!r}."
        raise Misdeclared(message) from error


def _is_whole(value: Any, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value < 1 << 31
