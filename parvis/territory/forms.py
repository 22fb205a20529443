"""What may be typed to find an address."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class AddressForm(forms.Form):
    """An address in the words of whoever looks for it."""

    q = forms.CharField(
        label=_("Address or street"),
        help_text=_("For example: 12 rue de la Roquette, bd Voltaire 11e, 75020"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "street-address", "enterkeyhint": "search"}),
    )


class PointForm(forms.Form):
    """A point, in degrees (WGS 84)."""

    lon = forms.FloatField()
    lat = forms.FloatField()


class SearchForm(forms.Form):
    """A question in the format of the national address base."""

    q = forms.CharField(max_length=200)
    limit = forms.IntegerField(min_value=1, max_value=50, required=False)
