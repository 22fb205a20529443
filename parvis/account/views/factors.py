"""Pages to see and change how one shows that it is oneself."""

from __future__ import annotations

import base64
import uuid
from typing import Any

from allauth.mfa.adapter import get_adapter
from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from parvis.account.actions import factors as actions, passkeys
from parvis.account.forms import factors as forms
from parvis.account.models import Resident
from parvis.account.permissions import counted_as, proves_again
from parvis.account.queries import factors
from parvis.account.queries.identities import identities_of
from parvis.account.queries.sessions import client_in_words, client_of
from parvis.account.rules import factors as rules
from parvis.kernel import clock
from parvis.kernel.errors import Refused
from parvis.kernel.http import CityRequest

pages = require_http_methods(["GET", "HEAD", "POST"])
_SHOWN = "parvis_app_secret"


@never_cache
@require_safe
def security(request: CityRequest) -> HttpResponse:
    """Show everything that opens the account, and when it was last used."""
    context = {
        "factors": factors.factors_of(request.person.id),
        "identities": identities_of(request.person.id),
    }
    return render(request, "account/security.html", context)


@never_cache
@pages
@proves_again
def add_passkey(request: CityRequest) -> HttpResponse:
    """Ask the device for a passkey, and keep what it made."""
    initial = {"name": client_in_words(client_of(request))}
    form = forms.NewPasskeyForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        made, now = form.cleaned_data, clock.now()
        try:
            passkeys.check_made(made["credential"])
            name = made["name"] or initial["name"]
            add = actions.add_passkey
            add(person_id=request.person.id, name=name, credential=made["credential"], now=now)
            return _added(request, _("Your passkey is added."))
        except Refused as refusal:
            form.add_error(None, refusal.message)
    return render(request, "account/add_passkey.html", {"form": form}, status=_status(form))


@never_cache
@require_safe
@proves_again
def passkey_options(request: CityRequest) -> HttpResponse:
    """Say what a passkey is to be made of, for the device."""
    return JsonResponse(passkeys.creation_options(request.person.id))


@never_cache
@pages
@proves_again
@counted_as("change_factor")
def add_app(request: CityRequest) -> HttpResponse:
    """Show the secret for the application of a telephone, and ask for a code it gives."""
    secret = request.session.setdefault(_SHOWN, rules.new_secret())
    form = forms.CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data["code"]
        try:
            actions.add_app(
                person_id=request.person.id, secret=secret, typed=typed, now=clock.now()
            )
            del request.session[_SHOWN]
            return _added(request, _("Your application is added."))
        except Refused as refusal:
            form.add_error("code", refusal.message)
    return _show_secret(request, form, secret)


def _show_secret(request: CityRequest, form: forms.CodeForm, secret: str) -> HttpResponse:
    address = get_adapter().build_totp_url(Resident(email=request.person.email), secret)
    drawn = base64.b64encode(get_adapter().build_totp_svg(address).encode()).decode()
    groups = [secret[start : start + 4] for start in range(0, len(secret), 4)]
    context = {"form": form, "groups": groups, "drawn": drawn, "address": address}
    return render(request, "account/add_app.html", context, status=_status(form))


def _added(request: CityRequest, sentence: str) -> HttpResponse:
    messages.success(request, sentence)
    known = factors.factors_of(request.person.id)
    return redirect("account:security" if known.codes_left else "account:paper_codes")


@never_cache
@pages
@proves_again
def remove_factor(request: CityRequest, factor_id: uuid.UUID) -> HttpResponse:
    """Ask whether a passkey or the application is to go, then take it away."""
    found = factors.factor(request.person.id, factor_id)
    if request.method == "POST" or found is None:
        actions.remove_factor(person_id=request.person.id, factor_id=factor_id, now=clock.now())
        messages.success(request, _("It no longer opens your account."))
        return redirect("account:security")
    context = {"factor": found, "all": factors.factors_of(request.person.id)}
    return render(request, "account/remove_factor.html", context)


@never_cache
@pages
@proves_again
@counted_as("change_factor")
def rename_factor(request: CityRequest, factor_id: uuid.UUID) -> HttpResponse:
    """Ask what a passkey or the application is to be called, and call it so."""
    found = factors.factor(request.person.id, factor_id)
    form = forms.NameForm(request.POST or None, initial={"name": found.name if found else ""})
    if found is None or form.is_valid():
        name = form.cleaned_data["name"] if found else ""
        rename = actions.rename_factor
        rename(person_id=request.person.id, factor_id=factor_id, name=name, now=clock.now())
        messages.success(request, _("It has its new name."))
        return redirect("account:security")
    context = {"form": form, "factor": found}
    return render(request, "account/rename_factor.html", context, status=_status(form))


@never_cache
@pages
@proves_again
@counted_as("change_factor")
def paper_codes(request: CityRequest) -> HttpResponse:
    """Explain the recovery codes; make new ones and show them, once."""
    context: dict[str, Any] = {"factors": factors.factors_of(request.person.id)}
    if request.method == "POST":
        context["codes"] = actions.make_paper_codes(person_id=request.person.id, now=clock.now())
    return render(request, "account/paper_codes.html", context)


@never_cache
@require_POST
def forget_secret(request: CityRequest) -> HttpResponse:
    """Throw away a secret that was shown and not used, and show another."""
    request.session.pop(_SHOWN, None)
    return redirect("account:add_app")


def _status(form: Form) -> int:
    return 400 if form.errors else 200
