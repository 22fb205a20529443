"""Where the account meets Django and django-allauth: who asks, passwords, sign-in, messages."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter, get_adapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.forms import UserTokenForm
from allauth.core import context
from django import forms
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse, translate_url
from django.utils.translation import (
    get_language,
    get_language_from_request,
    gettext as _,
    gettext_lazy,
    override,
)

from parvis.account.actions.changing import choose_password
from parvis.account.adapters import sessions
from parvis.account.forms.own import NewPasswordForm, PresentPasswordField
from parvis.account.models import Resident
from parvis.account.permissions import (
    count_try,
    count_wrong,
    note_chosen_password,
    try_account,
)
from parvis.account.queries import people
from parvis.account.queries.factors import factors_of
from parvis.account.queries.sessions import person_of, session_ref_of
from parvis.kernel import clock, pace
from parvis.kernel.errors import Refused
from parvis.kernel.http import CityRequest

_ADDRESS = "parvis_address"


class CityBackend(AuthenticationBackend):
    """Finds who signs in and who is signed in; a known and an unknown address cost the same."""

    def _authenticate_by_email(self, email: str, password: str) -> Resident | None:
        # One question and one hash. A sign-up that waits for its button does not count: its
        # password would tell whoever typed it whether the address was free.
        resident = people.owner_of(email)
        if resident is None or not self._check_password(resident, password):
            return None
        return resident

    def get_user(self, user_id: uuid.UUID | str) -> Resident | None:
        """Return the person of a session with their roles, or None if the account is closed."""
        return people.open_account(user_id, now=clock.now())


class LoginRequired(LoginRequiredMiddleware):
    """Keeps every page behind sign-in that does not say otherwise, and comes back to it.

    One signs in in the language of the page; where its address is the same in every language, in
    that of the browser.
    """

    def handle_no_permission(
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseRedirect:
        """Ask the visitor to sign in."""
        names_a_language = translate_url(request.path, "en") != translate_url(request.path, "fr")
        spoken = get_language() if names_a_language else get_language_from_request(request)
        with override(spoken):
            return super().handle_no_permission(request, view_func)


class PersonMiddleware:
    """Gives every request its `person`: who is signed in, or None. A visitor costs no query."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: CityRequest) -> HttpResponse:
        """Say who asks, and pass the request on."""
        now = clock.now()
        request.person = person_of(request, now=now)
        if request.person:
            sessions.note_use(request, now=now)
        response = self._get_response(request)
        if request.person and not response.has_header("Cache-Control"):
            response["Cache-Control"] = _kept(request)
        return response


def _kept(request: HttpRequest) -> str:
    """Return who may keep what a person is shown: no cache that others share; no browser either
    where signing in is needed, since the next person at it would only go back a page."""
    view = request.resolver_match.func if request.resolver_match else None
    is_for_all = view is None or not getattr(view, "login_required", True)
    return "private" if is_for_all else "private, no-store"


def person(request: HttpRequest) -> dict[str, Any]:
    """Give every template the `person` who is signed in, or None."""
    return {"person": getattr(request, "person", None)}


