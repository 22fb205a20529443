"""When somebody is reminded of a ballot they began: at a decent hour, and with time left to vote.

Everything is told on the clocks of the city.
"""

from __future__ import annotations

import datetime as dt

SOON = dt.timedelta(days=2)
LEFT = dt.timedelta(hours=1)
"""Who is reminded later than this before the end has hardly the time to vote."""
_LAST_CALL = dt.timedelta(hours=6)
_MORNING, _EVENING, _NIGHT = 9, 18, 21


def may_remind(*, now: dt.datetime, closes_at: dt.datetime) -> bool:
    """Tell whether people may be reminded now of a vote that closes at this moment: from nine to
    nine, within its last two days, an hour at least before its end."""
    return LEFT <= closes_at - now <= SOON and _MORNING <= now.hour < _NIGHT


def is_last_call(*, now: dt.datetime, closes_at: dt.datetime) -> bool:
    """Tell whether who began on this very day is reminded too: they may be filling in their ballot,
    but there is no better moment left. So it is six hours before the end, or at six in the evening
    before where that is in the night."""
    call = closes_at - _LAST_CALL
    if call.hour < _MORNING:
        call -= dt.timedelta(days=1)
    if not _MORNING <= call.hour < _EVENING:
        call = call.replace(hour=_EVENING, minute=0, second=0, microsecond=0)
    return now >= call
