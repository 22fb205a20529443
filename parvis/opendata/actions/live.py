"""Live datasets: opened, fed row by row, and sealed from time to time into versions.

A batch is written whole or not at all. Readers see it at once: the current version, and the rows
changed since.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from parvis.kernel.errors import Refused
from parvis.opendata.actions import describing, sealing
from parvis.opendata.models import Dataset, LiveRow, LiveSeries
from parvis.opendata.models.live import SeriesKind
from parvis.opendata.queries import versions
from parvis.opendata.rules.descriptions import TEMPLATE, Description
from parvis.opendata.rules.fields import Field, FieldType, Schema
from parvis.opendata.rules.live import HISTORY, OBSERVED_AT, Observed, checked, key_of

_RECEIVE = """
    INSERT INTO opendata_live_row (series_id, key, "row", observed_at, heard_at, revision)
    SELECT %(series)s, key, "row", observed_at, %(now)s, %(revision)s
    FROM unnest(%(keys)s::text[], %(rows)s::jsonb[], %(moments)s::timestamptz[])
        AS heard(key, "row", observed_at)
    ON CONFLICT (series_id, key) DO UPDATE
        SET "row" = excluded."row", observed_at = excluded.observed_at,
            heard_at = excluded.heard_at, revision = excluded.revision
        WHERE opendata_live_row.observed_at <= excluded.observed_at
            AND opendata_live_row."row" IS DISTINCT FROM excluded."row"
    RETURNING key
