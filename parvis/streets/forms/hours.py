"""Forms of the desk for hours of work and closed days."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from parvis.streets.rules.clock import Hours

WEEK = range(7)


class HoursForm(forms.Form):
    """When somebody works on each day of the week; a day left empty is not worked."""

    def __init__(self, *args: Any, days: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for day in WEEK:
            for part, label in (("opens", _("from")), ("closes", _("to"))):
                self.fields[f"{part}_{day}"] = forms.TimeField(
                    required=False,
                    label=f"{days[day]}, {label}",
                    widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
                )

    def clean(self) -> dict[str, Any]:
        """Ask for both ends of a day, or none."""
        given = super().clean() or {}
        for day in WEEK:
            if bool(given.get(f"opens_{day}")) != bool(given.get(f"closes_{day}")):
                self.add_error(f"closes_{day}", _("Give both hours, or none."))
        return given

    def days(self) -> list[tuple[Any, Any]]:
        """Return the two fields of each day."""
        return [(self[f"opens_{day}"], self[f"closes_{day}"]) for day in WEEK]

    def hours(self) -> list[Hours]:
        """Return what was given, of a valid form."""
        given = self.cleaned_data
        return [
            Hours(weekday=day, opens=given[f"opens_{day}"], closes=given[f"closes_{day}"])
            for day in WEEK
            if given[f"opens_{day}"]
        ]


class ClosedDayForm(forms.Form):
    """A day on which the City does not work."""

    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}))
    name = forms.CharField(label=_("What it is called"), max_length=100)
