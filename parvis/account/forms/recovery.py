"""What may be typed in to add a phone and to find a way back into an account: shape only."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from parvis.account.actions.counter import Request
from parvis.account.forms.own import AddressField, NewPasswordField, check_password
from parvis.account.models import Paper, Resident
from parvis.account.rules import phones, recovery as rules

# A code on paper is longer than one of a text message, and people add spaces.
_CODE_MAX_LENGTH = 40


class OneTimeCodeField(forms.CharField):
    """A code as it was read on a phone, in an app or on paper."""

    def __init__(self, *, is_numeric: bool = True, **options: Any) -> None:
        attrs = {"autocomplete": "one-time-code"} | ({"inputmode": "numeric"} if is_numeric else {})
        super().__init__(
            max_length=_CODE_MAX_LENGTH, widget=forms.TextInput(attrs=attrs), **options
        )


class NumberForm(forms.Form):
    """One phone number, as people write theirs."""

    number = forms.CharField(
        label=_("Number of your mobile phone"),
        max_length=phones.TYPED_MAX_LENGTH,
        help_text=_("06 12 34 56 78, or with its country: +44 7400 123456."),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )


class TextCodeForm(forms.Form):
    """The code of a text message."""

    text_code = OneTimeCodeField(label=_("Code we sent by text message"))


class KeptCodeForm(forms.Form):
    """A code of the app, or one kept on paper."""

    kept_code = OneTimeCodeField(
        label=_("Code of your application, or recovery code"), is_numeric=False
    )


class NewStartForm(forms.Form):
    """A new password, and whether what the person lost is to be forgotten."""

    password1 = NewPasswordField(label=_("New password"))
    forgets_factors = forms.BooleanField(
        label=_("I have lost my application, my passkeys or my recovery codes: forget them all"),
        required=False,
    )

    def __init__(self, *args: Any, user: Resident, has_factors: bool, **options: Any) -> None:
        self.user = user
        super().__init__(*args, **options)
        if not has_factors:
            del self.fields["forgets_factors"]

    def clean(self) -> dict[str, Any]:
        """Weigh the password against what we know of the person."""
        check_password(self, "password1", self.user)
        return self.cleaned_data


class CounterForm(forms.Form):
    """What an agent writes down of who stands before them; no field takes a paper's number."""

    paper = forms.ChoiceField(
        label=_("Paper you have seen"),
        choices=Paper.choices,
        widget=forms.RadioSelect,
        help_text=_("Only the kind: its number is written nowhere."),
    )
    email = AddressField(
        label=_("Address the person can read from now on"),
        help_text=_("The link leaves for it in 24 hours, if nobody objects."),
    )
    reason = forms.CharField(
        label=_("What happened"),
        min_length=rules.REASON_MIN_LENGTH,
        max_length=rules.REASON_MAX_LENGTH,
        help_text=_("One or two sentences. The person will read them."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def request(self, person_id: Any) -> Request:
        """Return what the agent asks for."""
        typed = self.cleaned_data
        return Request(
            person_id=person_id, email=typed["email"], reason=typed["reason"], paper=typed["paper"]
        )
