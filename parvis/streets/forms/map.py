"""What the map and the statistics may be asked."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy as _, pgettext

from parvis.streets.rules.cells import MOST_CELLS

Bounds = tuple[float, float, float, float]
CITY: Bounds = (2.224, 48.815, 2.47, 48.903)
"""West, south, east and north of the city (WGS 84, degrees)."""
AROUND: Bounds = (2.0, 48.7, 2.7, 49.0)
"""What is asked beyond this is cut off."""
OPEN, ALL = "open", "all"
_SIDES = 4


def bounds_from(text: str) -> Bounds | None:
    """Read « west,south,east,north » in degrees; None if it is no piece of ground near the city."""
    try:
        west, south, east, north = (float(side) for side in text.split(",", _SIDES))
    except ValueError:
        return None
    if not all(map(math.isfinite, (west, south, east, north))):
        return None
    cut = (max(west, AROUND[0]), max(south, AROUND[1]), min(east, AROUND[2]), min(north, AROUND[3]))
    return cut if cut[0] < cut[2] and cut[1] < cut[3] else None


def offer(field: forms.Field, choices: Sequence[tuple[Any, str]]) -> None:
    """Give a field its choices, which are in the database."""
    if isinstance(field, forms.ChoiceField):
        field.choices = choices


class MapForm(forms.Form):
    """What is looked for, and where; every part may be left out."""

    type = forms.ChoiceField(label=_("Kind"), required=False)
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[(OPEN, _("Open")), (ALL, _("Open and closed"))]
    )
    arrondissement = forms.TypedChoiceField(
        label=_("Where"), required=False, coerce=int, empty_value=None
    )
    box = forms.CharField(required=False, max_length=100)
    cells = forms.IntegerField(required=False, min_value=1, max_value=MOST_CELLS)
    page = forms.IntegerField(required=False, min_value=1, max_value=50)

    def __init__(
        self, *args: Any, types: list[tuple[str, str]], districts: list[tuple[int, str]]
    ) -> None:
        super().__init__(*args)
        offer(self.fields["type"], [("", pgettext("kinds of reports", "All")), *types])
        offer(self.fields["arrondissement"], [("", gettext("Whole city")), *districts])

    def clean_box(self) -> Bounds | None:
        """Return the sides of the viewport, None if it was not given.

        :raises forms.ValidationError: if it is no piece of ground
        """
        text = self.cleaned_data["box"]
        if not text:
            return None
        found = bounds_from(text)
        if found is None:
            raise forms.ValidationError(
                gettext("Say what the map shows as west,south,east,north, in degrees."), "box"
            )
        return found


class StatisticsForm(forms.Form):
    """Which part of the statistics is read."""

    arrondissement = forms.TypedChoiceField(
        label=_("Where"), required=False, coerce=int, empty_value=None
    )
    months = forms.TypedChoiceField(
        label=_("Since"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[(12, _("Twelve months")), (3, _("Three months")), (36, _("Three years"))],
    )

    def __init__(self, *args: Any, districts: list[tuple[int, str]]) -> None:
        super().__init__(*args)
        offer(self.fields["arrondissement"], [("", gettext("Whole city")), *districts])
