"""How often a visitor may report: whoever has no account is counted where they come from."""

from __future__ import annotations

import datetime as dt
import hashlib

from allauth.account.adapter import get_adapter
from django.core.cache import cache

from parvis.kernel.http import CityRequest
from parvis.streets.actions.checking import Unfit

VISITS_AN_HOUR = 30
HOUR = 3600


def refuse_haste(request: CityRequest, *, now: dt.datetime) -> None:
    """Refuse a visitor who has sent too many reports in this hour. A whole office may stand behind
    one address.

    :raises Refused: `too_many` (429)
    """
    if request.person is None and cache.get(_name(request, now), 0) >= VISITS_AN_HOUR:
        raise Unfit("too_many", step="who")


def count_visit(request: CityRequest, *, now: dt.datetime) -> None:
    """Count a report that a visitor has sent; two at the same instant may count as one."""
    if request.person is None:
        name = _name(request, now)
        cache.set(name, cache.get(name, 0) + 1, HOUR)


def _name(request: CityRequest, now: dt.datetime) -> str:
    place = get_adapter().get_client_ip(request)
    # The cache keeps no address that could be read.
    who = hashlib.sha256(f"{int(now.timestamp()) // HOUR}:{place}".encode()).hexdigest()
    return f"streets:{who}"
