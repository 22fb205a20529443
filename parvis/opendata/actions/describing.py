"""Describing datasets: what the catalogue says of each, whether its rows are held or not."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from typing import Any

import nh3
from django.contrib.postgres.search import SearchVector
from django.db import transaction
from django.db.models import F, Func, TextField, Value

from parvis.kernel import register
from parvis.opendata.models import Dataset
from parvis.opendata.rules.descriptions import TEMPLATE, Description, dataset_uid

_WRITTEN = (
    "title",
    "description",
    "themes",
    "keywords",
    "publisher",
    "license",
    "license_url",
    "features",
    "fields",
    "metas",
    "attachments",
    "key_fields",
    "sort_fields",
    "enriched_fields",
    "warnings",
    "source_url",
    "order",
)
_TITLE_LENGTH = 500


def describe(*, description: Description, now: dt.datetime) -> bool:
    """Put a dataset into the catalogue, or bring what is said of it up to date.

    Returns whether anything changed. The HTML of the description is cleaned; a dataset that was
    archived is in the catalogue again.
    """
    return bool(describe_all(descriptions=[description], now=now))


@transaction.atomic
def describe_all(*, descriptions: Iterable[Description], now: dt.datetime) -> tuple[str, ...]:
    """Describe many datasets at once; return the ids of those that changed, in order."""
    wanted = {one.dataset_id: _row(one) for one in descriptions}
    known = {
        row.dataset_id: row
        for row in Dataset.objects.select_for_update().filter(dataset_id__in=wanted)
    }
    changed = [
        _changed(known.get(name), name, said, now)
        for name, said in wanted.items()
        if _differs(known.get(name), said)
    ]
    new = [row for row in changed if row.dataset_id not in known]
    Dataset.objects.bulk_create(new)
    old = [row for row in changed if row.dataset_id in known]
    Dataset.objects.bulk_update(old, [*_WRITTEN, "modified_at", "archived_at"], batch_size=200)
    names = tuple(row.dataset_id for row in changed)
    if names:
        _index(names)
        _record(names, now)
    return names


def _row(description: Description) -> dict[str, Any]:
    """Return what the columns of a dataset hold, made of what is said."""
    clean = nh3.clean(description.said("description") or "")
    metas = {name: dict(template) for name, template in description.metas.items()}
    metas[TEMPLATE] = {**metas.get(TEMPLATE, {}), "description": clean or None}
    return {
        "title": str(description.said("title") or description.dataset_id)[:_TITLE_LENGTH],
        "description": clean,
        "themes": list(description.said("theme") or ()),
        "keywords": list(description.said("keyword") or ()),
        "publisher": description.said("publisher") or "",
        "license": description.said("license") or "",
        "license_url": description.said("license_url") or "",
        "features": list(description.features),
        "fields": [dict(one) for one in description.fields],
        "metas": metas,
        "attachments": [dict(one) for one in description.attachments],
        "key_fields": list(description.key_fields),
        "sort_fields": list(description.sort_fields),
        "enriched_fields": list(description.enriched_fields),
        "warnings": [dict(one) for one in description.warnings],
        "source_url": description.source_url,
        "order": description.order,
    }


def _differs(row: Dataset | None, said: dict[str, Any]) -> bool:
    if row is None or row.archived_at is not None:
        return True
    return any(getattr(row, name) != value for name, value in said.items())


def _changed(
    known: Dataset | None, dataset_id: str, said: dict[str, Any], now: dt.datetime
) -> Dataset:
    row = known or Dataset(
        dataset_id=dataset_id, dataset_uid=dataset_uid(dataset_id), created_at=now
    )
    for name, value in said.items():
        setattr(row, name, value)
    row.modified_at, row.archived_at = now, None
    return row


def _index(names: tuple[str, ...]) -> None:
    """Write the words one finds a dataset by: title first, then keywords, then the rest."""
    without_tags = Func(
        F("description"),
        Value("<[^>]*>"),
        Value(" "),
        Value("g"),
        function="regexp_replace",
        output_field=TextField(),
    )
    keywords = Func(F("keywords"), Value(" "), function="array_to_string", output_field=TextField())
    Dataset.objects.filter(dataset_id__in=names).update(
        search=SearchVector("title", "dataset_id", config="parvis_french", weight="A")
        + SearchVector(keywords, config="parvis_french", weight="B")
        + SearchVector(without_tags, "publisher", config="parvis_french", weight="C")
    )


def _record(names: tuple[str, ...], now: dt.datetime) -> None:
    """Note in the register what was described: the dataset, or how many of them."""
    digest = hashlib.sha256("\n".join(names).encode()).hexdigest()[:16]
    subject = f"dataset:{names[0]}" if len(names) == 1 else f"catalogue:{digest}"
    register.record(
        register.Entry(
            action="opendata.described",
            object_ref=f"opendata.{subject}",
            recorded_at=now,
            details={"datasets": len(names)},
        )
    )
