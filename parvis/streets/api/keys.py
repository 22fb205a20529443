"""Who calls GeoReport, and how often: keys of programs, and the pace of all."""

from __future__ import annotations

import datetime as dt
import hashlib
from http import HTTPStatus

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.utils.translation import gettext as _

from parvis.kernel import clock
from parvis.kernel.errors import Refused
from parvis.kernel.http import CityRequest
from parvis.streets.actions.api_keys import Caller, admit
from parvis.streets.rules.georeport import POSTS_A_MINUTE, READS_A_MINUTE

MINUTE = 60


def caller(request: CityRequest) -> Caller:
    """Return which program sends, by its `api_key` in the form or in the address; counted.

    :raises Forbidden: `api_key_missing`, `api_key_unknown`
    :raises Refused: `too_many_calls` (429)
    """
    now = clock.now()
    secret = request.POST.get("api_key", "") or request.GET.get("api_key", "")
    known = admit(secret.strip(), now=now)
    _keep_pace(f"key:{known.key_id}", POSTS_A_MINUTE, now=now)
    return known


def count_reading(request: CityRequest) -> None:
    """Count a question from the place it comes from.

    :raises Refused: `too_many_calls` (429)
    """
    place = get_adapter().get_client_ip(request)
    _keep_pace(f"place:{place}", READS_A_MINUTE, now=clock.now())


def _keep_pace(who: str, allowed: int, *, now: dt.datetime) -> None:
    """Count a call, unless there were too many in this minute. Two at the same instant may count as
    one: a lock would refuse people."""
    # The cache keeps no address that could be read.
    minute = int(now.timestamp()) // MINUTE
    name = f"georeport:{minute}:{hashlib.sha256(who.encode()).hexdigest()}"
    calls = cache.get(name, 0)
    if calls >= allowed:
        message = _("Too many calls within a minute: wait a little.")
        raise Refused("too_many_calls", message, status=HTTPStatus.TOO_MANY_REQUESTS)
    cache.set(name, calls + 1, MINUTE)
