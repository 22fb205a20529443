"""How a live dataset is doing, in a sentence: heard a moment ago, or silent since when and why."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _, ngettext

from parvis.opendata.models.live import SeriesKind
from parvis.opendata.queries import live
from parvis.opendata.queries.live import LiveStatus
from parvis.opendata.rules.live import HISTORY

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """A live dataset's pulse: `sentence` says when it was heard, `error` (in English) what went
    wrong last; `other` is the page of its history, or of the state whose history it is."""

    sentence: str
    is_stale: bool
    error: str
    is_history: bool
    other: str


def pulse(dataset_id: str, *, now: dt.datetime) -> Pulse | None:
    """Return the pulse of a live dataset, None for one that is not live."""
    known = live.status(dataset_id, now=now)
    if known is None:
        return None
    is_history = known.kind == SeriesKind.HISTORY
    other = dataset_id.removesuffix(HISTORY) if is_history else dataset_id + HISTORY
    has_other = live.status(other, now=now) is not None
    return Pulse(
        sentence=_sentence(known, now),
        is_stale=known.is_stale,
        error=known.error,
        is_history=is_history,
        other=reverse("opendata:understand", args=[other]) if has_other else "",
    )


def _sentence(known: LiveStatus, now: dt.datetime) -> str:
    if known.heard_at is None:
        return _("Nothing was heard of its source yet")
    time = {"time": said_time(now - known.heard_at)}
    return _("Silent for %(time)s") % time if known.is_stale else _("heard %(time)s ago") % time


def said_time(gone: dt.timedelta) -> str:
    """Return how long ago something was, as one says it: in its largest unit."""
    seconds = max(0, int(gone.total_seconds()))
    if seconds < _MINUTE:
        return _("%(count)s s") % {"count": seconds}
    if seconds < _HOUR:
        return _("%(count)s min") % {"count": seconds // _MINUTE}
    if seconds < _DAY:
        return _("%(count)s h") % {"count": seconds // _HOUR}
    days = seconds // _DAY
    return ngettext("%(count)s day", "%(count)s days", days) % {"count": days}
