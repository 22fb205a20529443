"""What may be typed at the portal: words to search, a place, a display."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from parvis.portal.rules import unturned


class Words(forms.CharField):
    """A line that the page will repeat; marks that would turn the page around are dropped."""

    def to_python(self, value: object) -> str | None:
        """Return what was typed, without such marks."""
        typed = super().to_python(value)
        return unturned(typed) if typed else typed


class SearchForm(forms.Form):
    """Words to look for, and perhaps one kind of answer."""

    q = Words(
        label=_("What are you looking for?"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    kind = forms.SlugField(required=False, widget=forms.HiddenInput())


class NearForm(forms.Form):
    """A place of the city: an address, a street or an arrondissement, as people write it."""

    adresse = Words(
        label=_("Your address, your street or your arrondissement"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )


class DatesForm(forms.Form):
    """Which consultation of a demonstration, and which dates."""

    consultation = forms.SlugField(max_length=100)
    dates = forms.ChoiceField(choices=[("today", "today"), ("official", "official")])


class DisplayForm(forms.Form):
    """Light, dark, or as the device does."""

    theme = forms.ChoiceField(
        label=_("Display"),
        choices=[
            ("auto", _("As my device does")),
            ("light", _("Light")),
            ("dark", _("Dark")),
        ],
        widget=forms.RadioSelect(),
    )
    suite = forms.CharField(max_length=500, required=False, widget=forms.HiddenInput())
