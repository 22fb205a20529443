"""What may be typed to find an address."""

from __future__ import annotations

import math

from django import forms
from django.utils.translation import gettext_lazy as _

from parvis.territory.rules.ground import is_in_france


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


class BoxForm(forms.Form):
    """A viewport: west, south, east and north, in degrees (WGS 84)."""

    box = forms.CharField(max_length=100)

    def clean_box(self) -> tuple[float, ...]:
        """Return the four sides.

        :raises forms.ValidationError: if they are none, or enclose nothing
        """
        try:
            west, south, east, north = map(float, self.cleaned_data["box"].split(",", 4))
        except ValueError:
            west = south = east = north = math.nan
        in_france = is_in_france(west, south) and is_in_france(east, north)
        if not (in_france and west < east and south < north):
            raise forms.ValidationError(_("This is no piece of ground."), "box")
        return west, south, east, north
