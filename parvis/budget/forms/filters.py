"""Which projects a list shows; what makes no sense shows all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from parvis.budget.forms.residents import theme_choices
from parvis.budget.models import StageOf, StatusOf
from parvis.budget.queries import deliveries, projects, words
from parvis.budget.rules.status import PUBLIC
from parvis.budget.rules.winners import CENTRE

CITY = "0"
_SORTS = (
    ("recent", _("the latest first")),
    ("number", _("in the order of the ballot")),
    ("cost", _("the dearest first")),
)


class _Filters(forms.Form):
    place = forms.ChoiceField(label=_("Where"), required=False)
    theme = forms.ChoiceField(label=_("About"), required=False)
    words = forms.CharField(label=_("Words"), required=False, max_length=100)

    def __init__(self, *args: Any, places: Sequence[int | None], **options: Any) -> None:
        super().__init__(*args, **options)
        named = [(str(one or 0), words.place_name(one)) for one in places]
        self._offer("place", [("", _("everywhere")), *named])
        self._offer("theme", [("", _("anything")), *theme_choices()])

    def _offer(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    def _told(self) -> dict[str, Any]:
        self.is_valid()
        told = self.cleaned_data
        place = told.get("place") or ""
        return {
            "is_city": place == CITY,
            "arrondissement": int(place) if place not in ("", CITY) else None,
            "theme": told.get("theme") or "",
            "words": told.get("words") or "",
        }


class ProjectFilters(_Filters):
    """Which projects of an edition are shown."""

    status = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("any")), *((k, v) for k, v in StatusOf.choices if k in PUBLIC)],
    )
    sort = forms.ChoiceField(label=_("Order"), required=False, choices=_SORTS)

    def wanted(self) -> projects.Wanted:
        """Return what is asked for."""
        told = self._told()
        data = self.cleaned_data
        return projects.Wanted(
            **told, status=data.get("status") or "", sort=data.get("sort") or "recent"
        )


class WinnerFilters(_Filters):
    """Which winners are shown."""

    year = forms.TypedChoiceField(label=_("Edition"), required=False, coerce=int, empty_value=None)
    stage = forms.ChoiceField(
        label=_("State of the works"), required=False, choices=[("", _("any")), *StageOf.choices]
    )

    def __init__(self, *args: Any, years: Sequence[int], **options: Any) -> None:
        super().__init__(*args, places=[None, *range(1, 21), CENTRE], **options)
        self._offer("year", [("", _("all")), *((str(one), str(one)) for one in years)])

    def wanted(self) -> deliveries.Wanted:
        """Return what is asked for."""
        told = self._told()
        data = self.cleaned_data
        return deliveries.Wanted(**told, year=data.get("year"), stage=data.get("stage") or "")
