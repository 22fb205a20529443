"""Datasets that modules declare: opened, kept up with facts, and read whole from time to time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from parvis.kernel.declarations import PublishedDataset, published_datasets
from parvis.kernel.fact_types import Fact
from parvis.opendata.actions import live, sealing
from parvis.opendata.actions.live import Recorded
from parvis.opendata.queries import live as asking
from parvis.opendata.rules.descriptions import TEMPLATE, Description
from parvis.opendata.rules.live import Observed

_FIRST = 100
"""Where the city's own live datasets stand in the catalogue."""


def refresh_all(*, now: dt.datetime) -> dict[str, Recorded]:
    """Read every declared dataset whole, new ones included, and seal it; return what changed."""
    done = {one.key: refresh(one, now=now) for one in published_datasets}
    for key in done:
        sealing.seal(dataset_id=key, now=now)
    return done


def refresh(declared: PublishedDataset, *, now: dt.datetime) -> Recorded:
    """Describe a declared dataset and read all its rows: whatever a fact has missed is mended.

    `now` is when the reading begins: what changes meanwhile is newer than what is read.
    """
    with translation.override(settings.LANGUAGE_CODE):
        live.open_series(description=_description(declared), now=now)
        rows = [Observed(row=row, observed_at=now) for row in declared.rows(None)]
    return live.record(dataset_id=declared.key, observations=rows, now=now, whole=True)


def follow(declared: PublishedDataset, fact: Fact, *, now: dt.datetime) -> None:
    """Bring the rows up to date that a fact may have changed; `now` is before they are read."""
    names = list(declared.changed_by[type(fact)](fact))
    if asking.status(declared.key, now=now) is None:
        refresh(declared, now=now)
        return
    with translation.override(settings.LANGUAGE_CODE):
        rows = list(declared.rows(names))
    present = {str(row[declared.named_by]) for row in rows}
    live.record(
        dataset_id=declared.key,
        observations=[Observed(row=row, observed_at=now) for row in rows],
        gone=[{declared.named_by: name} for name in names if name not in present],
        now=now,
    )


def _description(declared: PublishedDataset) -> Description:
    """Return a declared dataset as the catalogue describes it, in the active language."""
    return Description(
        dataset_id=declared.key,
        metas={
            TEMPLATE: {
                "title": str(declared.title),
                "description": _paragraphs(
                    declared.description,
                    declared.removed,
                    _("Refreshed: %(when)s") % {"when": declared.refresh},
                ),
                "theme": [str(declared.theme)],
                "keyword": list(declared.keywords),
                "license": declared.license,
                "license_url": declared.license_url,
                "language": settings.LANGUAGE_CODE,
                "publisher": settings.PARVIS_CITY_NAME,
                "timezone": settings.TIME_ZONE,
            },
            "dcat": {"accrualperiodicity": "Au fil du temps"},
        },
        fields=[
            {
                "name": one.name,
                "type": one.type,
                "label": str(one.label),
                "description": str(one.description),
                "annotations": {name: list(values) for name, values in one.annotations.items()},
            }
            for one in declared.fields
        ],
        key_fields=[declared.named_by],
        sort_fields=list(declared.sorted_by),
        order=_FIRST,
    )


def _paragraphs(*sentences: object) -> str:
    return "".join(f"<p>{sentence}</p>" for sentence in sentences)


def watched() -> Iterable[tuple[PublishedDataset, type[Fact]]]:
    """Return every declared dataset with each kind of fact that may change it."""
    for declared in published_datasets:
        for fact_type in declared.changed_by:
            yield declared, fact_type
