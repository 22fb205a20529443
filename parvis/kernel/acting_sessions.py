"""How a session says for whom somebody acts, and how each request finds out whether they may."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import structlog
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.utils.translation import gettext as _

from parvis.kernel import acting, clock
from parvis.kernel.acting import Acting, Hands
from parvis.kernel.errors import Refused
from parvis.kernel.http import CityRequest, refusal_response, what_was_typed

_KEY = "acting"
_READING = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
# Signing out ends everything, and must always be possible.
_ALWAYS = frozenset({"account_logout"})


def claim(request: HttpRequest, standing: Acting) -> None:
    """Act by this right from the next request of the session on.

    Forms opened before, in any tab, are refused from now on with their text given back: what was
    begun for oneself is never sent in for another.
    """
    request.session[_KEY] = {
        "by": standing.by_ref,
        "name": standing.name,
        "is_help": standing.is_help,
    }
    rotate_token(request)


def give_up(request: HttpRequest) -> None:
    """Act for oneself again from the next request on; forms opened before are refused."""
    if request.session.pop(_KEY, None) is not None:
        rotate_token(request)


def claimed_by(request: HttpRequest) -> str:
    """Return the ref of the right a session claims, whatever it is worth; "" without one."""
    claimed = request.session.get(_KEY)
    return str(claimed.get("by", "")) if isinstance(claimed, dict) else ""


class ActingMiddleware:
    """Gives every request its `acting`: the right by which the person acts for another, or None.

    Stands after who puts `request.person`. A visitor, and who acts for nobody, cost no query.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: CityRequest) -> HttpResponse:
        """Ask what the claimed right is worth now, and pass the request on in these hands."""
        request.acting, lost = _standing(request), ""
        if request.acting is None and request.person:
            lost = str(request.session.get(_KEY, {}).get("name", ""))
        if lost:
            _lose(request)
            if request.method not in _READING:
                return _too_late(request, lost)
            messages.warning(request, _("You no longer act for %(name)s.") % {"name": lost})
        held = _hands(request)
        with (
            acting.held_by(held),
            structlog.contextvars.bound_contextvars(**_logged(held)),
        ):
            return self._get_response(request)

    def process_view(
        self, request: CityRequest, view: Callable[..., Any], _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        """Refuse what cannot be done for another, and what no professional reads in one's place;
        let what only concerns oneself be one's own."""
        match = request.resolver_match
        if request.acting is None or (match is not None and match.view_name in _ALWAYS):
            return None
        is_read = request.method in _READING
        try:
            (acting.refuse_reading if is_read else acting.refuse_outside)(request.acting, view)
        except Refused as refusal:
            return refusal_response(request, refusal, given_back=what_was_typed(request.POST))
        return None


def _lose(request: CityRequest) -> None:
    """Act for oneself again; who came to help somebody is signed out, or they would be them."""
    if request.session[_KEY].get("is_help"):
        logout(request)
        request.person = None
    else:
        give_up(request)


def _standing(request: CityRequest) -> Acting | None:
    if request.person is None:
        return None
    claimed = request.session.get(_KEY)
    if not isinstance(claimed, dict):
        return None
    by_ref = str(claimed.get("by", ""))
    return acting.standing_by(by_ref, person_id=request.person.id, now=clock.now())


def _hands(request: CityRequest) -> Hands:
    if request.acting is not None:
        return Hands(actor_ref=request.acting.actor_ref, acting=request.acting)
    return Hands(actor_ref=f"person:{request.person.id}" if request.person else "")


def _logged(held: Hands) -> dict[str, str]:
    """Return what each log line of the request says; ids only, never a name."""
    said = {"actor": held.actor_ref, "on_behalf_of": held.on_behalf_of_ref}
    return {key: ref for key, ref in said.items() if ref}


def _too_late(request: CityRequest, name: str) -> HttpResponse:
    message = _(
        "You no longer act for %(name)s, and nothing was sent in: neither for them nor for you."
    )
    refusal = Refused("acting_ended", message % {"name": name}, status=HTTPStatus.CONFLICT)
    return refusal_response(request, refusal, given_back=what_was_typed(request.POST))
