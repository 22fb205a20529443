"""The catalogues that are harvested: which there are, which are due, what came from them."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _

from parvis.kernel.errors import NotFound
from parvis.opendata.models import HarvestedDataset, HarvestSource

# The schedule looks every quarter of an hour; who was asked at eight is due at eight.
_EARLY = dt.timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A catalogue that is harvested; `report` is that of the last run, empty before the first."""

    public_id: uuid.UUID
    name: str
    kind: str
    address: str
    prefix: str
    every_hours: int
    takes_records: bool
    is_enabled: bool
    last_run_at: dt.datetime | None
    report: dict[str, Any]
    datasets: int


def sources() -> list[Source]:
    """Return every source by its name, with how many datasets came from it and are still listed."""
    rows = HarvestSource.objects.order_by("name")
    counted = HarvestedDataset.objects.filter(gone_at=None).values_list("source_id")
    numbers = dict(counted.annotate(number=Count("pk")).order_by())
    return [_source(row, numbers.get(row.pk, 0)) for row in rows]


def named(name: str) -> Source:
    """Return one source by its name.

    :raises NotFound: `no_source`
    """
    for one in sources():
        if one.name == name:
            return one
    raise NotFound("no_source", _("There is no source of this name."))


def due(now: dt.datetime) -> list[uuid.UUID]:
    """Return the sources that are to be harvested now, those that waited longest first."""
    rows = HarvestSource.objects.filter(is_enabled=True).order_by("last_run_at", "pk")
    return [row.public_id for row in rows if _is_due(row, now)]


def _is_due(row: HarvestSource, now: dt.datetime) -> bool:
    if row.last_run_at is None:
        return True
    return row.last_run_at + dt.timedelta(hours=row.every_hours) - _EARLY <= now


def _source(row: HarvestSource, datasets: int) -> Source:
    return Source(
        public_id=row.public_id,
        name=row.name,
        kind=row.kind,
        address=row.address,
        prefix=row.prefix,
        every_hours=row.every_hours,
        takes_records=row.takes_records,
        is_enabled=row.is_enabled,
        last_run_at=row.last_run_at,
        report=row.report,
        datasets=datasets,
    )


def origin_of(dataset_id: str) -> str:
    """Return the name of the source a dataset came from, nothing for one of the city's own."""
    known = HarvestedDataset.objects.filter(dataset__dataset_id=dataset_id)
    return known.values_list("source__name", flat=True).first() or ""
