"""Pages to sign in without a password: by a code in a mail, by a passkey."""

from __future__ import annotations

import uuid

from allauth.account.internal.flows.login import record_authentication
from allauth.account.models import Login
from allauth.account.utils import get_next_redirect_url, perform_login
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.flows import perform_passwordless_login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language, gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from parvis.account.actions import codes, passkeys
from parvis.account.forms.factors import CodeForm, PasskeyForm
from parvis.account.forms.own import AddressForm
from parvis.account.models import Resident
from parvis.account.permissions import count_try, keep_pace_of_owner, refuse_haste
from parvis.kernel import clock
from parvis.kernel.errors import Refused
from parvis.kernel.http import CityRequest

pages = require_http_methods(["GET", "HEAD", "POST"])
_ASKED_KEY = "parvis_mailed_code"


@login_not_required
@never_cache
@pages
def ask_code(request: CityRequest) -> HttpResponse:
    """Ask for the address of the account; the answer never tells whether there is one."""
    if request.person:
        return redirect("portal:mine")
    form = AddressForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        email, now = form.cleaned_data["email"], clock.now()
        share = keep_pace_of_owner(request, "mailed_code", address=email, now=now)
        language = get_language() or "fr"
        code_id = codes.mail_code(email=email, language=language, share=share, now=now)
        request.session[_ASKED_KEY] = {"id": str(code_id), "email": email}
        return redirect(_with_next(request, "account:type_code"))
    context = {"form": form, "next": get_next_redirect_url(request) or ""}
    return render(request, "account/ask_code.html", context, status=_status(form))


@login_not_required
@never_cache
@pages
def type_code(request: CityRequest) -> HttpResponse:
    """Ask for the code that was mailed, and sign in with it."""
    asked = request.session.get(_ASKED_KEY)
    if request.person or not asked:
        return redirect(
            "portal:mine" if request.person else _with_next(request, "account:ask_code")
        )
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        resident = _whose(request, form, uuid.UUID(asked["id"]))
        if resident:
            return _sign_in(request, resident)
    context = {"form": form, "email": asked["email"], "next": get_next_redirect_url(request) or ""}
    return render(request, "account/type_code.html", context, status=_status(form))


def _whose(request: CityRequest, form: CodeForm, code_id: uuid.UUID) -> Resident | None:
    now = clock.now()
    refuse_haste(request, "mailed_code_failed", now=now)
    try:
        person_id = codes.try_code(code_id, form.cleaned_data["code"], now=now)
    except Refused as refusal:
        form.add_error("code", refusal.message)
        return None
    if person_id is None:
        count_try(request, "mailed_code_failed", now=now)
        form.add_error("code", _("This is not the code of our mail. Look at it again."))
        return None
    return Resident.objects.get(pk=person_id)


def _sign_in(request: CityRequest, resident: Resident) -> HttpResponse:
    email = request.session.pop(_ASKED_KEY)["email"]
    record_authentication(request, resident, method="code", email=email)
    response: HttpResponse = perform_login(
        request, resident, email=email, redirect_url=get_next_redirect_url(request)
    )
    return response


@login_not_required
@never_cache
@pages
def sign_in_by_passkey(request: CityRequest) -> HttpResponse:
    """Say what a passkey is asked to sign, for the device; sign in with what it signed."""
    if request.person:
        return redirect("portal:mine")
    if request.method != "POST":
        return JsonResponse(passkeys.request_options(None))
    form = PasskeyForm(request.POST)
    if form.is_valid():
        refuse_haste(request, "login_failed", now=clock.now())
        try:
            return _open(request, passkeys.shown(form.cleaned_data["credential"]))
        except Refused as refusal:
            count_try(request, "login_failed", now=clock.now())
            form.add_error(None, refusal.message)
    context = {"form": form, "next": get_next_redirect_url(request) or ""}
    return render(request, "account/passkey_refused.html", context, status=400)


def _open(request: CityRequest, passkey: Authenticator) -> HttpResponse:
    login = Login(user=passkey.user, redirect_url=get_next_redirect_url(request))
    response: HttpResponse = perform_passwordless_login(request, passkey, login)
    return response


def _with_next(request: CityRequest, page: str) -> str:
    wanted = get_next_redirect_url(request)
    return reverse(page) + (f"?{urlencode({'next': wanted})}" if wanted else "")


def _status(form: object) -> int:
    return 400 if getattr(form, "errors", None) else 200