class AccountAdapter(DefaultAccountAdapter):
    """What the sign-in library asks of the house: our words, our mails, our limits."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": gettext_lazy(
            "This address and this password do not go together. Check both, or choose a new "
            "password. If you have just signed up, press the button in our mail first."
        ),
        "enter_current_password": gettext_lazy("This is not your present password."),
        "incorrect_password": gettext_lazy("This is not your password."),
    }
    _counted = ""
    said = {
        "account/messages/password_changed.txt": gettext_lazy("Your password is changed."),
    }

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return where a request comes from; found out once for each request.

        :raises PermissionDenied: if it says nothing that can be believed
        """
        known: str | None = getattr(request, _ADDRESS, None)
        if known is None:
            known = str(super().get_client_ip(request))
            setattr(request, _ADDRESS, known)
        return known

    def is_ajax(self, _request: HttpRequest) -> bool:
        """Answer pages only: every form of the account works without a script."""
        return False

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        *_args: Any,
        **_options: Any,
    ) -> None:
        """Say what was done in our own words; what has none of ours goes without saying."""
        if message_template in self.said:
            messages.add_message(request, level, str(self.said[message_template]))

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Slow down whoever tries passwords, without keeping the owner out.

        :raises Refused: `too_many_attempts` for an account from a place, `too_many_tries` from a
            place (429), the same for a known and an unknown address
        """
        self._counted = try_account(request, _account(credentials), now=clock.now())

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        """Return whose address and password they are, or None.

        There is one way to find out, and who asks is told: the library would try each backend, and
        send signals nobody hears.

        :raises Refused: as `pre_authenticate`; `crowded` (503), which counts as no try
        """
        self.pre_authenticate(request, **credentials)
        try:
            user = CityBackend().authenticate(request, **credentials)
        except Refused as refusal:
            # It was let try, and then not weighed.
            pace.take_back(self._counted)
            refusal.way = (_("Try again"), request.get_full_path())
            raise
        if user is None:
            self.authentication_failed(request, **credentials)
        else:
            # The right password does not count.
            pace.take_back(self._counted)
        return user

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Count a wrong password."""
        now = clock.now()
        count_try(request, "login_failed", now=now)
        count_wrong(request, _account(credentials), now=now)

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: Any) -> None:
        """Leave that to who chooses a password: the library would forget what was tried at every
        address the person names, be it somebody else's."""

    def get_login_stages(self) -> list[str]:
        """Return what stands between a first proof and the session: the second step.

        Who signs in has a confirmed address: nobody else is found.
        """
        return ["parvis.account.adapters.factors.SecondStep"]

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """Know the device somebody comes from, and open their session."""
        if isinstance(user, Resident):
            sessions.bring_device(request, user)
        super().login(request, user)

    def post_login(
        self, request: HttpRequest, user: AbstractBaseUser, **options: Any
    ) -> HttpResponse:
        """Open the page the person was going to, in their language."""
        response: HttpResponse = super().post_login(request, user, **options)
        if isinstance(user, Resident):
            if user.language != get_language():
                response["Location"] = translate_url(response["Location"], user.language)
            sessions.remember_device(request, response)
        return response

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Return the pages on which a person may show that it is them, the usual one first."""
        found = factors_of(user.pk)
        offered = [
            (user.has_usable_password(), "account_reauthenticate", _("Type my password")),
            (found.has_second, "mfa_reauthenticate", _("Type a code")),
            (bool(found.passkeys), "mfa_reauthenticate_webauthn", _("Use a passkey")),
        ]
        return [
            {"id": page, "description": words, "url": reverse(page)}
            for is_there, page, words in offered
            if is_there
        ]

    def get_password_change_redirect_url(self, _request: HttpRequest) -> str:
        """Go back to what opens the account."""
        return reverse("account:security")


def _account(credentials: dict[str, Any]) -> str:
    return str(credentials.get("email", ""))


class ProveAgain(forms.Form):
    """The form of who is signed in and about to do something sensitive."""

    password = PresentPasswordField(label=gettext_lazy("Password"))

    def __init__(self, *args: Any, user: Resident, **options: Any) -> None:
        self.user = user
        super().__init__(*args, **options)

    def clean_password(self) -> str:
        """Return the password.

        :raises ValidationError: if it is not the person's
        :raises Refused: `too_many_attempts`, as at the sign-in
        """
        typed: str = self.cleaned_data["password"]
        if not get_adapter().reauthenticate(self.user, typed):
            raise ValidationError(AccountAdapter.error_messages["incorrect_password"])
        return typed


class ResetToken(UserTokenForm):
    """The link to choose a password: it dies with the password, the address or a new sign-in."""

    token_generator = default_token_generator


class ChooseNewPassword(NewPasswordForm):
    """The form behind a link to choose a new password; `save` does it."""

    def __init__(self, *args: Any, temp_key: str = "", **options: Any) -> None:
        self.temp_key = temp_key
        super().__init__(*args, **options)

    def save(self) -> None:
        """Give the account its new password, and let its owner in where they chose it."""
        now = clock.now()
        choose_password(self.user, self.cleaned_data["password1"], now=now)
        note_chosen_password(context.request, self.user.email or "", now=now)


class ChangePassword(ChooseNewPassword):
    """The form of who knows the present password and wants another."""

    oldpassword = PresentPasswordField(label=gettext_lazy("Present password"))
    field_order = ["oldpassword", "password1"]

    def clean_oldpassword(self) -> str:
        """Return the present password.

        :raises ValidationError: if it is not the present one
        """
        typed: str = self.cleaned_data["oldpassword"]
        if not self.user.check_password(typed):
            raise ValidationError(AccountAdapter.error_messages["enter_current_password"])
        return typed

    def save(self) -> None:
        """Give the account its new password; the session it is changed from stays."""
        here = session_ref_of(context.request)
        password = self.cleaned_data["password1"]
        choose_password(self.user, password, now=clock.now(), keep_ref=here)
