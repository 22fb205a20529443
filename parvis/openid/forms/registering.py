"""What an administrator types to register a service; the action judges it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from parvis.kernel.errors import Refused
from parvis.openid.queries.services import KIND_LABELS
from parvis.openid.queries.wording import NAMES
from parvis.openid.rules import kinds
from parvis.openid.rules.assurance import MULTI_FACTOR, SINGLE_FACTOR

_LEVELS = (
    ("", _("As the person likes")),
    (SINGLE_FACTOR, _("One proof: a password, a code by e-mail")),
    (MULTI_FACTOR, _("Two proofs, or a passkey")),
)
_ADDRESSES = {"rows": 3, "spellcheck": "false", "autocapitalize": "off"}


def _address(label: Any, hint: Any) -> forms.CharField:
    typed = forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"})
    return forms.CharField(
        label=label, help_text=hint, required=False, max_length=2000, widget=typed
    )


def _addresses(label: Any, hint: Any) -> forms.CharField:
    typed = forms.Textarea(attrs=_ADDRESSES)
    return forms.CharField(
        label=label, help_text=hint, required=False, max_length=20_000, widget=typed
    )


def _ticks(label: Any, hint: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        help_text=hint,
        required=False,
        choices=list(NAMES.items()),
        widget=forms.CheckboxSelectMultiple,
    )


class ServiceForm(forms.Form):
    """A service: what it is, why it wants to know people, and where it is answered."""

    kind = forms.ChoiceField(
        label=_("What kind of program is it?"),
        choices=list(KIND_LABELS.items()),
        widget=forms.RadioSelect,
    )
    name = forms.CharField(
        label=_("Name"), max_length=100, help_text=_("As people know the service.")
    )
    operator = forms.CharField(
        label=_("Who answers for it"),
        max_length=200,
        help_text=_("The department, or the company that runs it for the City."),
    )
    purpose_fr = forms.CharField(
        label=_("What it wants to know people for, in French"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3, "lang": "fr"}),
        help_text=_("People read this sentence before they agree. Plain words, please."),
    )
    purpose_en = forms.CharField(
        label=_("The same, in English"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3, "lang": "en"}),
    )
    contact = forms.EmailField(
        label=_("Address of those who look after it"), help_text=_("Only the City reads it.")
    )
    home_url = _address(_("Where people find it"), _("Its first page, if it has one."))
    redirect_uris = _addresses(
        _("Where people come back to (redirect URIs)"),
        _("One on each line. Compared letter by letter; https, or http on localhost."),
    )
    post_logout_redirect_uris = _addresses(
        _("Where people come back to after they signed out"), _("One on each line.")
    )
    backchannel_logout_uri = _address(
        _("Where it is told that somebody signed out"),
        _("A program answers there, not a page (back-channel logout)."),
    )
    sector = forms.CharField(
        label=_("Sector"),
        required=False,
        max_length=253,
        help_text=_(
            "Services of one sector know a person under one name, and could put together what they "
            "know. Left empty: the host of the addresses."
        ),
    )
    claims = _ticks(_("What it cannot do without"), _("The less, the better."))
    optional_claims = _ticks(
        _("What people may tell it, if they like"), _("Each may be left out by each person.")
    )
    least_acr = forms.ChoiceField(
        label=_("How sure it must be who signs in"), required=False, choices=_LEVELS
    )

    def __init__(self, *args: Any, is_new: bool = True, **options: Any) -> None:
        super().__init__(*args, **options)
        if not is_new:
            del self.fields["kind"]

    def clean(self) -> dict[str, Any]:
        """Refuse what is needed and left to the person at once."""
        given: dict[str, Any] = super().clean() or {}
        both = set(given.get("claims", ())) & set(given.get("optional_claims", ()))
        if both:
            sentence = _("What the service needs cannot be left to the person as well.")
            self.add_error("optional_claims", ValidationError(sentence))
        return given

    def wish(self, *, kind: str = "") -> kinds.Wish:
        """Return what was typed; `kind` is that of a service that has one already."""
        given = dict(self.cleaned_data)
        optional = frozenset(given.pop("optional_claims"))
        needed = frozenset(given.pop("claims"))
        for name in ("redirect_uris", "post_logout_redirect_uris"):
            given[name] = tuple(given[name].split())
        given["kind"] = given.get("kind") or kind
        return kinds.Wish(**given, claims=needed | optional, optional_claims=optional)

    def refuse(self, refusal: Refused) -> None:
        """Show why the city said no, beside the field it is about where there is one."""
        field = str(getattr(refusal, "field", ""))
        self.add_error(field if field in self.fields else None, refusal.message)


def as_typed(wish: kinds.Wish) -> dict[str, Any]:
    """Return a wish as the fields of the form show it."""
    return {
        **{name: getattr(wish, name) for name in ("kind", "name", "operator")},
        **{name: getattr(wish, name) for name in ("purpose_fr", "purpose_en")},
        **{name: getattr(wish, name) for name in ("contact", "home_url", "sector", "least_acr")},
        "backchannel_logout_uri": wish.backchannel_logout_uri,
        "redirect_uris": "\n".join(wish.redirect_uris),
        "post_logout_redirect_uris": "\n".join(wish.post_logout_redirect_uris),
        "claims": sorted(wish.claims - wish.optional_claims),
        "optional_claims": sorted(wish.optional_claims),
    }
