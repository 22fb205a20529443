"""What may be typed in about identities from outside and merged accounts: shape only."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from parvis.account.forms.own import AddressField
from parvis.account.rules import merging, opening as rules
from parvis.ui.names import NameField


class WelcomeForm(forms.Form):
    """How the owner of a new account is called; an address only where it has to be another."""

    usual_name = NameField(
        label=_("Usual name"),
        max_length=rules.NAME_MAX_LENGTH,
        help_text=_("The name the City calls you by, and that others see beside what you publish."),
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )


class ContactForm(WelcomeForm):
    """The same, with an address at which the City can write."""

    email = AddressField(label=_("Another e-mail address"))


class ReasonForm(forms.Form):
    """Why an agent decides what they decide."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=merging.REASON_MAX_LENGTH,
        widget=forms.Textarea,
        help_text=_("What you compared, and how the person asked. They can read it."),
    )


class TwoAccountsForm(ReasonForm):
    """Two accounts that are one person's."""

    stays = AddressField(label=_("Address of the account that stays"))
    goes = AddressField(label=_("Address of the account that goes"))
    field_order = ["stays", "goes", "reason"]
