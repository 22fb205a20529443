"""What becomes of somebody who comes back from FranceConnect or ProConnect."""

from __future__ import annotations

import datetime as dt
from http import HTTPStatus
from typing import Any

from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from parvis.account.actions import arriving, helping, identities, inviting
from parvis.account.actions.arriving import Proven
from parvis.account.models import Resident, Vouching
from parvis.account.rules import identities as rules
from parvis.kernel import acting, acting_sessions, clock
from parvis.kernel.acting import Acting
from parvis.kernel.errors import Refused
from parvis.kernel.http import refusal_response

_LANGUAGE = "language_outside"
_INVITED = "invitation:"
_STATUS = {"down": HTTPStatus.SERVICE_UNAVAILABLE, "cancelled": HTTPStatus.OK}


def receive(request: HttpRequest, login: SocialLogin) -> HttpResponse:
    """Do what the person went outside for: sign in, attach, or show that it is them."""
    data: dict[str, Any] = login.account.extra_data
    now = clock.now()
    vouched_by, claims = login.account.provider, data["id_token"]
    going_on = login.state.get("next")
    if not rules.is_same_nonce(claims.get("nonce"), login.state.get("nonce", "")):
        return trouble(request, vouched_by, "not_believed", going_on=going_on)
    told = data["userinfo"]
    if vouched_by == Vouching.PROCONNECT and not rules.belongs_to(
        told.get("siret"), getattr(settings, "PARVIS_PROCONNECT_SIRETS", ())
    ):
        return trouble(request, vouched_by, "other_organisation", going_on=going_on)
    seen = identities.see(
        identities.Told(vouched_by=vouched_by, iss=claims["iss"], sub=claims["sub"], claims=told),
        now=now,
    )
    scope = told.get("rep_scope") or claims.get("rep_scope")
    helper = _helper(scope, seen) if scope else None
    if scope and helper is None:
        return trouble(request, vouched_by, "not_believed" if seen.person_id else "nobody_to_help")
    left_at = dt.datetime.fromtimestamp(login.state.get("left_at", now.timestamp()), tz=dt.UTC)
    proven = Proven(
        identity_id=seen.identity_id,
        vouched_by=vouched_by,
        amr=tuple(str(one) for one in claims.get("amr") or ()),
        shown_at=rules.shown_at(claims, left_at=left_at, now=now),
        hint=data["hint"],
        next_url=_ours(request, going_on) or _landing(helper),
    )
    was_asked = proven.shown_at >= left_at
    process = str(login.state.get("process"))
    try:
        response = _settle(request, seen, proven, process=process, was_asked=was_asked)
    except Refused as refusal:
        return refusal_response(request, refusal)
    if helper is not None:
        acting_sessions.claim(request, helper)
        helping.note_helper(helper, now=now)
    return response


def _helper(scope: object, seen: identities.Seen) -> Acting | None:
    """Return what a professional whom Aidants Connect let in may do for the person of the account:
    what `rep_scope` names. None where that is nothing we know, or there is no account yet: they
    never act as the person themselves."""
    if seen.person_id is None:
        return None
    words = " ".join(str(one) for one in scope) if isinstance(scope, list) else str(scope)
    by_ref = f"mandates.aidant:{words}"
    return acting.standing_by(by_ref, person_id=seen.person_id, now=clock.now())


def _landing(helper: Acting | None) -> str:
    # A person lands on their own page, which is not for who helps them.
    return reverse("portal:home") if helper else ""


def _settle(
    request: HttpRequest, seen: identities.Seen, proven: Proven, *, process: str, was_asked: bool
) -> HttpResponse:
    user = request.user
    if isinstance(user, Resident) and process != "login":
        why = _why_not(user, seen, proven, process=process, was_asked=was_asked)
        if why:
            return trouble(request, proven.vouched_by, why, going_on=proven.next_url)
        return _back_to(request, user, seen, proven, process=process)
    if seen.person_id:
        return arriving.enter(request, seen.person_id, proven)
    if proven.vouched_by == Vouching.PROCONNECT:
        return trouble(request, proven.vouched_by, "not_invited", going_on=proven.next_url)
    arriving.hold(request.session, proven, now=clock.now())
    return redirect("account:arrived")


def _why_not(
    user: Resident, seen: identities.Seen, proven: Proven, *, process: str, was_asked: bool
) -> str:
    """Return why somebody who is signed in does not get what they went outside for, or "".

    Nothing is told of whose another account is; the page leads to bringing the two together.
    """
    if seen.person_id and seen.person_id != user.pk:
        return "another_account"
    if process == "prove" and not seen.person_id:
        return "not_yours"
    if process == "prove" and not was_asked:
        return "not_proven"
    is_agent = proven.vouched_by == Vouching.PROCONNECT
    needs_invitation = is_agent and not seen.person_id and not process.startswith(_INVITED)
    return "not_invited" if needs_invitation else ""


def _back_to(
    request: HttpRequest, user: Resident, seen: identities.Seen, proven: Proven, *, process: str
) -> HttpResponse:
    """Do what somebody who is signed in went outside for."""
    if process == "prove":
        arriving.note_proof(request, user, proven, again=True)
        return redirect(proven.next_url or "account:identities")
    if process.startswith(_INVITED):
        token = process.removeprefix(_INVITED)
        inviting.accept(token, person_id=user.pk, identity_id=seen.identity_id, now=clock.now())
    else:
        identities.attach(seen.identity_id, person_id=user.pk, now=clock.now())
    messages.success(
        request,
        _("You can now sign in with %(name)s.") % {"name": Vouching(proven.vouched_by).label},
    )
    return redirect("account:identities")


def _ours(request: HttpRequest, url: object) -> str:
    """Return an address to go on to, if it is on this site."""
    here = isinstance(url, str) and url_has_allowed_host_and_scheme(
        url, {request.get_host()}, require_https=request.is_secure()
    )
    return str(url) if here else ""


def note_language(request: HttpRequest) -> None:
    """Keep the language somebody leaves in: there is one address to come back to."""
    request.session[_LANGUAGE] = translation.get_language()


def activate_language(request: HttpRequest) -> None:
    """Answer in the language somebody left in, whatever becomes of their sign-in outside; in that
    of their browser if it is not the one they left with."""
    left_in = request.session.get(_LANGUAGE)
    translation.activate(left_in or translation.get_language_from_request(request))


def trouble(
    request: HttpRequest, vouched_by: str, why: str, *, going_on: object = ""
) -> HttpResponse:
    """Say what went wrong outside, and which other ways in there are; nothing has changed.

    They lead on to `going_on`, where the person was to go once signed in, if it is on this site.

    `why` is "down", "cancelled", "not_believed", "lost", "other_organisation", "not_invited",
    "another_account", "not_yours", "not_proven" or "nobody_to_help".
    """
    context = {
        "why": why,
        "vouched_by": vouched_by,
        "name": Vouching(vouched_by).label,
        "next": _ours(request, going_on),
    }
    status = _STATUS.get(why, HTTPStatus.FORBIDDEN)
    return render(request, "account/upstream_trouble.html", context, status=status)
