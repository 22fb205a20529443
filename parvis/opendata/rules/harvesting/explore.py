"""A portal that speaks the Explore API v2.1, as its catalogue or the export of it describes
datasets."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeGuard
from urllib.parse import quote, urlencode

from parvis.opendata.rules.descriptions import OURS, TEMPLATE
from parvis.opendata.rules.fields import FieldType
from parvis.opendata.rules.harvesting.precision import short_dates
from parvis.opendata.rules.harvesting.remote import (
    Broken,
    Remote,
    Rows,
    Unfit,
    name_of,
    text,
    tidy,
    web,
    word,
    words,
)

PAGE = 100
"""Datasets on a page, the most the API gives."""
WINDOW = 10_000
"""How far one may page in."""
_LONGEST_FEATURE = 30
_API = "/api/explore/v2.1"
_WORDS = ("publisher", "license", "language", "source_domain", "source_domain_title")
_LISTS = ("theme", "keyword", "territory")
_FIELD_NAME = re.compile(r"[A-Za-z0-9_]{1,200}")
_ADDRESSES = ("license_url", "source_domain_address")
# Every Explore portal offers CSV; its dates and places are those of its API.
_CSV = {"delimiter": ";", "list_separator": ",", "use_labels": "false", "with_bom": "true"}


def base(address: str) -> str:
    """Return the address of the API: what somebody typed, or the API of the portal they named."""
    plain = address.split("?")[0].rstrip("/")
    known = plain.partition(_API)
    return known[0] + known[1] if known[1] else plain + _API


def export_address(address: str) -> str:
    """Return where the whole catalogue is one file."""
    return f"{base(address)}/catalog/exports/json"


def page_address(address: str, offset: int) -> str:
    """Return where a page of the catalogue is."""
    asked = urlencode({"limit": PAGE, "offset": offset, "order_by": "dataset_id"})
    return f"{base(address)}/catalog/datasets?{asked}"


def decoded(content: bytes) -> Any:
    """Return the JSON that was answered.

    :raises Unfit: `not_json`
    """
    try:
        return json.loads(content, parse_constant=lambda _name: None)
    except (ValueError, RecursionError) as error:
        raise Unfit("not_json") from error


def exported(content: bytes) -> list[Any]:
    """Return the datasets of an export.

    :raises Unfit: `not_json`, `not_explore`
    """
    document = decoded(content)
    if not isinstance(document, list):
        raise Unfit("not_explore")
    return document


def page(content: bytes) -> tuple[int, list[Any]]:
    """Return how many datasets a catalogue says it has, and those of one page.

    :raises Unfit: `not_json`, `not_explore`
    """
    document = decoded(content)
    total = document.get("total_count") if isinstance(document, dict) else None
    results = document.get("results") if isinstance(document, dict) else None
    if not isinstance(total, int) or not isinstance(results, list):
        raise Unfit("not_explore")
    return total, results


def remotes(datasets: Iterable[Any], address: str) -> Iterable[Remote | Broken]:
    """Yield the datasets of an export or of pages, each read or broken."""
    for place, one in enumerate(datasets, start=1):
        yield _remote(one, base(address), place)


def _remote(given: Any, api: str, place: int) -> Remote | Broken:
    if not isinstance(given, dict) or not word(given.get("dataset_id")):
        return Broken(remote_id=f"#{place}", code="no_id", details={"place": place})
    dataset_id = text(given["dataset_id"])
    metas = given.get("metas")
    default = metas.get(TEMPLATE) if isinstance(metas, dict) else None
    if not isinstance(metas, dict) or not isinstance(default, dict):
        return Broken(remote_id=dataset_id, code="no_metas")
    if not text(default.get("title")):
        return Broken(remote_id=dataset_id, code="no_title")
    # A portal writes the fields of a dataset that has none as an empty object.
    fields = given.get("fields") or []
    strange = [one for one in fields if not _is_field(one)] if _is_list(fields) else [fields]
    if strange:
        return Broken(remote_id=dataset_id, code="strange_field", details={"field": _cut(strange)})
    path = f"{api}/catalog/datasets/{quote(dataset_id, safe='')}"
    known = _default(default)
    return Remote(
        remote_id=dataset_id,
        name=name_of(dataset_id),
        metas={**_templates(metas), TEMPLATE: known},
        fields=[_field(one) for one in fields],
        features=[one for one in words(given.get("features")) if len(one) <= _LONGEST_FEATURE],
        attachments=list(_attachments(given.get("attachments"), path)),
        page=f"{api.removesuffix(_API)}/explore/dataset/{quote(dataset_id, safe='')}/",
        rows=_rows(known, path, fields) if _has_rows(given) else None,
        home=known["source_domain"] if known.get("federated") else "",
    )


def _is_list(given: Any) -> TypeGuard[list[Any]]:
    return isinstance(given, list)


def _is_field(one: Any) -> bool:
    return (
        isinstance(one, dict)
        and isinstance(one.get("name"), str)
        and _FIELD_NAME.fullmatch(one["name"]) is not None
        and one.get("type") in set(FieldType)
        and isinstance(one.get("annotations") or {}, dict)
    )


def _field(given: Mapping[str, Any]) -> dict[str, Any]:
    annotations = {
        word(name): words(values or []) for name, values in (given.get("annotations") or {}).items()
    }
    return {
        "name": given["name"],
        "label": word(given.get("label")) or given["name"],
        "type": given["type"],
        "description": text(given.get("description")) or None,
        "annotations": annotations,
    }


def _cut(strange: list[Any]) -> str:
    return text(json.dumps(tidy(strange[0]), ensure_ascii=False), 80)


def _templates(metas: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the metadata templates as they are, but for what a portal like ours says of itself."""
    return {
        text(name, 80): tidy(one)
        for name, one in metas.items()
        if isinstance(one, dict) and name != OURS
    }


def _default(given: Mapping[str, Any]) -> dict[str, Any]:
    known: dict[str, Any] = tidy(dict(given))
    known["title"] = text(given["title"])
    known["description"] = text(given.get("description")) or None
    known |= {name: word(given.get(name)) or None for name in _WORDS}
    known |= {name: words(given.get(name)) for name in _LISTS}
    known |= {name: web(given.get(name)) or None for name in _ADDRESSES}
    known["federated"] = given.get("federated") is True and bool(known["source_domain"])
    return known


def _has_rows(given: Mapping[str, Any]) -> bool:
    """Tell whether a dataset has rows that everybody may read there."""
    is_open = given.get("data_visible", True) and given.get("visibility") != "restricted"
    return bool(given.get("has_records", True) and is_open)


def _rows(known: Mapping[str, Any], path: str, fields: Iterable[Any]) -> Rows:
    processed = known.get("data_processed")
    stamp = f"{processed} {known.get('records_count')}" if processed else ""
    return Rows(
        address=f"{path}/exports/csv?{urlencode(_CSV)}",
        stamp=stamp,
        short_dates=short_dates(map(_field, fields)),
    )


def _attachments(given: Any, path: str) -> Iterable[dict[str, Any]]:
    """Yield the files beside a dataset; one that the portal names in a way of its own is asked for
    through the API."""
    for one in given if isinstance(given, list) else ():
        if not isinstance(one, dict):
            continue
        known = {name: text(one.get(name), 300) for name in ("mimetype", "title", "id")}
        address = web(one.get("url"))
        if not address and known["id"]:
            address = f"{path}/attachments/{quote(known['id'], safe='')}"
        if address:
            yield {**known, "url": address}
