"""Which rows of published data a mission can check, and where one is proposed about a dataset."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse

from parvis.missions.models import Mission, MissionState, Task

_ROW, _DATASET = "opendata.row:", "opendata.dataset:"


def ways_to_check(refs: Sequence[str], *, now: dt.datetime) -> dict[str, str]:
    """Return the address at which each row « opendata.row:<dataset>/<key> » can be checked; rows
    of data that no open mission checks are left out."""
    asked = {ref: _parts(ref) for ref in refs if ref.startswith(_ROW) and "/" in ref}
    datasets = {dataset for dataset, key in asked.values() if dataset and key}
    if not datasets:
        return {}
    is_on = Q(closes_at=None) | Q(closes_at__gt=now)
    rows = Mission.objects.filter(is_on, state=MissionState.OPEN, source_dataset__in=datasets)
    checked = dict(rows.values_list("pk", "source_dataset"))
    keys = [key for _dataset, key in asked.values()]
    known = Task.objects.filter(mission__in=list(checked), ref__in=keys)
    tasks = {(checked[one.mission_id], one.ref): one.pk for one in known}
    return {
        ref: reverse("missions:task", args=[tasks[row]]) if row in tasks else _doubt(*row)
        for ref, row in asked.items()
        if row[0] in set(checked.values()) and row[1]
    }


def ways_to_propose(refs: Sequence[str]) -> dict[str, str]:
    """Return the address at which a mission about each « opendata.dataset:<id> » is proposed."""
    asked = {ref: ref.removeprefix(_DATASET) for ref in refs if ref.startswith(_DATASET)}
    page = reverse("missions:propose")
    return {ref: f"{page}?{urlencode({'dataset': one})}" for ref, one in asked.items()}


def _parts(ref: str) -> tuple[str, str]:
    dataset, _slash, key = ref.removeprefix(_ROW).partition("/")
    return dataset, key


def _doubt(dataset: str, key: str) -> str:
    return f"{reverse('missions:doubt')}?{urlencode({'dataset': dataset, 'ref': key})}"
