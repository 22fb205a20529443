"""What residents type: an idea step by step, a remark, an appeal."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from parvis.budget.forms.money import EurosField
from parvis.budget.models import Project
from parvis.budget.queries.sheets import degrees, sheet_of
from parvis.budget.rules.sheets import LONGEST_PLACE, LONGEST_TITLE, THEMES, Sheet
from parvis.kernel.errors import Refused

_THEME_WORDS = {
    "Attractivité et emploi": _("Appeal and jobs"),
    "Cadre de vie": _("Living together in the street"),
    "Culture et patrimoine": _("Culture and heritage"),
    "Education et jeunesse": _("Education and youth"),
    "Environnement": _("Nature in the city"),
    "Mobilités": _("Getting around"),
    "Propreté": _("Cleanliness"),
    "Prévention et sécurité": _("Prevention and safety"),
    "Santé": _("Health"),
    "Solidarités": _("Solidarity"),
    "Sport": _("Sport"),
}


def theme_choices() -> list[tuple[str, Any]]:
    """Return the themes, each with its words in the active language."""
    return [(one, _THEME_WORDS[one]) for one in THEMES]


def theme_label(theme: str) -> str:
    """Return the words of a theme in the active language."""
    return str(_THEME_WORDS.get(theme, theme))


class RefusingForm(forms.Form):
    """A form beside whose fields the city says no; `refused_with` is the status of its answer, 0
    before it says so."""

    refused_with = 0

    def refuse(self, refusal: Refused) -> None:
        """Show why it was not taken, beside the field it is about."""
        self.refused_with = refusal.status
        field = getattr(refusal, "field", "")
        self.add_error(field if field in self.fields else None, refusal.message)

    def does(self, act: Callable[[], object]) -> bool:
        """Do what was typed in, of a valid form; tell whether the city took it. If not, the form
        says why."""
        try:
            act()
        except Refused as refused:
            self.refuse(refused)
            return False
        return True

    def status(self) -> int:
        """Return the status of the page that shows this form."""
        wrong = HTTPStatus.UNPROCESSABLE_ENTITY if self.errors else HTTPStatus.OK
        return self.refused_with or int(wrong)


class StartForm(RefusingForm):
    """For which part of the city one proposes, and that one may."""

    form_token = forms.UUIDField(widget=forms.HiddenInput)
    area = forms.ChoiceField(label=_("Where would it be?"))
    declares = forms.BooleanField(
        label=_("I declare on my honour that I live, work or have my heart there"),
        required=False,
    )

    def __init__(self, *args: Any, areas: Sequence[tuple[str, str]], **options: Any) -> None:
        options.setdefault("initial", {}).setdefault("form_token", uuid.uuid4())
        super().__init__(*args, **options)
        field = self.fields["area"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", _("Choose")), *areas]


class IdeaForm(RefusingForm):
    """What one proposes, for whom, and what it might cost."""

    title = forms.CharField(label=_("In one sentence"), max_length=LONGEST_TITLE)
    text = forms.CharField(
        label=_("Your idea"),
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("What is missing today, what you would like, and for whom."),
    )
    theme = forms.ChoiceField(label=_("What it is about"))
    estimated = EurosField(
        label=_("What it might cost, in euros"),
        required=False,
        help_text=_("If you have an idea of it: the services of the City work it out anyway."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["theme"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", _("Choose")), *theme_choices()]

    @classmethod
    def of(cls, project: Project, data: Any = None) -> IdeaForm:
        """Return the form with what was written so far."""
        sheet = sheet_of(project)
        kept = {"title": sheet.title, "text": sheet.text, "theme": sheet.theme}
        return cls(data, initial=kept | {"estimated": sheet.estimated_cents})

    def sheet(self, project: Project) -> Sheet:
        """Return the sheet with what was typed, the rest as it was."""
        before, told = sheet_of(project), self.cleaned_data
        return Sheet(
            title=told["title"],
            text=told["text"],
            theme=told["theme"],
            estimated_cents=told["estimated"],
            place=before.place,
            at=before.at,
        )


class PlaceForm(RefusingForm):
    """Where it would be: in words, and a point on the map."""

    lon = forms.FloatField(required=False, widget=forms.HiddenInput)
    lat = forms.FloatField(required=False, widget=forms.HiddenInput)
    place = forms.CharField(
        label=_("Address or place"),
        max_length=LONGEST_PLACE,
        help_text=_("An address, a square, a school, or « the whole area »."),
    )

    @classmethod
    def of(cls, project: Project, data: Any = None) -> PlaceForm:
        """Return the form with the place chosen so far."""
        at = degrees(project)
        lon, lat = at or (None, None)
        return cls(data, initial={"place": project.place, "lon": lon, "lat": lat})

    def at(self) -> tuple[float, float] | None:
        """Return longitude and latitude, None if one is missing."""
        lon, lat = self.cleaned_data.get("lon"), self.cleaned_data.get("lat")
        return None if lon is None or lat is None else (lon, lat)


class PictureForm(RefusingForm):
    """A picture, and what is on it for who does not see it."""

    picture = forms.FileField(label=_("Picture"), help_text=_("JPEG, PNG, WebP or HEIC."))
    words = forms.CharField(
        label=_("What is on it"),
        max_length=LONGEST_PLACE,
        help_text=_("For people who cannot see it. No faces, no number plates."),
    )


class RemarkForm(RefusingForm):
    """What one says of a project."""

    form_token = forms.UUIDField(widget=forms.HiddenInput)
    text = forms.CharField(label=_("Your remark"), widget=forms.Textarea(attrs={"rows": 3}))


class RewriteForm(RefusingForm):
    """A new version of a project, and what changed."""

    title = forms.CharField(label=_("In one sentence"), max_length=LONGEST_TITLE)
    text = forms.CharField(label=_("Your idea"), widget=forms.Textarea(attrs={"rows": 10}))
    words = forms.CharField(
        label=_("What changes, and thanks to whom"), max_length=300, required=False
    )


class AppealForm(RefusingForm):
    """Why one contests that a project was not accepted."""

    text = forms.CharField(
        label=_("What the City should look at again"), widget=forms.Textarea(attrs={"rows": 6})
    )


class ConsentForm(RefusingForm):
    """Yes or no to a merging."""

    agrees = forms.ChoiceField(choices=[("yes", _("yes")), ("no", _("no"))])
