"""Where second factors meet django-allauth: the second step, passkeys, proving again."""

from __future__ import annotations

import contextlib
import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import qrcode
from allauth.account.internal.flows.login import record_authentication
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.stages import AuthenticateStage
from allauth.mfa.webauthn.forms import (
    AuthenticateWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from allauth.mfa.webauthn.views import ReauthenticateWebAuthnView
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _, gettext_lazy
from qrcode.image.svg import SvgPathFillImage

from parvis.account.actions import factors, passkeys
from parvis.account.actions.sealing import seal, unseal
from parvis.account.adapters.sessions import TRUST_KEY, is_trusted
from parvis.account.forms.factors import CodeField, CredentialField
from parvis.account.models import Resident
from parvis.account.permissions import account_key, count_try, refuse_haste
from parvis.account.queries.factors import SECOND
from parvis.account.queries.sessions import device_of, token_of
from parvis.account.rules import opening as rules
from parvis.kernel import clock, pace
from parvis.kernel.errors import Refused


class FactorsAdapter(DefaultMFAAdapter):
    """What the library asks of the house about second factors."""

    def encrypt(self, text: str) -> str:
        """Seal a secret that must be read again."""
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Read a sealed secret."""
        return unseal(encrypted_text)

    def is_mfa_enabled(self, user: Any, types: Any = None) -> bool:
        """Tell whether a person has one of these factors; who has just been found by the address
        they sign in with comes with the answer."""
        if set(types or ()) == set(SECOND) and hasattr(user, "has_second"):
            return bool(user.has_second)
        return bool(super().is_mfa_enabled(user, types))

    def build_totp_svg(self, url: str) -> str:
        """Draw a secret on white paper: dark squares on a dark page cannot be scanned."""
        drawn = BytesIO()
        qrcode.make(url, image_factory=SvgPathFillImage).save(drawn)
        return drawn.getvalue().decode()

    def get_totp_issuer(self) -> str:
        """Return what an application shows above the codes."""
        return str(settings.PARVIS_CITY_NAME)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Return what passkeys are bound to: the site's own name, whatever a browser calls it."""
        host = urlsplit(settings.PARVIS_SITE_URL).hostname or "localhost"
        return {"id": host, "name": settings.PARVIS_CITY_NAME}

    def get_public_key_credential_user_entity(self, user: Any) -> dict[str, Any]:
        """Return what a passkey is kept under; its handle is the id of the person, no address."""
        return {
            "id": user.pk.hex.encode(),
            "name": user.email or user.usual_name,
            "display_name": user.usual_name,
        }


class SecondStep(AuthenticateStage):
    """Asks who has a second factor for it, but on a device they trust."""

    def handle(self) -> tuple[HttpResponse | None, bool]:
        """Return the page to go on with, or None."""
        answer: tuple[HttpResponse | None, bool] = super().handle()
        user = self.login.user
        if answer[0] is None or not isinstance(user, Resident):
            return answer
        is_known = is_trusted(self.request, user, now=clock.now())
        return (None, True) if is_known else answer


class TypeCode(forms.Form):
    """The second step by a code: from the application, or from paper."""

    code = CodeField(label=gettext_lazy("Code of my application, or a recovery code"))
    trust = forms.BooleanField(
        label=gettext_lazy("Do not ask again on this device for thirty days"), required=False
    )

    def __init__(self, *args: Any, user: Resident, **options: Any) -> None:
        self.user = user
        super().__init__(*args, **options)

    def clean_code(self) -> str:
        """Return the kind of code that was typed.

        :raises ValidationError: if it opens nothing
        :raises Refused: `too_many_attempts`, `too_many_tries` (429)
        """
        typed, now = self.cleaned_data["code"], clock.now()
        with slowed_down(context.request, self.user.pk, now=now) as passed:
            if factors.use_app_code(person_id=self.user.pk, typed=typed, now=now):
                self.kind = "totp"
            elif factors.use_paper_code(person_id=self.user.pk, typed=typed, now=now):
                self.kind = "recovery_codes"
            else:
                raise ValidationError(factors.wrong_code().message, code="wrong_code")
            passed()
        return self.kind

    def save(self) -> None:
        """Note in the session what was shown."""
        record_authentication(context.request, self.user, "mfa", type=self.kind)
        if self.cleaned_data["trust"]:
            context.request.session[TRUST_KEY] = str(self.user.pk)


class TypeCodeAgain(TypeCode):
    """A code shown again by who is signed in and about to do something sensitive."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        del self.fields["trust"]

    def save(self) -> None:
        """Note in the session what was shown."""
        record_authentication(
            context.request, self.user, "mfa", type=self.kind, reauthenticated=True
        )


class UsePasskey(AuthenticateWebAuthnForm):
    """The second step by a passkey."""

    credential = CredentialField()
    trust = forms.BooleanField(
        label=gettext_lazy("Do not ask again on this device for thirty days"), required=False
    )

    def clean_credential(self) -> Any:
        """Return the passkey that was shown.

        :raises ValidationError: if it is none of the person's
        :raises Refused: `too_many_attempts`, `too_many_tries` (429)
        """
        with slowed_down(context.request, self.user.pk, now=clock.now()) as passed:
            shown = _shown(self.cleaned_data["credential"], by=self.user)
            passed()
        return shown

    def save(self) -> None:
        """Note in the session what was shown."""
        super().save()
        if self.cleaned_data["trust"]:
            context.request.session[TRUST_KEY] = str(self.user.pk)


class ProveByPasskey(ReauthenticateWebAuthnForm):
    """A passkey shown again by who is signed in and about to do something sensitive."""

    credential = CredentialField()

    def clean_credential(self) -> Any:
        """Return the passkey that was shown.

        :raises ValidationError: if it is none of the person's
        """
        return _shown(self.cleaned_data["credential"], by=self.user)


class ProveByPasskeyView(ReauthenticateWebAuthnView):
    """The page that asks for a passkey again."""

    form_class = ProveByPasskey

    def form_invalid(self, form: forms.Form) -> HttpResponse:
        """Show the page again with what is wrong."""
        return self.render_to_response(self.get_context_data(form=form))


@contextlib.contextmanager
def slowed_down(
    request: HttpRequest, person_id: uuid.UUID, *, now: dt.datetime
) -> Iterator[Callable[[], None]]:
    """Count a try at the second step before it is made; call what is given if it was a good one.

    Five tries in five minutes for a person and a place; beside that, so many an hour for all the
    devices the person never signed in with together: whoever knows the password and tries codes
    from everywhere slows themselves down, and not the owner on their own device.

    :raises Refused: `too_many_attempts`, `too_many_tries` (429)
    """
    device = device_of(person_id, token_of(request))
    who = f"{person_id}:{device.pk if device else ''}"
    refuse_haste(request, "second_step_failed", now=now, address=who)
    key = account_key(request, f"second-step:{person_id}")
    if pace.count(key, lasts=rules.ACCOUNT_TRIES_END, now=now) > rules.MOST_ACCOUNT_TRIES:
        raise Refused(
            "too_many_attempts",
            _("Too many wrong codes in a row. Wait five minutes and try again."),
            status=429,
        )
    good: list[bool] = []
    try:
        yield lambda: good.append(True)
    finally:
        if good:
            pace.begin_again(key)
        else:
            count_try(request, "second_step_failed", now=now, address=who)


def _shown(credential: dict[str, Any], *, by: Resident) -> Any:
    try:
        return passkeys.shown(credential, by=by)
    except Refused as refusal:
        raise ValidationError(refusal.message, code=refusal.code) from refusal
