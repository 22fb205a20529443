"""What an administrator chooses to try a service."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from parvis.openid.models import Service
from parvis.openid.queries.services import kind_of
from parvis.openid.rules import claims as rules, kinds
from parvis.openid.rules.assurance import MULTI_FACTOR


class TrialForm(forms.Form):
    """The secret, and what to ask for."""

    secret = forms.CharField(
        label=_("The service's secret"),
        max_length=255,
        strip=True,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("So that you see whether yours is the right one. It is forgotten at once."),
    )
    scopes = forms.MultipleChoiceField(
        label=_("Scopes to ask for"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[(one, one) for one in rules.SCOPES if one != rules.OPENID],
    )
    two_factors = forms.BooleanField(label=_("Ask for two proofs"), required=False)
    consent = forms.BooleanField(label=_("Ask for the consent again"), required=False)

    def __init__(self, *args: Any, service: Service, **options: Any) -> None:
        super().__init__(*args, **options)
        kind = kinds.KINDS[kind_of(service)]
        if not kind.has_secret:
            del self.fields["secret"]
        if not kind.comes_back:
            del self.fields["two_factors"], self.fields["consent"]
        if not kind.has_persons:
            del self.fields["scopes"]

    @property
    def secret_typed(self) -> str:
        """Return the secret, "" where there is none."""
        return str(self.cleaned_data.get("secret", ""))

    def scopes_asked(self) -> tuple[str, ...]:
        """Return the scopes to ask for."""
        return (rules.OPENID, *self.cleaned_data.get("scopes", ()))

    def more(self) -> dict[str, str]:
        """Return what else the request says."""
        asked = {}
        if self.cleaned_data.get("consent"):
            asked["prompt"] = "consent"
        if self.cleaned_data.get("two_factors"):
            asked["acr_values"] = MULTI_FACTOR
        return asked


def scopes_of(service: Service) -> list[str]:
    """Return the scopes that ask for something a service may know."""
    allowed = set(service.claims)
    return [scope for scope, claims in rules.SCOPES.items() if allowed & set(claims)]
