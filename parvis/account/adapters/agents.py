"""Where sessions of the city's staff end sooner than others'."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy

from parvis.account.actions import assisting as actions
from parvis.account.queries import assisting
from parvis.account.queries.roles import session_limits
from parvis.account.queries.sessions import SIGNED_IN_KEY
from parvis.account.rules.roles import why_session_is_over
from parvis.kernel import clock
from parvis.kernel.acting_sessions import claimed_by
from parvis.kernel.errors import Refused
from parvis.kernel.http import CityRequest, refusal_response, what_was_typed

BEGAN, SEEN = "staff_began_at", "staff_seen_at"
# Where a session was used is written down once in this many seconds.
_WRITTEN_EVERY = 60.0
_WHY = {
    "idle": gettext_lazy("You were signed out: an agent's session ends when nobody uses it."),
    "too_long": gettext_lazy("You were signed out: an agent signs in again every day."),
    "clock": gettext_lazy("You were signed out: the clocks of the City were set right."),
}


class StaffSessions:
    """Ends the sessions of people with a role sooner than others': without use, and at the latest
    after a day's work. Who has no role is not looked at.

    Stands after who puts `request.person`.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: CityRequest) -> HttpResponse:
        """Pass the request on, or end the session and lead to the sign-in page."""
        if request.person is None or not request.person.is_staff_member:
            return self._get_response(request)
        why = _look(request, now=clock.now())
        if why is not None:
            return _end(request, str(_WHY[why]))
        agent_id = request.person.id
        response = self._get_response(request)
        _end_assistance(request, agent_id)
        return response


def _look(request: CityRequest, *, now: dt.datetime) -> str | None:
    """Return why the session is over, or note that it is used and return None."""
    session, present = request.session, now.timestamp()
    began = session.get(BEGAN) or session.get(SIGNED_IN_KEY) or present
    seen = session.get(SEEN) or present
    why = why_session_is_over(
        began_at=_moment(began), seen_at=_moment(seen), now=now, limits=session_limits()
    )
    if why is None and (SEEN not in session or present - seen >= _WRITTEN_EVERY):
        session[BEGAN], session[SEEN] = began, present
    return why


def _end_assistance(request: CityRequest, agent_id: uuid.UUID) -> None:
    """End what the agent did for somebody, once the session no longer claims it: by any button that
    says so, or by signing out."""
    right = getattr(request, "acting", None)
    if right is None or not right.by_ref.startswith(f"{assisting.KIND}:"):
        return
    if claimed_by(request) != right.by_ref:
        actions.end(by=agent_id, now=clock.now(), only=assisting.id_of(right.by_ref))


def _moment(seconds: float) -> dt.datetime:
    return dt.datetime.fromtimestamp(seconds, tz=dt.UTC)


def _end(request: CityRequest, sentence: str) -> HttpResponse:
    logout(request)
    request.person = None
    if request.method in ("GET", "HEAD"):
        messages.warning(request, sentence)
        return redirect_to_login(request.get_full_path())
    # What was being written is given back: signing in again does not send it a second time.
    refusal = Refused("session_over", sentence, status=401)
    return refusal_response(request, refusal, given_back=what_was_typed(request.POST))