"""
_LATE = """
    SELECT count(*) FROM unnest(%(keys)s::text[], %(moments)s::timestamptz[])
        AS heard(key, observed_at)
    JOIN opendata_live_row AS known ON known.series_id = %(series)s AND known.key = heard.key
    WHERE known.observed_at > heard.observed_at
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What a batch did: rows that are new or say something else, that say the same, that came after
    a newer one, and that are gone."""

    changed: int
    unchanged: int
    late: int
    gone: int


@transaction.atomic
def open_series(
    *,
    description: Description,
    now: dt.datetime,
    ttl: dt.timedelta | None = None,
    history: bool = False,
    pull: Mapping[str, Any] | None = None,
) -> None:
    """Describe a dataset whose rows arrive one by one, or bring it up to date.

    `ttl` says how long its source may be silent before its rows are called stale; with `history`, a
    second dataset keeps every observation. `pull` says where the rows are asked for: "kind", "url",
    "every" (seconds) and "options". The rows of a dataset that was held before stay until the first
    ones arrive.

    :raises ValueError: if the key is not among the fields
    """
    names = {one["name"] for one in description.fields}
    if not description.key_fields or not names.issuperset(description.key_fields):
        message = f"{description.dataset_id}: a live dataset needs a key among its fields"
        raise ValueError(message)
    kept = {"ttl_seconds": int(ttl.total_seconds()) if ttl else None}
    _open(description, SeriesKind.STATE, now, **kept, pull=dict(pull) if pull else None)
    if history:
        _open(_history_of(description), SeriesKind.HISTORY, now, **kept)


def _open(description: Description, kind: SeriesKind, now: dt.datetime, **kept: Any) -> None:
    dataset_id = description.dataset_id
    fields = [Field.from_json(one).to_json() for one in description.fields]
    wanted = {"kind": kind, "key_fields": list(description.key_fields), "fields": fields, **kept}
    sealing.wait_for_others(dataset_id)
    known = LiveSeries.objects.select_for_update(of=("self",)).filter(
        dataset__dataset_id=dataset_id
    )
    before = known.values_list("fields", flat=True).first()
    if before not in (None, fields):
        # What arrived is sealed under the fields it arrived with.
        sealing.seal(dataset_id=dataset_id, now=now)
    describing.describe(description=description, now=now)
    dataset = Dataset.objects.select_for_update().get(dataset_id=dataset_id)
    LiveSeries.objects.update_or_create(
        dataset=dataset, defaults=wanted, create_defaults={"opened_at": now, **wanted}
    )
    if before != fields:
        sealing.seal(dataset_id=dataset_id, now=now)


def _history_of(description: Description) -> Description:
    """Return the dataset that keeps every observation of another."""
    template = dict(description.metas.get(TEMPLATE, {}))
    template["title"] = _("%(title)s: history") % {"title": template.get("title", "")}
    moment = Field(
        name=OBSERVED_AT,
        type=FieldType.DATETIME,
        label=_("Observed at"),
        description=_("When this was so."),
        annotations={"timeserie_precision": ("second",)},
    )
    return replace(
        description,
        dataset_id=description.dataset_id + HISTORY,
        metas={**description.metas, TEMPLATE: template},
        fields=[moment.to_json(), *description.fields],
        key_fields=[*description.key_fields, OBSERVED_AT],
        sort_fields=[OBSERVED_AT, *description.key_fields],
        order=description.order + 1,
    )


def record(
    *,
    dataset_id: str,
    observations: Sequence[Observed],
    now: dt.datetime,
    whole: bool = False,
    gone: Sequence[Mapping[str, Any]] = (),
) -> Recorded:
    """Take a batch of rows into a live dataset, and into its history if it has one.

    `gone` names rows that are no more by their key fields; with `whole`, every row that is not
    among the observations is gone. What is said twice counts once; a row that was true before the
    one we know is kept in the history only, and a row observed after `now` is not gone.

    :raises NotFound: `no_dataset`
    :raises Refused: `not_live`
    :raises BadValue: for a value its field cannot hold; nothing is then written
    """
    with transaction.atomic():
        series = _locked(dataset_id)
        batch = _batch(series, observations, now)
        left = [key_of(one, series.key_fields) for one in gone]
        if whole:
            left += _others(series, [one.key for one in batch])
        recorded = _write(series, batch, now)
        history = _history(dataset_id)
        if history is not None:
            new = _worth_keeping(series, observations, recorded)
            _write(history, _moments(history, new, now), now)
        recorded = replace(recorded, gone=_let_go(series, left, now))
        _heard([series, *([history] if history else [])], now)
    return recorded


def heard(*, dataset_id: str, now: dt.datetime, error: str = "") -> None:
    """Note that a source was asked: it answered, or what went wrong; for its history too.

    :raises NotFound: `no_dataset`
    :raises Refused: `not_live`
    """
    with transaction.atomic():
        series, history = _locked(dataset_id), _history(dataset_id)
        for one in (series, *([history] if history else [])):
            one.tried_at = now
            one.error = error
            one.failures = one.failures + 1 if error else 0
            if not error:
                one.heard_at = now
            one.save(update_fields=["tried_at", "error", "failures", "heard_at"])


# --- a batch --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    key: str
    row: dict[str, Any]
    moment: dt.datetime


def _locked(dataset_id: str) -> LiveSeries:
    """Return a series that nobody else writes to until the transaction ends."""
    found = LiveSeries.objects.select_for_update(of=("self",)).filter(
        dataset__dataset_id=dataset_id
    )
    series = found.first()
    if series is not None:
        return series
    if not Dataset.objects.filter(dataset_id=dataset_id).exists():
        raise versions.no_dataset(dataset_id)
    raise Refused("not_live", _("The rows of this dataset do not arrive one by one."))


def _history(dataset_id: str) -> LiveSeries | None:
    return _for_update(dataset_id + HISTORY).filter(kind=SeriesKind.HISTORY).first()


def _for_update(dataset_id: str) -> QuerySet[LiveSeries]:
    """Return the series of a dataset, locked; the dataset itself is left alone: who seals locks it
    first, and the series after it."""
    locked = LiveSeries.objects.select_for_update(of=("self",))
    return locked.filter(dataset__dataset_id=dataset_id)


def _batch(series: LiveSeries, observations: Iterable[Observed], now: dt.datetime) -> list[_Row]:
    """Return the last observation of each row."""
    schema = Schema.from_json(series.fields)
    last: dict[str, _Row] = {}
    for one in observations:
        row = checked(one.row, schema)
        moment = one.observed_at or now
        key = key_of(row, series.key_fields)
        if key not in last or last[key].moment <= moment:
            last[key] = _Row(key=key, row=row, moment=moment)
    return list(last.values())


def _worth_keeping(
    series: LiveSeries, observations: Sequence[Observed], recorded: Recorded
) -> list[Observed]:
    """Return what a history keeps: what has a moment of its own, and of the rest what is new.

    A source without moments says the same at each call; it was not observed anew.
    """
    schema = Schema.from_json(series.fields)
    changed = LiveRow.objects.filter(series=series, revision=series.revision)
    keys = set(changed.values_list("key", flat=True)) if recorded.changed else set()
    return [
        one
        for one in observations
        if one.observed_at or key_of(checked(one.row, schema), series.key_fields) in keys
    ]


def _moments(history: LiveSeries, observations: Iterable[Observed], now: dt.datetime) -> list[_Row]:
    """Return every observation as a row of the history."""
    dated = [
        replace(one, row={**one.row, OBSERVED_AT: (one.observed_at or now).isoformat()})
        for one in observations
    ]
    return _batch(history, dated, now)


def _write(series: LiveSeries, batch: Sequence[_Row], now: dt.datetime) -> Recorded:
    given: dict[str, Any] = {
        "series": series.pk,
        "now": now,
        "revision": series.revision + 1,
        "keys": [one.key for one in batch],
        "rows": [json.dumps(one.row, ensure_ascii=False) for one in batch],
        "moments": [one.moment for one in batch],
    }
    with connection.cursor() as cursor:
        cursor.execute(_LATE, given)
        (late,) = cursor.fetchone() or (0,)
        cursor.execute(_RECEIVE, given)
        changed = cursor.rowcount
    if changed:
        series.revision += 1
    return Recorded(changed=changed, unchanged=len(batch) - changed - late, late=late, gone=0)


def _others(series: LiveSeries, keys: Sequence[str]) -> list[str]:
    known = LiveRow.objects.filter(series=series, row__isnull=False).exclude(key__in=keys)
    return list(known.values_list("key", flat=True))


def _let_go(series: LiveSeries, keys: Sequence[str], now: dt.datetime) -> int:
    known = LiveRow.objects.filter(series=series, key__in=keys, row__isnull=False)
    gone = known.filter(observed_at__lte=now).update(
        row=None, observed_at=now, heard_at=now, revision=series.revision + 1
    )
    if gone:
        series.revision += 1
    return gone


def _heard(lot: Iterable[LiveSeries], now: dt.datetime) -> None:
    for series in lot:
        series.heard_at = series.tried_at = now
        series.error, series.failures = "", 0
        series.save(update_fields=["revision", "heard_at", "tried_at", "error", "failures"])
