"""Which version of a dataset is served: the current one, one by its number, one by its date."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from parvis.kernel.errors import NotFound
from parvis.opendata.models import Dataset, DatasetVersion
from parvis.opendata.queries.engine.shapes import VersionFile
from parvis.opendata.rules.fields import Schema


def current(dataset_id: str) -> VersionFile:
    """Return the version that is served now.

    :raises NotFound: `no_dataset`, or `no_version` if it is described and not held
    """
    dataset = Dataset.objects.select_related("current").filter(dataset_id=dataset_id).first()
    if dataset is None:
        raise no_dataset(dataset_id)
    if dataset.current is None:
        raise no_version()
    return _version_file(dataset_id, dataset.current)


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
    )
