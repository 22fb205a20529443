"""Which version of a dataset is served: the current one, one by its number, one by its date."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, replace

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from parvis.kernel.errors import NotFound
from parvis.opendata.models import Dataset, DatasetVersion
from parvis.opendata.queries import tails
from parvis.opendata.queries.engine.remembering import Remembered
from parvis.opendata.queries.engine.shapes import Part, VersionFile
from parvis.opendata.rules.fields import Schema

# Asked before every question about rows, and so in few words.
_SERVED = """
    SELECT version.public_id, live.id IS NOT NULL FROM opendata_dataset AS dataset
    LEFT JOIN opendata_version AS version ON version.id = dataset.current_id
    LEFT JOIN opendata_live_series AS live ON live.dataset_id = dataset.id
    WHERE dataset.dataset_id = %s
"""
# What is said of a version never changes.
_known: Remembered[VersionFile] = Remembered(room=20_000, weight=lambda one: len(one.schema.fields))


def current(dataset_id: str) -> VersionFile:
    """Return what is served now: the current version and, of a live dataset, what came after it.

    :raises NotFound: `no_dataset`, or `no_version` if it is described and not held
    """
    with connection.cursor() as cursor:
        cursor.execute(_SERVED, [dataset_id])
        served = cursor.fetchone()
    if served is None:
        raise no_dataset(dataset_id)
    version, is_live = served
    if version is None:
        raise no_version()
    return _live_now(dataset_id) if is_live else _known.get(version, lambda: _sealed(version))


def _sealed(public_id: uuid.UUID) -> VersionFile:
    version = DatasetVersion.objects.select_related("dataset").get(public_id=public_id)
    return _version_file(version.dataset.dataset_id, version)


def _live_now(dataset_id: str) -> VersionFile:
    # Version and series are read in one statement: neither is of another moment than the other.
    found = Dataset.objects.select_related("current", "live").filter(dataset_id=dataset_id)
    dataset = found.first()
    if dataset is None or dataset.current is None:
        raise no_version()
    return _live(_version_file(dataset_id, dataset.current), dataset.current, dataset)


def continued(dataset_id: str, number: int) -> VersionFile:
    """Return the version that somebody walks through page by page: a live one goes on to grow.

    :raises NotFound: `no_dataset` or `no_version`
    """
    found = _versions(dataset_id).select_related("dataset", "dataset__live").filter(number=number)
    version = found.first()
    if version is None:
        return _first(dataset_id, found)
    return _live(_version_file(dataset_id, version), version, version.dataset)


def _live(sealed: VersionFile, version: DatasetVersion, dataset: Dataset) -> VersionFile:
    series = getattr(dataset, "live", None)
    tail = tails.tail_of(sealed, version, series) if series is not None else None
    if tail is None:
        return sealed
    return replace(sealed, tail=tail, rows=sealed.rows - tail.hides + tail.rows)


def numbered(dataset_id: str, number: int) -> VersionFile:
    """Return one version by its number, from 1.

    :raises NotFound: `no_dataset` or `no_version`
    """
    return _first(dataset_id, _versions(dataset_id).filter(number=number))


def as_of(dataset_id: str, moment: dt.datetime) -> VersionFile:
    """Return the version that was served at a moment.

    :raises NotFound: `no_dataset`, or `no_version` if there was none yet
    """
    earlier = _versions(dataset_id).filter(published_at__lte=moment)
    return _first(dataset_id, earlier.order_by("-published_at", "-number"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """A version as a page lists it; `origin` says where its rows came from."""

    number: int
    rows: int
    file_size: int
    sha256: str
    note: str
    origin: str
    published_at: dt.datetime


def editions(dataset_id: str) -> list[Edition]:
    """Return every version of a dataset, newest first."""
    return [
        Edition(
            number=one.number,
            rows=one.rows,
            file_size=one.file_size,
            sha256=one.sha256,
            note=one.note,
            origin=one.origin,
            published_at=one.published_at,
        )
        for one in _versions(dataset_id).order_by("-number")
    ]


def no_dataset(dataset_id: str) -> NotFound:
    """Return the refusal of a dataset that is not in the catalogue."""
    sentence = _("The requested dataset %(dataset)s does not exist.") % {"dataset": dataset_id}
    return NotFound("no_dataset", sentence)


def no_version() -> NotFound:
    """Return the refusal of a version that does not exist."""
    return NotFound("no_version", _("We hold no such version of this dataset."))


def _versions(dataset_id: str) -> QuerySet[DatasetVersion]:
    return DatasetVersion.objects.filter(dataset__dataset_id=dataset_id)


def _first(dataset_id: str, found: QuerySet[DatasetVersion]) -> VersionFile:
    version = found.first()
    if version is not None:
        return _version_file(dataset_id, version)
    if not Dataset.objects.filter(dataset_id=dataset_id).exists():
        raise no_dataset(dataset_id)
    raise no_version()


def _version_file(dataset_id: str, version: DatasetVersion) -> VersionFile:
    return VersionFile(
        dataset_id=dataset_id,
        number=version.number,
        sha256=version.sha256,
        file=version.file,
        index=version.index,
        schema=Schema.from_json(version.fields),
        rows=version.rows,
        file_size=version.file_size,
        published_at=version.published_at,
        parts=tuple(Part(file=one["file"], index=one["index"]) for one in version.parts),
    )
