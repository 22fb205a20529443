"""What may be typed on the way to a report; shape only, the rules judge the rest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from parvis.streets.actions.checking import TEXT_MAX_LENGTH
from parvis.streets.queries.catalogue import QuestionView
from parvis.streets.rules import questions as rules

_ANSWER = "answer-"
# Django reads ISO 8601, as browsers write it, whatever is listed; people may write otherwise.
_MOMENTS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%d/%m/%Y %H:%M"]


class PlaceForm(forms.Form):
    """An address in somebody's words, or a point; whether it is over the water."""

    address = forms.CharField(
        label=_("Address or street"),
        help_text=_("For example: 12 rue de la Roquette, bd Voltaire 11e"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "street-address", "enterkeyhint": "search"}),
    )
    lon = forms.FloatField(required=False, widget=forms.HiddenInput)
    lat = forms.FloatField(required=False, widget=forms.HiddenInput)
    says_bridge = forms.BooleanField(label=_("It is on a bridge, a quay or a boat"), required=False)


class ListForm(forms.Form):
    """An arrondissement, to choose a street of it."""

    arrondissement = forms.TypedChoiceField(
        label=_("Arrondissement"),
        coerce=int,
        empty_value=None,
        required=False,
        choices=[("", _("Choose")), *((str(number), str(number)) for number in range(1, 21))],
    )
    street = forms.ChoiceField(label=_("Street"), required=False)

    def __init__(self, *args: Any, streets: Sequence[str] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["street"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", _("Choose")), *((name, name) for name in streets)]


class WordsForm(forms.Form):
    """What is wrong, in plain words."""

    words = forms.CharField(
        label=_("What is wrong?"),
        help_text=_("In your own words: “fridge on the pavement”, “lamp out”."),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"enterkeyhint": "search", "autocomplete": "off"}),
    )


class DetailsForm(forms.Form):
    """The questions of a kind, a few words, since when."""

    text = forms.CharField(
        label=_("Anything else that helps to find it?"),
        help_text=_(
            "Only the agents and handlers of the City read this. No names, no number plates."
        ),
        max_length=TEXT_MAX_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    noticed_at = forms.DateTimeField(
        label=_("Noticed on another day?"),
        help_text=_("Leave it empty if you see it now."),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=_MOMENTS,
    )

    def __init__(self, *args: Any, questions: Sequence[QuestionView] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        for one in questions:
            self.fields[f"{_ANSWER}{one.code}"] = _question(one)
        asked = [f"{_ANSWER}{one.code}" for one in questions]
        self.order_fields([*asked, "text", "noticed_at"])

    def answers(self) -> dict[str, rules.Answer]:
        """Return the answers that were given, by the codes of their questions."""
        return {
            name.removeprefix(_ANSWER): value
            for name, value in self.cleaned_data.items()
            if name.startswith(_ANSWER) and value
        }


class WhoForm(forms.Form):
    """How to reach who reports, and whether they want to be told."""

    email = forms.EmailField(
        label=_("Your e-mail"),
        help_text=_("To be told what becomes of it. Nobody else sees it."),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    wants_messages = forms.BooleanField(
        label=_("Tell me what becomes of it"), required=False, initial=True
    )


class SendForm(forms.Form):
    """A whole report at once, as a page sends it that was filled in without the network."""

    client_key = forms.UUIDField(required=False)
    subtype = forms.SlugField(max_length=100)
    lon = forms.FloatField(required=False)
    lat = forms.FloatField(required=False)
    address = forms.CharField(required=False, max_length=200)
    says_bridge = forms.BooleanField(required=False)
    text = forms.CharField(required=False, max_length=TEXT_MAX_LENGTH)
    noticed_at = forms.DateTimeField(required=False, input_formats=_MOMENTS)
    made_at = forms.DateTimeField(required=False, input_formats=_MOMENTS)
    joins = forms.UUIDField(required=False)
    email = forms.EmailField(required=False)
    wants_messages = forms.BooleanField(required=False)


def answers_in(fields: Any) -> dict[str, rules.Answer]:
    """Return the answers among the fields of a request: `answer-<code>`, once or several times."""
    found: dict[str, rules.Answer] = {}
    for name in fields:
        if name.startswith(_ANSWER):
            said = fields.getlist(name)
            found[name.removeprefix(_ANSWER)] = said if len(said) > 1 else said[0]
    return found


def _question(one: QuestionView) -> forms.Field:
    label = one.label
    if one.datatype == rules.SINGLE:
        return forms.ChoiceField(
            label=label, choices=one.values, widget=forms.RadioSelect, required=one.is_required
        )
    if one.datatype == rules.MULTIPLE:
        return forms.MultipleChoiceField(
            label=label,
            choices=one.values,
            widget=forms.CheckboxSelectMultiple,
            required=one.is_required,
        )
    widgets: dict[str, forms.Widget] = {
        rules.TEXT: forms.Textarea(attrs={"rows": 3}),
        rules.NUMBER: forms.TextInput(attrs={"inputmode": "decimal"}),
        rules.DATETIME: forms.DateTimeInput(attrs={"type": "datetime-local"}),
    }
    return forms.CharField(
        label=label,
        required=one.is_required,
        widget=widgets.get(one.datatype, forms.TextInput()),
    )
