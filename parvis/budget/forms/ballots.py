"""What may be typed in to vote: who one is, a ballot of any of the six kinds, a receipt to change.

A filled-in ballot is read from the fields of its page and written back into fields: it travels from
step to step, and is kept nowhere.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _, gettext_lazy

from parvis.budget.rules.ballots import WEIGHTED, Question
from parvis.budget.rules.entitlement import Tie
from parvis.voting.public import read_receipt

_OLDEST = 120
_LONGEST_NUMBER = 6
TIES = (
    (Tie.RESIDENCE.value, gettext_lazy("I live there")),
    (Tie.WORK.value, gettext_lazy("I work or study there")),
    (Tie.HEART.value, gettext_lazy("My heart is there")),
)
Value = tuple[Any, ...]


class ElectorForm(forms.Form):
    """Who votes, and in which arrondissement. A civil status that FranceConnect vouches for is not
    asked again."""

    first_name = forms.CharField(
        label=gettext_lazy("First name"),
        help_text=gettext_lazy("The first one on your identity papers."),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
    )
    family_name = forms.CharField(
        label=gettext_lazy("Name at birth"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
    )
    birth_date = forms.DateField(
        label=gettext_lazy("Date of birth"),
        widget=forms.DateInput(attrs={"type": "date", "autocomplete": "bday"}, format="%Y-%m-%d"),
    )
    tie = forms.ChoiceField(
        label=gettext_lazy("What ties you to it"), choices=TIES, widget=forms.RadioSelect
    )
    declares = forms.BooleanField(
        label=gettext_lazy("I declare on my honour that this is true, and that I vote once."),
        error_messages={
            "required": gettext_lazy(
                "Declare on your honour that this is true, by ticking the box."
            )
        },
    )

    field_order = ("first_name", "family_name", "birth_date", "arrondissement", "tie", "declares")

    def __init__(
        self,
        *args: Any,
        areas: Sequence[tuple[int, str]],
        is_known: bool,
        today: dt.date,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self._today = today
        self.fields["arrondissement"] = forms.TypedChoiceField(
            label=_("Your arrondissement"),
            choices=[("", _("Choose")), *((str(number), name) for number, name in areas)],
            coerce=int,
        )
        self.order_fields(self.field_order)
        if is_known:
            for name in ("first_name", "family_name", "birth_date"):
                del self.fields[name]

    def clean_birth_date(self) -> dt.date:
        """Refuse a day on which no voter can have been born."""
        day: dt.date = self.cleaned_data["birth_date"]
        if not 0 <= self._today.year - day.year <= _OLDEST:
            raise forms.ValidationError(_("This cannot be the date of your birth."))
        return day


class HeldForm(forms.Form):
    """A receipt and its change code, as the receipt page printed them."""

    receipt = forms.CharField(
        label=gettext_lazy("Receipt"),
        help_text=gettext_lazy("64 figures and letters; spaces make no difference."),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    code = forms.CharField(
        label=gettext_lazy("Change code"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, areas: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["area"] = forms.ChoiceField(label=_("Ballot of"), choices=list(areas))
        self.order_fields(("area", "receipt", "code"))

    def clean_receipt(self) -> str:
        """Return the receipt without its spaces."""
        bare = read_receipt(self.cleaned_data["receipt"])
        if not bare:
            raise forms.ValidationError(_("A receipt has 64 figures and letters from a to f."))
        return bare

    def clean_code(self) -> str:
        """Return the code without its spaces, in capitals."""
        return "".join(self.cleaned_data["code"].split()).replace("-", "").upper()

    def held(self) -> tuple[str, str, str]:
        """Return the contest, the receipt and the code."""
        given = self.cleaned_data
        return str(given["area"]), str(given["receipt"]), str(given["code"])


class MistypedBallot(ValueError):
    """A ballot that cannot be read: the question it is about, and a sentence."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(message)
        self.key = key
        self.message = message


def field_of(question: Question, item: str = "") -> str:
    """Return the name of a field of the page: one for each project where each has a weight or a
    rank, else one for all."""
    return f"c{question.key}-{item}" if item else f"c{question.key}"


def typed(question: Question, data: QueryDict) -> dict[str, str]:
    """Return what stands in the fields of a question, by project: its weight, its rank, or "1"."""
    if question.kind in WEIGHTED or question.kind == "ranking":
        given = {one.id: data.get(field_of(question, one.id), "") for one in question.items}
        return {name: text.strip() for name, text in given.items() if text.strip()}
    # The round button that takes a choice back sends nothing but its name.
    return dict.fromkeys(filter(None, data.getlist(field_of(question))), "1")


def mistyped(question: Question, data: QueryDict) -> frozenset[str]:
    """Return the projects beside which stands no number, or a rank that another has too."""
    if question.kind not in WEIGHTED and question.kind != "ranking":
        return frozenset()
    found = typed(question, data)
    times = Counter(found.values() if question.kind == "ranking" else ())
    return frozenset(
        name for name, text in found.items() if times[text] > 1 or not _is_number(text)
    )


def value_of(question: Question, data: QueryDict) -> Value:
    """Return the choice that the fields of a question make; what a ballot may hold is judged by the
    vote itself.

    :raises MistypedBallot: for a number that is none, and a rank given twice
    """
    found = typed(question, data)
    if question.kind not in WEIGHTED and question.kind != "ranking":
        return tuple(sorted(found))
    numbers = {name: _number(question, text) for name, text in found.items()}
    if question.kind != "ranking":
        return tuple((name, number) for name, number in sorted(numbers.items()))
    if len(set(numbers.values())) < len(numbers):
        raise MistypedBallot(
            question.key, _("Two projects have the same place: give each its own.")
        )
    return tuple(sorted(numbers, key=numbers.__getitem__))


def written(question: Question, value: Value) -> Iterator[tuple[str, str]]:
    """Yield the fields, name and value, in which a choice travels on."""
    for rank, one in enumerate(value, 1):
        if question.kind in WEIGHTED:
            yield field_of(question, one[0]), str(one[1])
        elif question.kind == "ranking":
            yield field_of(question, one), str(rank)
        else:
            yield field_of(question), str(one)


def _number(question: Question, text: str) -> int:
    if not _is_number(text):
        raise MistypedBallot(question.key, _("Write whole numbers, such as 3."))
    return int(text)


def _is_number(text: str) -> bool:
    return text.isdecimal() and len(text) <= _LONGEST_NUMBER
