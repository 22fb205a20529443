"""What may be asked of the pages of the plan."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy as _

from parvis.kernel.errors import NotFound


class ComparisonForm(forms.Form):
    """Two versions to compare: by their numbers, from the older `de` to the newer `a`."""

    de = forms.TypedChoiceField(label=_("From version"), coerce=int)
    a = forms.TypedChoiceField(label=_("To version"), coerce=int)

    def __init__(self, *args: Any, numbers: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(number, str(number)) for number in numbers]
        for name in ("de", "a"):
            self.fields[name] = forms.TypedChoiceField(
                label=self.fields[name].label, coerce=int, choices=choices
            )


class VersionForm(forms.Form):
    """Which version of the plan is asked for; none is the one in force."""

    version = forms.IntegerField(required=False, min_value=1, max_value=9999)

    def asked(self) -> int | None:
        """Return the number that is asked for, None for the version in force.

        :raises NotFound: `no_plan_version`, if no version can have this number
        """
        if not self.is_valid():
            raise NotFound("no_plan_version", gettext("The plan has no such version."))
        number: int | None = self.cleaned_data["version"]
        return number
