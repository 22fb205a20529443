"""Who may, and how often: pages kept for roles, and limits against haste."""

from __future__ import annotations

import datetime as dt
import hashlib
import ipaddress
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, Concatenate, ParamSpec

from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from allauth.decorators import rate_limit
from django.contrib.auth.views import redirect_to_login
from django.core.cache import cache
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from parvis.account import rules
from parvis.kernel.errors import Forbidden, Refused
from parvis.kernel.http import CityRequest

P = ParamSpec("P")
# The library does not say what its decorator takes.
_count: Callable[..., Any] = rate_limit
View = Callable[Concatenate[CityRequest, P], HttpResponseBase]


def needs_role(*roles: str) -> Callable[[View[P]], View[P]]:
    """Keep a view for persons with one of these roles.

    Who is signed out is sent to sign in; who has none of the roles gets a 403 refusal.
    """

    def guard(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: CityRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if request.person is None:
                return redirect_to_login(request.get_full_path())
            if not request.person.roles & set(roles):
                raise Forbidden(
                    "role_needed",
                    _("This page is kept for city staff. Ask your administrator for access."),
                )
            return view(request, *args, **kwargs)

        return guarded

    return guard


def proves_again(view: View[P]) -> View[P]:
    """Ask for the password again before a sensitive page, unless it was typed again minutes ago."""
    guarded: View[P] = reauthentication_required(app="allauth.account")(view)
    return guarded


def counted_as(action: str) -> Callable[[View[P]], View[P]]:
    """Refuse what one person sends too often (429), by the limits of ACCOUNT_RATE_LIMITS."""

    def limit(view: View[P]) -> View[P]:
        limited: View[P] = _count(action=action)(view)
        return limited

    return limit


def place_of(request: HttpRequest) -> str:
    """Return where a request comes from: an IPv4 address, or the /64 that IPv6 gives one home."""
    address = ipaddress.ip_address(get_adapter().get_client_ip(request))
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, 64), strict=False))


def refuse_haste(request: HttpRequest, action: str, *, now: dt.datetime, address: str = "") -> None:
    """Refuse what was done too often from one place in a minute, or for one address in an hour.

    The limits are those of `rules.PACE`; `count_try` counts.

    :raises Refused: `too_many_tries` (429)
    """
    for key, allowed, _seconds in _counters(request, action, address, now):
        if cache.get(key, 0) >= allowed:
            message = _("Too many tries in a short time. Nothing has changed: try again later.")
            raise Refused("too_many_tries", message, status=HTTPStatus.TOO_MANY_REQUESTS)


def keep_pace(request: HttpRequest, action: str, *, now: dt.datetime, address: str) -> None:
    """Count what is about to be done, unless it was done too often.

    :raises Refused: `too_many_tries` (429)
    """
    refuse_haste(request, action, now=now, address=address)
    count_try(request, action, now=now, address=address)


def count_try(request: HttpRequest, action: str, *, now: dt.datetime, address: str = "") -> None:
    """Count what was done. Two at the same instant may count as one: a lock would refuse people."""
    for key, _allowed, seconds in _counters(request, action, address, now):
        cache.set(key, cache.get(key, 0) + 1, seconds)


def _counters(
    request: HttpRequest, action: str, address: str, now: dt.datetime
) -> list[tuple[str, int, int]]:
    """Return the cache key, the limit and the length in seconds of each count that applies."""
    pace = rules.PACE[action]
    counted = [(place_of(request), pace.from_place, 60)]
    if address:
        counted.append((address, pace.for_address, 60 * 60))
    return [
        (_counter(action, who, int(now.timestamp()) // seconds), allowed, seconds)
        for who, allowed, seconds in counted
    ]


def _counter(action: str, who: str, window: int) -> str:
    # The cache keeps no address that could be read.
    return f"pace:{action}:{window}:{hashlib.sha256(who.encode()).hexdigest()}"
