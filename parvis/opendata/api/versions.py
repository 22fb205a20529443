"""Versions of a dataset: which one a question is put to, which there are, what changed."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.http.response import HttpResponseBase

from parvis.kernel.errors import NotFound
from parvis.kernel.http import CityRequest
from parvis.opendata import forms
from parvis.opendata.api import answers
from parvis.opendata.api.door import as_json, check_open, explore
from parvis.opendata.forms import Asked, Moment
from parvis.opendata.queries import catalogue, diffs, versions
from parvis.opendata.queries.engine import VersionFile, read_cursor
from parvis.opendata.queries.versions import Edition
from parvis.opendata.rules.odsql.errors import bad_parameter

_MOST_ROWS = 1_000


def asked_version(request: CityRequest, dataset_id: str, asked: Asked) -> VersionFile:
    """Return the version that a question is put to: whoever walks by `next` stays in one version.

    :raises NotFound: if there is none; the message says where rows that are not held here are
    :raises Forbidden: if its rows are restricted to keys, and the call brings none of them
    """
    if asked.cursor:
        _check_readable(request, dataset_id)
        return versions.continued(dataset_id, read_cursor(asked.cursor).version)
    return version_at(request, dataset_id, asked.moment)


def version_at(request: CityRequest, dataset_id: str, moment: Moment) -> VersionFile:
    """Return the version of a moment.

    :raises NotFound, Forbidden: as `asked_version`
    """
    _check_readable(request, dataset_id)
    if moment.number is not None:
        return versions.numbered(dataset_id, moment.number)
    if moment.as_of is not None:
        return versions.as_of(dataset_id, moment.as_of)
    return versions.current(dataset_id)


def _check_readable(request: CityRequest, dataset_id: str) -> None:
    gate = catalogue.gate(dataset_id)
    check_open(request, gate)
    if not gate.is_held:
        elsewhere = f": they are at {gate.source_url}" if gate.source_url else ""
        message = f"The records of dataset {dataset_id} are not held here{elsewhere}."
        raise NotFound("no_records", message)


@explore
def listed(request: CityRequest, dataset_id: str) -> HttpResponseBase:
    """Return every version of a dataset, newest first."""
    current = version_at(request, dataset_id, Moment()).number
    found = [
        {
            **_edition(one),
            "is_current": one.number == current,
            "links": _links(request, dataset_id, one.number),
        }
        for one in versions.editions(dataset_id)
    ]
    return as_json({"total_count": len(found), "results": found})


def _edition(one: Edition) -> dict[str, Any]:
    return {
        "version": one.number,
        "published_at": one.published_at.isoformat(),
        "records_count": one.rows,
        "size": one.file_size,
        "sha256": one.sha256,
        "note": one.note or None,
        "origin": one.origin or None,
    }


@explore
def difference(request: CityRequest, dataset_id: str) -> HttpResponseBase:
    """Return what changed from version `from` to version `to`, by default the last change."""
    new = version_at(request, dataset_id, _numbered(request, "to"))
    before = _numbered(request, "from")
    old = version_at(request, dataset_id, before if before.number else _previous(new))
    limit = forms.whole(request.GET, "limit", forms.DEFAULT_LIMIT, low=0, high=_MOST_ROWS)
    tag = answers.tag_of(dataset_id, old.number, new.number)
    return answers.unless_known(request, tag, lambda: as_json(_diff_body(old, new, limit)))


def _numbered(request: CityRequest, name: str) -> Moment:
    number = forms.whole(request.GET, name, 0, low=1)
    return Moment(number=number or None)


def _previous(new: VersionFile) -> Moment:
    if new.number == 1:
        raise bad_parameter("to", found="1", expected="a version that follows another")
    return Moment(number=new.number - 1)


def _diff_body(old: VersionFile, new: VersionFile, limit: int) -> dict[str, Any]:
    found = diffs.diff(old, new, limit=limit)
    return {
        "from": old.number,
        "to": new.number,
        "counts": {"added": found.added, "removed": found.removed, "changed": found.changed},
        "fields": {"added": found.fields_added, "removed": found.fields_removed},
        "added": found.added_rows,
        "removed": found.removed_rows,
        "changed": [asdict(one) for one in found.changed_rows],
    }


def _links(request: CityRequest, dataset_id: str, number: int) -> list[answers.Link]:
    given = request.GET.copy()
    given.clear()
    given["version"] = str(number)
    path = f"catalog/datasets/{dataset_id}"
    return [
        answers.link(request, "records", f"{path}/records", given),
        answers.link(request, "exports", f"{path}/exports/csv", given),
    ]
