"""What is typed about one thing: what holds, where one stands, a photo."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from parvis.missions.actions.answering import Place
from parvis.missions.queries.words import Asked
from parvis.missions.rules.questions import CHOICE, NUMBER

PREFIX = "answer-"


class StandingForm(forms.Form):
    """Where a person stands, if their device said it."""

    lon = forms.FloatField(required=False, widget=forms.HiddenInput)
    lat = forms.FloatField(required=False, widget=forms.HiddenInput)

    def place(self) -> Place | None:
        """Return longitude and latitude, None if one is missing."""
        lon, lat = (self.cleaned_data.get(name) for name in ("lon", "lat"))
        return None if lon is None or lat is None else (lon, lat)


class AnswerForm(StandingForm):
    """The questions of a mission about one thing; the action judges what is said."""

    client_key = forms.UUIDField(widget=forms.HiddenInput)
    photo = forms.FileField(label=_("Photo"), required=False)

    def __init__(self, *args: Any, asked: list[Asked], photo: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        self.questions = asked
        for one in asked:
            self.fields[f"{PREFIX}{one.code}"] = _field(one)
        if photo:
            self.fields["photo"].help_text = _(
                "Only agents see it, where people disagree. No faces, no number plates."
            )
            self.order_fields([*(f"{PREFIX}{one.code}" for one in asked), "photo"])
        else:
            del self.fields["photo"]

    def values(self) -> dict[str, str]:
        """Return what was said, by question."""
        return {
            one.code: self.cleaned_data.get(f"{PREFIX}{one.code}") or "" for one in self.questions
        }

    def refuse(self, field: str, message: str) -> None:
        """Show why an answer was not taken, beside its question."""
        name = f"{PREFIX}{field}"
        self.add_error(name if name in self.fields else None, message)


class FoundForm(StandingForm):
    """A thing that somebody found: what it is, and where."""

    label = forms.CharField(label=_("What is it?"), max_length=200)
    address = forms.CharField(
        label=_("Address or street"),
        required=False,
        max_length=200,
        help_text=_("Needed if your position is not noted."),
    )


class DoubtForm(FoundForm):
    """A published datum that somebody holds for wrong."""

    dataset = forms.CharField(max_length=120, widget=forms.HiddenInput)
    ref = forms.CharField(max_length=120, widget=forms.HiddenInput)


class WhyForm(forms.Form):
    """Why the City says so."""

    why = forms.CharField(
        label=_("Why"),
        max_length=500,
        required=False,
        widget=forms.Textarea,
        help_text=_("Everybody can read it."),
    )

    def refuse(self, field: str, message: str) -> None:
        """Show why it was not taken, beside the field it is about."""
        self.add_error(field if field in self.fields else None, message)


class SettleForm(WhyForm):
    """What holds of a thing, by the City."""

    def __init__(self, *args: Any, asked: list[Asked], **options: Any) -> None:
        super().__init__(*args, **options)
        self.questions = asked
        for one in asked:
            self.fields[f"{PREFIX}{one.code}"] = _field(one)
            # Who takes a thing out says nothing of it.
            self.fields[f"{PREFIX}{one.code}"].required = False
        # A reason is needed either way.
        self.depends = frozenset(["why", *(f"{PREFIX}{one.code}" for one in asked)])
        self.order_fields([f"{PREFIX}{one.code}" for one in asked])

    def values(self) -> dict[str, str]:
        """Return what holds, by question."""
        return {
            one.code: self.cleaned_data.get(f"{PREFIX}{one.code}") or "" for one in self.questions
        }

    def refuse(self, field: str, message: str) -> None:
        """Show why it was not taken, beside the field it is about."""
        name = f"{PREFIX}{field}"
        self.add_error(name if name in self.fields else "why", message)


def _field(one: Asked) -> forms.Field:
    if one.datatype == CHOICE:
        return forms.ChoiceField(
            label=one.label, choices=one.choices, required=one.is_required, widget=forms.RadioSelect
        )
    hint = _("A number") if one.datatype == NUMBER else ""
    mode = {"inputmode": "decimal"} if one.datatype == NUMBER else {}
    return forms.CharField(
        label=one.label,
        required=one.is_required,
        max_length=200,
        help_text=hint,
        widget=forms.TextInput(attrs={**mode, "autocomplete": "off"}),
    )
