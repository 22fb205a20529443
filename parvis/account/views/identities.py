"""Pages of identities from outside: opening an account with one, attaching it, taking it off."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from parvis.account.actions import arriving, changing, contacting, identities as actions, proposing
from parvis.account.actions.arriving import Proven
from parvis.account.forms.identities import ContactForm, WelcomeForm
from parvis.account.forms.own import NewPasswordForm
from parvis.account.models import Resident
from parvis.account.permissions import keep_pace, proves_again
from parvis.account.queries import identities as queries, merging, people
from parvis.account.queries.sessions import session_ref_of
from parvis.kernel import clock
from parvis.kernel.errors import Refused
from parvis.kernel.http import CityRequest

_BOTH = require_http_methods(["GET", "HEAD", "POST"])


@never_cache
@require_safe
def identities(request: CityRequest) -> HttpResponse:
    """List who vouches for the person, with what they said of them."""
    found = queries.identities_of(request.person.id)
    context = {
        "identities": found,
        "attached": {one.vouched_by for one in found},
        "merges": merging.merges_of(request.person.id, now=clock.now()),
    }
    return render(request, "account/identities.html", context)


@never_cache
@proves_again
@require_POST
def detach(request: CityRequest, identity_id: uuid.UUID) -> HttpResponse:
    """Take an identity off one's account."""
    actions.detach(identity_id, person_id=request.person.id, now=clock.now())
    messages.success(request, _("This identity no longer opens your account."))
    return redirect("account:identities")


@never_cache
@proves_again
@_BOTH
@sensitive_post_parameters("password1")
def set_password(request: CityRequest) -> HttpResponseBase:
    """Let who only enters from outside choose a password as well."""
    resident = request.user
    if not isinstance(resident, Resident) or resident.has_usable_password():
        return redirect("account_change_password")
    form = NewPasswordForm(request.POST or None, user=resident)
    if request.method == "POST" and form.is_valid():
        return _choose_password(request, resident, form.cleaned_data["password1"])
    status = 400 if form.errors else 200
    return render(request, "account/set_password.html", {"form": form}, status=status)


def _choose_password(request: CityRequest, resident: Resident, password: str) -> HttpResponse:
    here = session_ref_of(request)
    changing.choose_password(resident, password, now=clock.now(), keep_ref=here)
    update_session_auth_hash(request, resident)
    messages.success(request, _("Your password is chosen."))
    return redirect("account:identities")


@login_not_required
@never_cache
@_BOTH
def arrived(request: CityRequest) -> HttpResponse:
    """Ask who comes for the first time whether they have an account, or want one."""
    proven = arriving.held(request.session, now=clock.now())
    if proven is None:
        return redirect("account_login")
    if request.person:
        return redirect("account:attach")
    context = _standing(proven)
    form = _welcome(request, context)
    if request.method == "POST" and form.is_valid():
        response = _open(request, proven, form)
        if response:
            return response
    status = 400 if form.errors else 200
    return render(request, "account/arrived.html", {**context, "form": form}, status=status)


def _standing(proven: Proven) -> dict[str, Any]:
    seen = queries.identity(proven.identity_id)
    address = seen.email if seen else ""
    return {
        "proven": proven,
        "name": queries.name_of(proven.vouched_by),
        "told": seen.told if seen else {},
        "address": address,
        "is_taken": bool(address and people.owner_of(address)),
        "proposals": queries.proposals_of(proven.identity_id),
    }


def _welcome(request: CityRequest, context: dict[str, Any]) -> WelcomeForm:
    needs_address = context["is_taken"] or not context["address"]
    told = context["told"]
    named = told.get("preferred_username") or told.get("given_name", "").split(" ")[0]
    shape = ContactForm if needs_address else WelcomeForm
    return shape(request.POST or None, initial={"usual_name": named})


def _open(request: CityRequest, proven: Proven, form: WelcomeForm) -> HttpResponse | None:
    now, typed = clock.now(), form.cleaned_data
    wish = actions.Wish(
        usual_name=typed["usual_name"],
        language=get_language() or "fr",
        email=typed.get("email", ""),
    )
    if wish.email:
        keep_pace(request, "signup", address=wish.email, now=now)
        contacting.ask(proven.identity_id, wish, now=now)
        return redirect("account:contact_sent")
    try:
        person_id = actions.open_account(proven.identity_id, wish, now=now)
    except Refused as refusal:
        form.add_error(None, refusal.message)
        return None
    return arriving.enter(request, person_id, proven)


@login_not_required
@require_safe
def contact_sent(request: CityRequest) -> HttpResponse:
    """Say that a mail is on its way."""
    return render(request, "account/contact_sent.html")


@login_not_required
@never_cache
@_BOTH
def contact(request: CityRequest, token: str) -> HttpResponse:
    """Confirm another address than FranceConnect's; the button opens the account."""
    try:
        asked = contacting.read(token)
    except signing.BadSignature:
        asked = None
    if request.method == "POST" and asked:
        actions.open_account(asked.identity_id, asked.wish, now=clock.now())
        messages.success(request, _("Your account is open: sign in with FranceConnect."))
        return redirect("account_login")
    status = 200 if asked else 410
    return render(request, "account/contact.html", {"asked": asked}, status=status)


@never_cache
@_BOTH
def attach(request: CityRequest) -> HttpResponse:
    """Let who has just signed in to their account attach the identity they came with."""
    proven = arriving.held(request.session, now=clock.now())
    if proven is None:
        return redirect("account:identities")
    if request.method == "POST":
        actions.attach(proven.identity_id, person_id=request.person.id, now=clock.now())
        arriving.let_go(request.session)
        messages.success(request, _("From now on this identity opens your account."))
        return redirect(proven.next_url or "account:identities")
    return render(request, "account/attach.html", _standing(proven))


@login_not_required
@never_cache
@require_POST
def ask_agent(request: CityRequest) -> HttpResponse:
    """Ask an agent to find the account of who came back from FranceConnect."""
    proven = arriving.held(request.session, now=clock.now())
    if proven is None:
        return redirect("account_login")
    proposing.ask_agent(proven.identity_id, now=clock.now())
    return render(request, "account/agent_asked.html", _standing(proven))


@never_cache
@require_safe
def invitation(request: CityRequest, token: str) -> HttpResponse:
    """Lead an agent who was invited to ProConnect."""
    is_good = queries.invitation(token, now=clock.now()) == request.person.id
    context = {"token": token, "is_good": is_good}
    return render(request, "account/invitation.html", context, status=200 if is_good else 410)
