"""What may be typed in to open, prove and change an account: shape only."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.html import strip_tags
from django.utils.translation import gettext, gettext_lazy as _

from parvis.account.actions.opening import SignUp
from parvis.account.models import Language, Resident
from parvis.account.rules import opening as rules
from parvis.territory.public import arrondissements
from parvis.ui.names import LOST_CHARACTER, UNREADABLE, NameField
from parvis.ui.wording import arrondissement


class AddressField(forms.EmailField):
    """An e-mail address in the one form we compare: lower case, its domain in ASCII (RFC 5891)."""

    def __init__(self, *, autocomplete: str = "email", **options: Any) -> None:
        widget = forms.EmailInput(attrs={"autocomplete": autocomplete})
        super().__init__(max_length=rules.ADDRESS_MAX_LENGTH, widget=widget, **options)

    def clean(self, value: Any) -> str:
        """Return the address.

        :raises ValidationError: if it is not one
        """
        local, _at, domain = super().clean(value).rpartition("@")
        try:
            address = f"{local}@{domain.lower().encode('idna').decode()}".lower()
        except UnicodeError:
            address = ""
        # Django's pattern lets a few letters pass that only fold to ASCII, and quoted controls; a
        # domain may grow when it is written in ASCII.
        is_plain = local.isascii() and address.isprintable()
        if not is_plain or len(address) > rules.ADDRESS_MAX_LENGTH:
            address = ""
        validate_email(address)
        return address


class NewPasswordField(forms.CharField):
    """A password being chosen. Length counts, composition does not."""

    def __init__(self, **options: Any) -> None:
        widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
        given: dict[str, Any] = {
            "label": _("Password"),
            "help_text": _(
                "At least 12 characters: three or four words that have nothing to do with each "
                "other make a good one."
            ),
        }
        super().__init__(
            widget=widget, strip=False, max_length=rules.PASSWORD_MAX_LENGTH, **given | options
        )


class PresentPasswordField(forms.CharField):
    """A password one already has."""

    def __init__(self, **options: Any) -> None:
        widget = forms.PasswordInput(attrs={"autocomplete": "current-password"})
        super().__init__(
            widget=widget, strip=False, max_length=rules.PASSWORD_MAX_LENGTH, **options
        )


def check_password(form: forms.Form, field: str, resident: Resident) -> None:
    """Add an error to the form if its password is unreadable, short, common or like the person."""
    password = form.cleaned_data.get(field)
    if not password:
        return
    if LOST_CHARACTER in password:
        form.add_error(field, ValidationError(UNREADABLE, code="unreadable"))
        return
    try:
        validate_password(password, resident)
    except ValidationError as error:
        form.add_error(field, error)


class SignUpForm(forms.Form):
    """Only what is needed: an address, a usual name, a password."""

    email = AddressField(label=_("E-mail address"))
    usual_name = NameField(
        label=_("Usual name"),
        max_length=rules.NAME_MAX_LENGTH,
        help_text=_("The name the City calls you by, and that others see beside what you publish."),
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )
    password = NewPasswordField()
    attempt = forms.CharField(required=False, widget=forms.HiddenInput, max_length=36)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["attempt"].initial = uuid.uuid4

    def clean_attempt(self) -> uuid.UUID:
        """Return which page of ours was filled in; an unknown one is a new attempt."""
        try:
            return uuid.UUID(self.cleaned_data["attempt"])
        except ValueError:
            return uuid.uuid4()

    def clean(self) -> dict[str, Any]:
        """Weigh the password against what the person said of themselves."""
        cleaned = self.cleaned_data
        about = Resident(email=cleaned.get("email"), usual_name=cleaned.get("usual_name", ""))
        check_password(self, "password", about)
        return cleaned

    def wish(self, *, language: str) -> SignUp:
        """Return what the person asks for."""
        typed = self.cleaned_data
        # A page gone back to in order to mend the address or the name is another sign-up.
        said = f"{typed['email']} {typed['usual_name']}"
        return SignUp(
            attempt=uuid.uuid5(typed["attempt"], said),
            email=typed["email"],
            usual_name=typed["usual_name"],
            password=typed["password"],
            language=language,
        )


class AddressForm(forms.Form):
    """One address."""

    email = AddressField(label=_("E-mail address"))


class LostAccountForm(forms.Form):
    """The address of an account somebody can no longer enter."""

    email = AddressField(label=_("Address of the account"))


class NewAddressForm(forms.Form):
    """The address an account is to use."""

    email = AddressField(label=_("New address"))


class NewPasswordForm(forms.Form):
    """A new password for a known person."""

    password1 = NewPasswordField(label=_("New password"))

    def __init__(self, *args: Any, user: Resident, **options: Any) -> None:
        self.user = user
        super().__init__(*args, **options)

    def clean(self) -> dict[str, Any]:
        """Weigh the password against what we know of the person."""
        check_password(self, "password1", self.user)
        return self.cleaned_data


class ProfileForm(forms.Form):
    """What a person tells of themselves; all but the usual name may stay empty."""

    usual_name = NameField(
        label=_("Usual name"),
        max_length=rules.NAME_MAX_LENGTH,
        help_text=_("The name the City calls you by, and that others see beside what you publish."),
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )
    civil_name = NameField(
        label=_("Civil name"),
        required=False,
        max_length=rules.CIVIL_NAME_MAX_LENGTH,
        help_text=_("As on your identity papers. Only agents who need it see it."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    language = forms.ChoiceField(label=_("Language of pages and mails"), choices=Language.choices)
    residence = forms.TypedChoiceField(
        label=_("Where I live"), required=False, coerce=int, empty_value=None
    )
    work = forms.TypedChoiceField(
        label=_("Where I work or study"), required=False, coerce=int, empty_value=None
    )
    heart = forms.TypedChoiceField(
        label=_("Where my heart is"),
        required=False,
        coerce=int,
        empty_value=None,
        help_text=_("The arrondissement you care about, wherever you live."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        numbers = {d.number: _said(d.number, d.name) for d in arrondissements()}
        for place in ("residence", "work", "heart"):
            field = self.fields[place]
            if isinstance(field, forms.ChoiceField):
                field.choices = _with_what_was_said(numbers, self.initial.get(place))


def _said(number: int, name: str) -> str:
    return f"{strip_tags(arrondissement(number))}, {name}"


def _with_what_was_said(numbers: dict[int, str], said: int | None) -> list[tuple[str, str]]:
    # A city whose map is not loaded must not make people lose what they said.
    if said is not None and said not in numbers:
        numbers = numbers | {said: str(said)}
    offered = [(str(number), name) for number, name in sorted(numbers.items())]
    return [("", gettext("I prefer not to say")), *offered]
