"""What is typed to ask for a mission; the action judges it."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from parvis.kernel import clock
from parvis.missions.actions.proposing import Wish
from parvis.missions.models import MissionKind
from parvis.missions.rules.questions import CHOICE, NUMBER, TEXT, Choice, Question

_DATATYPES = (
    (CHOICE, _("one of several answers")),
    (NUMBER, _("a number")),
    (TEXT, _("a few words")),
)
_PLAIN = (
    "title",
    "text",
    "why",
    "kind",
    "zone",
    "arrondissement",
    "wanted",
    "most",
    "agree_percent",
    "near_m",
    "is_photo_wanted",
    "source_dataset",
    "licence",
    "provenance",
)
_FIELD_OF = {"question": "question_1", "wanted": "wanted"}


class ProposalForm(forms.Form):
    """A mission: what for, what is asked, where, until when, and when answers agree."""

    # The City is nobody in particular: its value is empty.
    association = forms.ChoiceField(label=_("In the name of"), required=False)
    title = forms.CharField(label=_("Title"), max_length=150)
    text = forms.CharField(label=_("What people are asked to do"), widget=forms.Textarea)
    why = forms.CharField(
        label=_("What it is for"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=MissionKind.choices)
    question_1 = forms.CharField(label=_("Question"), max_length=200)
    datatype_1 = forms.ChoiceField(label=_("Its answer is"), choices=_DATATYPES)
    values_1 = forms.CharField(
        label=_("Possible answers"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One a line, where one of several is chosen."),
    )
    tolerance_1 = forms.FloatField(
        label=_("Tolerance"),
        required=False,
        min_value=0,
        help_text=_("How far two numbers may be apart and still agree."),
    )
    question_2 = forms.CharField(label=_("Another question"), max_length=200, required=False)
    datatype_2 = forms.ChoiceField(label=_("Its answer is"), choices=_DATATYPES, required=False)
    values_2 = forms.CharField(
        label=_("Possible answers"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    arrondissement = forms.TypedChoiceField(
        label=_("Arrondissement"), required=False, coerce=int, empty_value=None
    )
    zone = forms.ChoiceField(label=_("Or a zone"), required=False)
    closes_on = forms.DateField(
        label=_("Last day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    wanted = forms.IntegerField(
        label=_("People asked about each thing, at least"), initial=3, min_value=2, max_value=15
    )
    most = forms.IntegerField(label=_("At most"), initial=5, min_value=2, max_value=15)
    agree_percent = forms.IntegerField(
        label=_("How many have to agree, in percent"), initial=67, min_value=51, max_value=100
    )
    near_m = forms.IntegerField(
        label=_("How far away one may stand, in metres"), initial=50, min_value=5, max_value=1000
    )
    is_photo_wanted = forms.BooleanField(label=_("Ask for a photo"), required=False)
    source_dataset = forms.CharField(
        label=_("Dataset it checks"),
        required=False,
        max_length=120,
        help_text=_("Its id in the catalogue of open data, such as les-arbres-plantes."),
    )
    provenance = forms.CharField(
        label=_("Where the list comes from"), widget=forms.Textarea(attrs={"rows": 2})
    )
    licence = forms.CharField(
        label=_("Licence"), max_length=120, initial="Open Database License (ODbL) 1.0"
    )

    def __init__(
        self,
        *args: Any,
        names: list[tuple[str, str]],
        districts: list[tuple[int, str]],
        zones: list[tuple[str, str]],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        choices: dict[str, list[tuple[Any, Any]]] = {
            "association": [*names],
            "arrondissement": [("", _("the whole city")), *districts],
            "zone": [("", _("no zone")), *zones],
        }
        for name, offered in choices.items():
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = offered

    def association_id(self) -> uuid.UUID | None:
        """Return the association it is asked for, None for the City."""
        told = self.cleaned_data["association"]
        return uuid.UUID(told) if told else None

    def wish(self) -> Wish:
        """Return what is asked for; its last day is whole."""
        told = self.cleaned_data
        return Wish(
            **{name: told[name] for name in _PLAIN},
            questions=tuple(self._questions()),
            closes_at=_end_of(told["closes_on"]),
        )

    def refuse(self, field: str, message: str) -> None:
        """Show why it was not taken, beside the field it is about."""
        name = _FIELD_OF.get(field, field)
        self.add_error(name if name in self.fields else None, message)

    def _questions(self) -> list[Question]:
        told = self.cleaned_data
        asked = []
        for rank in (1, 2):
            words = " ".join((told.get(f"question_{rank}") or "").split())
            if words:
                asked.append(
                    Question(
                        code=f"q{rank}",
                        fr=words,
                        en=words,
                        datatype=told[f"datatype_{rank}"] or CHOICE,
                        values=_choices(told.get(f"values_{rank}") or ""),
                        tolerance=told.get(f"tolerance_{rank}") or 0,
                        is_required=rank == 1,
                    )
                )
        return asked


class ListForm(forms.Form):
    """The list of things a mission is about."""

    file = forms.FileField(
        label=_("List"),
        help_text=_(
            "CSV or GeoJSON, as the data portal exports it: an id for each thing, and where it is."
        ),
    )


def _choices(typed: str) -> tuple[Choice, ...]:
    lines = [" ".join(line.split()) for line in typed.splitlines()]
    return tuple(
        Choice(key=slugify(line)[:40] or line[:40], fr=line, en=line) for line in lines if line
    )


def _end_of(day: dt.date) -> dt.datetime:
    midnight = dt.datetime.combine(day + dt.timedelta(days=1), dt.time())
    return midnight.replace(tzinfo=clock.city_zone())
