"""The page at which people sign in with an address and a password."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import perform_password_login
from allauth.account.internal.stagekit import get_pending_stage, redirect_to_pending_stage
from allauth.account.models import Login
from allauth.account.utils import get_login_redirect_url, get_next_redirect_url
from allauth.utils import get_request_param
from django import forms
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from parvis.account.adapters.signing_in import AccountAdapter
from parvis.account.forms.own import AddressField, PresentPasswordField
from parvis.account.templatetags.parvis_account import outside
from parvis.kernel.http import CityRequest
from parvis.ui.visitors import visitors_page

_PAGE = "account/login.html"


class SignIn(forms.Form):
    """The form of who signs in with an address and a password.

    It asks nothing of the library's own form, which is made for every way in that a site may have:
    each look at its settings, and each field it makes and throws away, would be paid at every door.
    """

    # The browser proposes passkeys beside addresses (`passkeys.js` asks it to).
    login = AddressField(label=gettext_lazy("E-mail address"), autocomplete="username webauthn")
    password = PresentPasswordField(label=gettext_lazy("Password"))

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self._user: AbstractBaseUser | None = None
        super().__init__(request.POST if request.method == "POST" else None)

    def clean(self) -> dict[str, Any]:
        """Find out whose address and password they are.

        :raises ValidationError: if they do not go together
        :raises Refused: as `AccountAdapter.authenticate`
        """
        typed = self.cleaned_data
        if not self.errors:
            self._user = get_adapter().authenticate(self._request, **self._credentials())
            if self._user is None:
                wrong = "email_password_mismatch"
                raise ValidationError(AccountAdapter.error_messages[wrong], code=wrong)
        return typed

    def _credentials(self) -> dict[str, str]:
        return {"email": self.cleaned_data["login"], "password": self.cleaned_data["password"]}

    def let_in(self) -> HttpResponse:
        """Let in whose they are, or lead them to their second step."""
        credentials = self._credentials()
        wanted = get_next_redirect_url(self._request)
        login = Login(user=self._user, email=credentials["email"], redirect_url=wanted)
        response: HttpResponse = perform_password_login(self._request, credentials, login)
        self._request.session.set_expiry(settings.SESSION_COOKIE_AGE)
        return response


@login_not_required
@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: CityRequest) -> HttpResponse:
    """Ask for an address and a password, and let in whose they are; who has given them already
    goes on to their second step."""
    if request.person:
        return redirect(get_login_redirect_url(request))
    stage = get_pending_stage(request)
    if stage and stage.is_resumable(request):
        return redirect_to_pending_stage(request, stage)
    if request.method != "POST":
        return visitors_page(request, _PAGE, _asked, *outside().items())
    form = SignIn(request)
    return form.let_in() if form.is_valid() else render(request, _PAGE, _asked(request, form))


def _asked(request: HttpRequest, form: SignIn | None = None) -> dict[str, Any]:
    """Return what the page asks, and where it leads on to, once signed in."""
    wanted = get_next_redirect_url(request)
    onward = f"?{urlencode({REDIRECT_FIELD_NAME: wanted})}" if wanted else ""
    return {
        "form": form or SignIn(request),
        "next": get_request_param(request, REDIRECT_FIELD_NAME),
        "signup_url": reverse("account_signup") + onward,
    }
