"""What agents and partners type: a step, one thing for many, a round, what they look for."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext as _, gettext_lazy, pgettext

from parvis.account.public import Reach
from parvis.kernel.errors import Refused
from parvis.streets.actions.bulk import ASSIGN, MOVE, Wish
from parvis.streets.actions.rounds import NAME_MAX_LENGTH
from parvis.streets.actions.treating import Treatment
from parvis.streets.models import Mode
from parvis.streets.queries import board, bulk
from parvis.streets.queries.ways import WayOn
from parvis.territory.public import arrondissements

_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
_FIELD_OF = {
    "reason_missing": "reason",
    "reason_of_another_state": "reason",
    "proof_missing": "photo",
    "question_missing": "public_note",
    "message_missing": "public_note",
    "planned_in_the_past": "planned_on",
    "day_missing": "planned_on",
    "words_missing": "note",
}


def choose(field: forms.Field, choices: list[tuple[str, Any]]) -> None:
    """Give a field its choices, which are in the database."""
    if isinstance(field, forms.ChoiceField):
        field.choices = choices


class BoardForm(forms.Form):
    """What is looked for on the board."""

    handler = forms.ChoiceField(label=gettext_lazy("Who treats it"), required=False)
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)
    type = forms.ChoiceField(label=gettext_lazy("Kind"), required=False)
    arrondissement = forms.ChoiceField(label=gettext_lazy("Arrondissement"), required=False)
    q = forms.CharField(label=gettext_lazy("Number or address"), required=False, max_length=100)

    def __init__(self, *args: Any, reach: Reach, **options: Any) -> None:
        super().__init__(*args, **options)
        everybody = [("", _("Everybody")), (board.NOBODY, _("Nobody yet"))]
        choose(self.fields["handler"], [*everybody, *board.handler_choices()])
        usual = [(board.OPEN, _("Open")), (board.LATE, _("Late")), (board.CLOSED, _("Closed"))]
        choose(self.fields["state"], [*usual, *board.state_choices()])
        choose(
            self.fields["type"], [("", pgettext("kinds of reports", "All")), *board.type_choices()]
        )
        all_of_it = _("Whole city") if reach.is_whole_city else pgettext("arrondissements", "Mine")
        numbers = [str(one.number) for one in arrondissements() if reach.covers(one.number)]
        choose(self.fields["arrondissement"], [("", all_of_it), *((one, one) for one in numbers)])


class TreatForm(forms.Form):
    """A step of a case, and what is said of it; drawn for one way on (`way`), or for any."""

    to = forms.SlugField(widget=forms.HiddenInput)
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    reason = forms.ChoiceField(label=gettext_lazy("Reason"), required=False)
    planned_on = forms.DateField(label=gettext_lazy("Day of the work"), required=False, widget=_DAY)
    public_note = forms.CharField(
        label=gettext_lazy("Words for everybody"),
        help_text=gettext_lazy("On the page, and sent to all who reported it. No names."),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    note = forms.CharField(
        label=gettext_lazy("Note between agents"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    photo = forms.FileField(
        label=gettext_lazy("Photo of the end of the work"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/*"}),
    )

    def __init__(self, *args: Any, way: WayOn | None = None, **options: Any) -> None:
        options.setdefault("auto_id", f"{way.to}-%s" if way else "id_%s")
        super().__init__(*args, **options)
        self.way = way
        known = [(one.code, one.label) for one in way.reasons] if way else []
        choose(self.fields["reason"], [("", _("Choose")), *known])
        if way is None:
            # Whether a reason is one of the state's is for the action to judge.
            self.fields["reason"] = forms.CharField(required=False, max_length=40)

    def shown(self) -> list[Any]:
        """Return the fields that this way needs, in the order one fills them in."""
        if self.way is None:
            return []
        names = ["reason"] * self.way.closes + ["planned_on"] * self.way.plans
        names += ["photo"] * any(one.wants_proof for one in self.way.reasons)
        return [self[name] for name in (*names, *self._words())]

    def treatment(self, case_id: uuid.UUID) -> Treatment:
        """Return what was typed, of a valid form."""
        given: dict[str, Any] = self.cleaned_data
        return Treatment(
            case_id=case_id,
            to=given["to"],
            reason=given["reason"],
            public_note=given["public_note"],
            note=given["note"],
            planned_on=given["planned_on"],
            photo=given["photo"],
            revision=given["revision"],
        )

    def refuse(self, refusal: Refused) -> None:
        """Show why the city said no, beside the field it is about where there is one."""
        field = _FIELD_OF.get(refusal.code)
        self.add_error(field if field in self.fields else None, refusal.message)

    def _words(self) -> tuple[str, ...]:
        return ("public_note", "note")


class PartnerForm(TreatForm):
    """What a partner says it did; its words are read by agents alone."""

    def __init__(self, *args: Any, way: WayOn | None = None, **options: Any) -> None:
        super().__init__(*args, way=way, **options)
        self.fields["note"].label = _("Words for the City")
        self.fields["note"].help_text = _("Only agents of the City read them.")

    def _words(self) -> tuple[str, ...]:
        return ("note",)


class ChosenForm(forms.Form):
    """The cases that were chosen, kept from page to page."""

    cases = forms.CharField(widget=forms.HiddenInput, max_length=200_000, required=False)

    def clean_cases(self) -> list[uuid.UUID]:
        """Return their ids; what is no id is left out."""
        return ids_in(self.cleaned_data["cases"].split())


class BulkForm(ChosenForm):
    """One thing that is done to many cases."""

    depends = frozenset({"state", "reason", "handler"})
    deed = forms.ChoiceField(
        label=gettext_lazy("What is done"),
        choices=[
            (MOVE, gettext_lazy("Lead them to a state")),
            (ASSIGN, gettext_lazy("Give them to a handler")),
        ],
    )
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)
    reason = forms.ChoiceField(label=gettext_lazy("Reason, to close"), required=False)
    planned_on = forms.DateField(label=gettext_lazy("Day of the work"), required=False, widget=_DAY)
    handler = forms.ChoiceField(label=gettext_lazy("Handler"), required=False)
    public_note = forms.CharField(
        label=gettext_lazy("Words for everybody"),
        help_text=gettext_lazy("On each page, and sent to all who reported them. No names."),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    note = forms.CharField(
        label=gettext_lazy("Note between agents"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        none = ("", _("Choose"))
        choose(self.fields["state"], [none, *bulk.choices_of_states()])
        choose(self.fields["reason"], [none, *bulk.choices_of_reasons()])
        choose(self.fields["handler"], [none, *board.handler_choices()])

    def clean(self) -> None:
        """Ask for the state or the handler, as what is done wants one."""
        deed = self.cleaned_data.get("deed")
        if deed == MOVE and not self.cleaned_data.get("state") and "state" not in self.errors:
            self.add_error("state", _("Choose a state."))
        if deed == ASSIGN and not self.cleaned_data.get("handler") and "handler" not in self.errors:
            self.add_error("handler", _("Choose a handler."))

    def wish(self) -> Wish:
        """Return what was typed, of a valid form."""
        given: dict[str, Any] = self.cleaned_data
        day = given["planned_on"]
        return Wish(
            deed=given["deed"],
            state=given["state"],
            reason=given["reason"],
            public_note=given["public_note"],
            note=given["note"],
            planned_on=day.isoformat() if day else "",
            handler=given["handler"],
        )

    def refuse(self, refusal: Refused) -> None:
        """Show why the city said no, beside the field it is about where there is one."""
        fields = {"no_such_state": "state", "no_such_handler": "handler"} | _FIELD_OF
        field = fields.get(refusal.code, "")
        self.add_error(field if field in self.fields else None, refusal.message)


class RoundForm(ChosenForm):
    """A round: its name, its day, how one goes, from where."""

    name = forms.CharField(label=gettext_lazy("Name of the round"), max_length=NAME_MAX_LENGTH)
    day = forms.DateField(label=gettext_lazy("Day"), widget=_DAY)
    mode = forms.ChoiceField(label=gettext_lazy("How one goes"), choices=Mode.choices)
    start = forms.CharField(
        label=gettext_lazy("Where one sets out"),
        help_text=gettext_lazy("An address. Left empty, the round begins at an outer stop."),
        max_length=200,
        required=False,
    )
    handler = forms.ChoiceField(
        label=gettext_lazy("For which handler"),
        help_text=gettext_lazy("So that it can be lent to a partner by a link."),
        required=False,
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        choose(self.fields["handler"], [("", _("Nobody in particular")), *board.handler_choices()])

    def refuse(self, refusal: Refused) -> None:
        """Show why the city said no, beside the field it is about where there is one."""
        fields = {
            "name_missing": "name",
            "planned_in_the_past": "day",
            "place_unknown": "start",
            "no_such_handler": "handler",
        }
        self.add_error(fields.get(refusal.code), refusal.message)


class KeptForm(TreatForm):
    """What a device kept of a stop of a round, and sends when it can."""

    client_key = forms.UUIDField()
    case = forms.UUIDField()
    sheet = forms.UUIDField(required=False)
    made_at = forms.DateTimeField(required=False)


def ids_in(written: list[str]) -> list[uuid.UUID]:
    """Return the ids among these words, each once, in their order."""
    found: dict[uuid.UUID, None] = {}
    for one in written:
        try:
            found[uuid.UUID(one)] = None
        except ValueError:
            continue
    return list(found)
