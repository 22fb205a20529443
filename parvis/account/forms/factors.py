"""What may be typed or shown to open an account without its password: shape only."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, gettext_lazy as _

from parvis.account.rules import factors as rules


class CodeField(forms.CharField):
    """A code from an application, from paper or from a mail."""

    def __init__(self, **options: Any) -> None:
        attrs = {"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}
        given: dict[str, Any] = {"label": _("Code"), "max_length": 40}
        super().__init__(widget=forms.TextInput(attrs=attrs), **given | options)


class CredentialField(forms.JSONField):
    """What a device answers in the ceremony of a passkey; a script fills it in."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.HiddenInput, required=True, **options)

    def clean(self, value: Any) -> Any:
        """Return the answer.

        :raises ValidationError: if it is no object of JSON
        """
        answer = super().clean(value)
        if not isinstance(answer, dict):
            raise ValidationError(gettext("Your device gave no passkey."), code="no_passkey")
        return answer


class CodeForm(forms.Form):
    """One code."""

    code = CodeField()


class PasskeyForm(forms.Form):
    """A passkey that a device shows."""

    credential = CredentialField()


class NewPasskeyForm(forms.Form):
    """A passkey that a device has just made, and what its owner calls it."""

    name = forms.CharField(
        label=_("Name of this passkey"), max_length=rules.NAME_MAX_LENGTH, required=False
    )
    credential = CredentialField()


class NameForm(forms.Form):
    """What the owner of a passkey or an application calls it."""

    name = forms.CharField(label=_("Its name"), max_length=rules.NAME_MAX_LENGTH)
