"""Keeping in a session who came back from outside until they choose, and letting them in."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from django.contrib.auth import logout
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from parvis.account.models import Resident
from parvis.account.rules import identities as rules

_ARRIVAL = "parvis_arrival"
# What is needed to leave the party outside as well, once the person signs out here.
_HINT = "parvis_upstream"
_ONWARD = "parvis_upstream_onward"


@dataclass(frozen=True, slots=True, kw_only=True)
class Onward:
    """Where who has left the party outside goes on: a path of ours, and the service it leads back
    to, "" where that is none."""

    path: str
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proven:
    """What a party outside has just vouched for: which identity, shown how (`amr`, RFC 8176) and
    when, which may be long ago."""

    identity_id: uuid.UUID
    vouched_by: str
    amr: tuple[str, ...]
    shown_at: dt.datetime
    hint: str
    next_url: str = ""


def hold(session: SessionBase, proven: Proven, *, now: dt.datetime) -> None:
    """Keep who came back while they choose; the browser itself only holds the session's key."""
    session[_ARRIVAL] = {
        "identity_id": str(proven.identity_id),
        "vouched_by": proven.vouched_by,
        "amr": list(proven.amr),
        "shown_at": proven.shown_at.timestamp(),
        "hint": proven.hint,
        "next_url": proven.next_url,
        "at": now.timestamp(),
    }


def held(session: SessionBase, *, now: dt.datetime) -> Proven | None:
    """Return who came back within the time to choose, or None."""
    kept = session.get(_ARRIVAL)
    if not kept or now.timestamp() - kept["at"] > rules.ARRIVAL.total_seconds():
        return None
    return Proven(
        identity_id=uuid.UUID(kept["identity_id"]),
        vouched_by=kept["vouched_by"],
        amr=tuple(kept["amr"]),
        # Held by an earlier version, it does not say when: long ago.
        shown_at=dt.datetime.fromtimestamp(kept.get("shown_at", 0), tz=dt.UTC),
        hint=kept["hint"],
        next_url=kept["next_url"],
    )


def let_go(session: SessionBase) -> None:
    """Forget who came back."""
    session.pop(_ARRIVAL, None)


def enter(request: HttpRequest, person_id: uuid.UUID, proven: Proven) -> HttpResponse:
    """Sign the person in, as after a password: whoever has a second factor is asked for it."""
    if request.user.is_authenticated:
        logout(request)
    let_go(request.session)
    resident = Resident.objects.get(pk=person_id, closed_at=None)
    note_proof(request, resident, proven)
    response: HttpResponse = perform_login(
        request, resident, email_verification="none", redirect_url=proven.next_url or None
    )
    return response


def note_proof(
    request: HttpRequest, resident: Resident, proven: Proven, *, again: bool = False
) -> None:
    """Write into the session how and when the person showed who they are; `again` counts as
    proving it once more."""
    record_authentication(
        request,
        resident,
        "socialaccount",
        provider=proven.vouched_by,
        uid=str(proven.identity_id),
        amr=list(proven.amr),
        at=proven.shown_at.timestamp(),
        reauthenticated=again or None,
    )
    request.session[_HINT] = {"vouched_by": proven.vouched_by, "hint": proven.hint}


def take_hint(session: SessionBase) -> dict[str, str] | None:
    """Return, once, what is needed to leave the party outside: `vouched_by` and `hint`."""
    hint: dict[str, str] | None = session.pop(_HINT, None)
    return hint


def keep_hint(session: SessionBase, hint: dict[str, str]) -> None:
    """Keep it for the next page of a browser that is signed out by now."""
    session[_HINT] = hint


def sign_out_to_leave(request: HttpRequest, onward: Onward) -> str:
    """Sign the person out and return the page that offers to leave who vouched for them outside as
    well, and leads them onward whatever they choose; "" for who came by themselves."""
    hint = take_hint(request.session)
    logout(request)
    if hint is None:
        return ""
    keep_hint(request.session, hint)
    request.session[_ONWARD] = {"path": onward.path, "name": onward.name}
    return reverse("account:leaving")


def onward_of(request: HttpRequest) -> Onward:
    """Return where a browser that is signed out goes on: the first page, unless a service asked."""
    kept = None if request.user.is_authenticated else request.session.get(_ONWARD)
    return Onward(**kept) if kept else Onward(path=reverse("portal:home"))
