"""Pages to open an account, confirm it, change it, know what it holds, close it."""

from __future__ import annotations

from allauth.account import views as allauth_views
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.template.response import TemplateResponse
from django.urls import translate_url
from django.utils.translation import get_language, gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from parvis.account.actions import changing, opening
from parvis.account.forms import own as forms
from parvis.account.permissions import (
    counted_as,
    keep_pace,
    keep_pace_of_owner,
    proves_again,
)
from parvis.account.queries import people
from parvis.account.views.recovery_steps import begin_by_link
from parvis.kernel import clock
from parvis.kernel.errors import Refused
from parvis.kernel.http import CityRequest

pages = require_http_methods(["GET", "HEAD", "POST"])


def _status(form: object) -> int:
    return 400 if getattr(form, "errors", None) else 200


@login_not_required
@never_cache
@pages
@sensitive_post_parameters("password")
def sign_up(request: CityRequest) -> HttpResponse:
    """Ask for an address, a name and a password; the answer never tells who is known."""
    if request.person:
        return redirect("account:known")
    form = forms.SignUpForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        wish, now = form.wish(language=get_language() or "fr"), clock.now()
        keep_pace(request, "signup", address=wish.email, now=now)
        opening.sign_up(wish, now=now)
        return redirect("account_email_verification_sent")
    return render(request, "account/signup.html", {"form": form}, status=_status(form))


@login_not_required
@require_safe
def confirmation_sent(request: CityRequest) -> HttpResponse:
    """Say that a mail is on its way."""
    return render(request, "account/verification_sent.html")


@login_not_required
@never_cache
@pages
def confirm_address(request: CityRequest, key: str) -> HttpResponse:
    """Show what a link confirms; only the button does it, since mail scanners follow links."""
    link = people.confirmation(key, now=clock.now())
    if request.method == "POST" and link:
        opening.confirm_address(key, now=clock.now())
        messages.success(request, _("Your address is confirmed."))
        return redirect("account:known" if request.person else "account_login")
    status = 200 if link else 410
    return render(request, "account/email_confirm.html", {"link": link}, status=status)


@login_not_required
@never_cache
@pages
def ask_password(request: CityRequest) -> HttpResponse:
    """Ask for the address of the account; the answer never tells whether there is one."""
    form = forms.AddressForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        email, now = form.cleaned_data["email"], clock.now()
        share = keep_pace_of_owner(request, "reset_password", address=email, now=now)
        language = get_language() or "fr"
        changing.ask_new_password(email=email, language=language, share=share, now=now)
        return redirect("account_reset_password_done")
    return render(request, "account/password_reset.html", {"form": form}, status=_status(form))


@login_not_required
@require_safe
def password_mail_sent(request: CityRequest) -> HttpResponse:
    """Say that a mail is on its way."""
    return render(request, "account/password_reset_done.html")


@login_not_required
@never_cache
def choose_password(request: CityRequest, **link: str) -> HttpResponseBase:
    """Open the page behind a link to choose a password; 410 where it works no longer.

    Who has a second step is asked for one more proof first.
    """
    if begin_by_link(request, uidb36=link["uidb36"], key=link["key"], now=clock.now()):
        return redirect("account:recover_proofs")
    response = allauth_views.password_reset_from_key(request, **link)
    # The library says so on a page like any other.
    if isinstance(response, TemplateResponse) and (response.context_data or {}).get("token_fail"):
        response.status_code = 410
    return response


@login_not_required
@require_safe
def password_chosen(_request: CityRequest) -> HttpResponse:
    """Lead who has just chosen a new password to sign in with it."""
    return redirect("account_login")


@never_cache
@pages
@proves_again
@counted_as("manage_email")
def change_address(request: CityRequest) -> HttpResponse:
    """Ask for a new address; the present one stays until the new one is confirmed."""
    form = forms.NewAddressForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            changing.ask_new_address(
                person_id=request.person.id, email=form.cleaned_data["email"], now=clock.now()
            )
            return redirect("account_email")
        except Refused as refusal:
            form.add_error("email", refusal.message)
    context = {"form": form, "awaited": people.awaited_address(request.person.id)}
    return render(request, "account/email_change.html", context, status=_status(form))


@never_cache
@pages
def profile(request: CityRequest) -> HttpResponse:
    """Let a person say how they are called, where they are at home, and in which language."""
    form = forms.ProfileForm(request.POST or None, initial=people.profile(request.person))
    if request.method == "POST" and form.is_valid():
        told = opening.Profile(**form.cleaned_data)
        changing.change_profile(person_id=request.person.id, profile=told, now=clock.now())
        messages.success(request, _("Your profile is saved."))
        response = redirect("account:known")
        response["Location"] = translate_url(response["Location"], told.language)
        return response
    return render(request, "account/profile.html", {"form": form}, status=_status(form))
