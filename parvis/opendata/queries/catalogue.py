"""The catalogue: what is described, what is held, and how the Explore API shows a dataset."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from parvis.opendata.models import Dataset
from parvis.opendata.queries.versions import no_dataset
from parvis.opendata.rules.descriptions import OURS, TEMPLATE

_NUL = "\x00"
_STAMP = """
    SELECT encode(sha256(convert_to(coalesce(string_agg(
        concat_ws('|', d.dataset_id, extract(epoch FROM d.modified_at), d.current_id, d.order),
        ',' ORDER BY d.dataset_id), ''), 'UTF8')), 'hex')
    FROM opendata_dataset AS d WHERE d.archived_at IS NULL
"""

_RANKS = """
    SELECT d.dataset_id, ts_rank(d.search, asked) FROM opendata_dataset AS d,
        parvis_query(%s) AS asked
    WHERE d.dataset_id = ANY(%s) AND d.search @@ asked
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The version of a dataset that is served."""

    number: int
    rows: int
    sha256: str
    file_size: int
    published_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A dataset of the catalogue. `held` is None where only its description is here; its rows are
    then at `source_url`. Of a `restricted` one they are for some keys only. `period` is the first
    and last day its rows speak of, as ISO dates."""

    dataset_id: str
    dataset_uid: str
    title: str
    description: str
    themes: tuple[str, ...]
    keywords: tuple[str, ...]
    publisher: str
    license: str
    license_url: str
    features: tuple[str, ...]
    fields: list[dict[str, Any]]
    metas: dict[str, dict[str, Any]]
    attachments: list[dict[str, Any]]
    enriched_fields: tuple[str, ...]
    warnings: list[dict[str, Any]]
    source_url: str
    restricted: bool
    created_at: dt.datetime
    modified_at: dt.datetime
    held: Held | None
    period: tuple[str, str] | None

    @property
    def default(self) -> dict[str, Any]:
        """Return the default metadata template, with what is true here of the rows."""
        known = dict(self.metas.get(TEMPLATE, {}))
        known["records_count"] = self.held.rows if self.held else 0
        if self.held:
            known["data_processed"] = self.held.published_at.isoformat()
        return known

    @property
    def parvis(self) -> dict[str, Any]:
        """Return what this portal says of a dataset beyond the templates of the API."""
        said = self.metas.get(TEMPLATE, {}).get("records_count")
        return {
            **self.metas.get(OURS, {}),
            "held": self.held is not None,
            "version": self.held.number if self.held else None,
            "source_url": self.source_url or None,
            "source_records_count": said,
            "enriched_fields": list(self.enriched_fields),
            "warnings": self.warnings,
        }

    def to_json(self) -> dict[str, Any]:
        """Return the dataset as the API shows it (Explore API v2.1, schema "dataset")."""
        return {
            "dataset_id": self.dataset_id,
            "dataset_uid": self.dataset_uid,
            "attachments": self.attachments,
            "has_records": self.held is not None,
            "data_visible": self.held is not None and not self.restricted,
            "visibility": "restricted" if self.restricted else "domain",
            "features": list(self.features),
            "metas": {**self.metas, TEMPLATE: self.default, OURS: self.parvis},
            "fields": self.fields,
        }


def entry(dataset_id: str) -> Entry:
    """Return one dataset of the catalogue.

    :raises NotFound: `no_dataset`, if there is none of that id, or it was archived
    """
    # No text of PostgreSQL holds a NUL.
    row = None if _NUL in dataset_id else _rows().filter(dataset_id=dataset_id).first()
    if row is None:
        raise no_dataset(dataset_id)
    return _entry(row)


_GATE = """
    SELECT restricted, source_url, current_id IS NOT NULL FROM opendata_dataset
    WHERE dataset_id = %s AND archived_at IS NULL
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """What must be known of a dataset before its rows are shown; every question asks for it."""

    dataset_id: str
    restricted: bool
    source_url: str
    is_held: bool


def gate(dataset_id: str) -> Gate:
    """Return what stands before the rows of a dataset.

    :raises NotFound: as `entry`
    """
    if _NUL in dataset_id:
        raise no_dataset(dataset_id)
    with connection.cursor() as cursor:
        cursor.execute(_GATE, [dataset_id])
        found = cursor.fetchone()
    if found is None:
        raise no_dataset(dataset_id)
    restricted, source_url, is_held = found
    return Gate(
        dataset_id=dataset_id, restricted=restricted, source_url=source_url, is_held=is_held
    )


def entries(dataset_ids: Sequence[str] | None = None) -> list[Entry]:
    """Return these datasets in this order, without those that are gone; by default all of them, in
    the order of the catalogue."""
    if dataset_ids is None:
        return [_entry(row) for row in _rows().order_by("order", "dataset_id")]
    found = {row.dataset_id: row for row in _rows().filter(dataset_id__in=dataset_ids)}
    return [_entry(found[name]) for name in dataset_ids if name in found]


def stamp() -> str:
    """Return what identifies the present state of the whole catalogue, 64 hexadecimal digits."""
    with connection.cursor() as cursor:
        cursor.execute(_STAMP)
        (found,) = cursor.fetchone() or ("",)
    return str(found)


def held_ids() -> list[str]:
    """Return the ids of the datasets whose rows are here, in the order of the catalogue."""
    rows = _rows().exclude(current=None).order_by("order", "dataset_id")
    return list(rows.values_list("dataset_id", flat=True))


def likeliest_first(dataset_ids: Sequence[str], words: str) -> list[str]:
    """Return these datasets with those first that say these very words, the more in the title the
    better; the others, which only sound alike, follow in their order."""
    with connection.cursor() as cursor:
        cursor.execute(_RANKS, [words, list(dataset_ids)])
        ranks = dict(cursor.fetchall())
    return sorted(dataset_ids, key=lambda name: -ranks.get(name, 0.0))


def _rows() -> QuerySet[Dataset]:
    return Dataset.objects.filter(archived_at=None).select_related("current")


def _entry(row: Dataset) -> Entry:
    version = row.current
    held = version and Held(
        number=version.number,
        rows=version.rows,
        sha256=version.sha256,
        file_size=version.file_size,
        published_at=version.published_at,
    )
    return Entry(
        dataset_id=row.dataset_id,
        dataset_uid=row.dataset_uid,
        title=row.title,
        description=row.description,
        themes=tuple(row.themes),
        keywords=tuple(row.keywords),
        publisher=row.publisher,
        license=row.license,
        license_url=row.license_url,
        features=tuple(row.features),
        fields=version.fields if version else row.fields,
        metas=row.metas,
        attachments=row.attachments,
        enriched_fields=tuple(row.enriched_fields),
        warnings=row.warnings,
        source_url=row.source_url,
        restricted=row.restricted,
        created_at=row.created_at,
        modified_at=row.modified_at,
        held=held or None,
        period=_period(version.profile) if version else None,
    )


def _period(profile: dict[str, Any]) -> tuple[str, str] | None:
    known = profile.get("period") or {}
    return (known["first"], known["last"]) if known else None


def titles(dataset_ids: Iterable[str]) -> dict[str, str]:
    """Return the titles of these datasets."""
    rows = Dataset.objects.filter(dataset_id__in=list(dataset_ids))
    return dict(rows.values_list("dataset_id", "title"))
