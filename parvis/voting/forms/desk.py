"""What officials and agents type about a vote: keys, boxes, voters, minutes, sheets."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy as _

from parvis.voting.queries.words import GRADES
from parvis.voting.rules.paper import BLANK, SPOILT, Minutes
from parvis.voting.rules.plans import BallotKind, ContestPlan

_MOST = 1_000_000
_KEY_BYTES = 10_000
# How the fields of options are called that have one each.
_EACH = "option-"
_WEIGHTED = {BallotKind.POINTS, BallotKind.GRADES}
_CHOSEN = _("Numbers of the options, with spaces between: 1 4 7.")
_HOW_TYPED = {
    BallotKind.POINTS: _("Numbers of options with what they were given: 1=3 4=2."),
    BallotKind.GRADES: _(
        "Numbers of options with their grades: 1=3 4=2. Favourite 3, I like it 2, Why not 1, Not"
        " convinced 0."
    ),
    BallotKind.RANKING: _("Numbers of the options, the first choice first: 4 1 7."),
}


class KeyForm(forms.Form):
    """The file of an opening key, given back."""

    key = forms.FileField(
        label=_("File of the opening key"),
        help_text=_("The file you were given; it is compared and not kept."),
        max_length=200,
    )

    def read(self) -> bytes:
        """Return what is in the file, of a valid form; more than a key can be is not read."""
        return bytes(self.cleaned_data["key"].read(_KEY_BYTES))


class BoxForm(forms.Form):
    """A ballot box and where it stands."""

    code = forms.SlugField(
        label=_("Short name of the box"),
        max_length=40,
        help_text=_("As written on it: « mairie-11 »."),
    )
    place = forms.CharField(label=_("Where it stands"), max_length=150)


class TickForm(forms.Form):
    """Somebody who stands before a ballot box with an identity paper."""

    box = forms.ChoiceField(label=_("Ballot box"))
    first_name = forms.CharField(label=_("First name"), max_length=100)
    family_name = forms.CharField(
        label=_("Family name at birth"),
        max_length=100,
        help_text=_("As on the identity paper, not a married name."),
    )
    birth_date = forms.DateField(
        label=_("Date of birth"),
        input_formats=["%d/%m/%Y", "%d.%m.%Y", "%d %m %Y", "%Y-%m-%d"],
        help_text=_("Day, month, year: 31/12/1980."),
    )
    email = forms.EmailField(
        label=_("Address of their account, if they have one"), max_length=254, required=False
    )
    contests = forms.MultipleChoiceField(
        label=_("Ballots handed out"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(
        self,
        *args: Any,
        boxes: list[tuple[str, str]],
        contests: list[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("box", boxes), ("contests", contests)):
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = choices


class MinutesForm(forms.Form):
    """What was found in a box for one contest."""

    ballots = forms.IntegerField(
        label=_("Ballots found"),
        min_value=0,
        max_value=_MOST,
        help_text=_("All of them, with the blank and the spoilt ones."),
    )
    blank = forms.IntegerField(label=_("Blank ballots"), min_value=0, max_value=_MOST)
    spoilt = forms.IntegerField(label=_("Spoilt ballots"), min_value=0, max_value=_MOST)

    def found(self) -> Minutes:
        """Return the figures, of a valid form."""
        return Minutes(**{name: self.cleaned_data[name] for name in ("ballots", "blank", "spoilt")})


class ReasonForm(forms.Form):
    """Why figures do not agree."""

    reason = forms.CharField(
        label=_("Why do the figures differ?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It is published with the minutes."),
    )


class SheetForm(forms.Form):
    """One sheet of paper: its number, and what it says. That is typed, by the numbers printed on
    the ballot, which are those of the options; or filled in option by option, as on the paper."""

    number = forms.IntegerField(label=_("Number of the sheet"), min_value=1, max_value=_MOST)
    says = forms.CharField(
        label=_("What it says"),
        max_length=2000,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
    )

    def __init__(self, *args: Any, contest: ContestPlan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._contest = contest
        self.is_weighted = contest.kind in _WEIGHTED
        says = self.fields["says"]
        says.help_text = _HOW_TYPED.get(contest.kind, _CHOSEN)
        # The page opens on this field: it has to tell which sheet is meant.
        number = str((self.data if self.is_bound else self.initial).get("number") or "")
        if number.isdecimal():
            says.label = gettext("What sheet %(number)s says") % {"number": number}
        titles = {one.id: f"{one.id} · {one.title}" for one in contest.options}
        if self._is_ticked:
            self.fields["ticked"] = forms.MultipleChoiceField(
                label=_("Or tick what is ticked on it"),
                choices=list(titles.items()),
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )
        else:
            for option, title in titles.items():
                self.fields[f"{_EACH}{option}"] = _weight(contest.kind, title)
        # Blank and spoilt sheets say nothing: their buttons do without these fields.
        self.depends = frozenset(self.fields) - {"number"}

    def value(self, verb: str) -> tuple[Any, ...] | str:
        """Return what the sheet says, of a valid form; `verb` is the button that was used."""
        if verb in (BLANK, SPOILT):
            return verb
        filled = self._filled(self.cleaned_data)
        return self.cleaned_data["says"] or filled

    def each(self) -> list[forms.BoundField]:
        """Return a field for each option where the ballot gives each a number or a grade."""
        return [self[name] for name in self.fields if name.startswith(_EACH)]

    def clean(self) -> dict[str, Any]:
        """Refuse what is typed and filled in otherwise, and a place that two options have."""
        given: dict[str, Any] = super().clean() or {}
        typed, filled = given.get("says", ()), self._filled(given)
        if self._contest.kind is BallotKind.RANKING:
            places = [given.get(one.name) for one in self.each() if given.get(one.name)]
            if len(set(places)) < len(places):
                self.add_error(None, gettext("Two options have the same place."))
        elif set(typed) == set(filled):
            return given
        if typed and filled and typed != filled:
            said = gettext("What is typed and what is filled in differ: empty one of the two.")
            self.add_error(None, said)
        return given

    def clean_says(self) -> tuple[Any, ...]:
        """Return the options that were typed, as a choice."""
        words = self.cleaned_data["says"].replace(",", " ").split()
        try:
            return tuple(self._read(word) for word in words)
        except ValueError:
            raise forms.ValidationError(
                gettext("Type numbers of options that are on the ballot, as in the example.")
            ) from None

    @property
    def _is_ticked(self) -> bool:
        return not self.is_weighted and self._contest.kind is not BallotKind.RANKING

    def _filled(self, given: dict[str, Any]) -> tuple[Any, ...]:
        """Return what was filled in option by option, as a choice."""
        if self._is_ticked:
            return tuple(given.get("ticked", ()))
        options = [one.id for one in self._contest.options]
        weights = {one: given.get(f"{_EACH}{one}") for one in options}
        found = [(one, weight) for one, weight in weights.items() if weight is not None]
        if self.is_weighted:
            return tuple(found)
        return tuple(one for one, _place in sorted(found, key=lambda pair: pair[1]))

    def _read(self, word: str) -> Any:
        option, _sign, weight = word.replace(":", "=").partition("=")
        if option not in {one.id for one in self._contest.options}:
            raise ValueError(option)
        return (option, int(weight)) if self.is_weighted else _bare(option, weight)


def _weight(kind: BallotKind, title: str) -> forms.Field:
    """Return the field of one option: its points, its place or its grade."""
    if kind is BallotKind.GRADES:
        given = ((str(grade), label) for grade, label in GRADES.items())
        grades = [("", gettext("no grade")), *given]
        return forms.TypedChoiceField(
            label=title, choices=grades, coerce=int, empty_value=None, required=False
        )
    return forms.IntegerField(
        label=title,
        min_value=1 if kind is BallotKind.RANKING else 0,
        max_value=_MOST,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


def _bare(option: str, weight: str) -> str:
    if weight:
        raise ValueError(weight)
    return option
