"""What agents type: opinions, decisions, answers, steps of the works."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from parvis.budget.actions.deciding import Verdict
from parvis.budget.actions.delivering import Move
from parvis.budget.forms.money import EurosField
from parvis.budget.forms.residents import RefusingForm
from parvis.budget.models import AppealOutcome, Delivery, Opinion, Project, StageOf, StepOf, Study
from parvis.budget.rules.sheets import LONGEST_PLACE, LONGEST_TITLE
from parvis.budget.rules.winners import Step

_GIVEN = [one for one in Opinion.choices if one[0] != Opinion.WAITING]


class ChoosingForm(RefusingForm):
    """A form in which one of several things is chosen."""

    def offer(self, name: str, choices: Sequence[tuple[Any, Any]]) -> None:
        """Offer these choices, none of them chosen."""
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", _("Choose")), *choices]


class AskForm(ChoosingForm):
    """Which service is asked."""

    department = forms.ChoiceField(label=_("Service to ask"))


class OpinionForm(RefusingForm):
    """What a service thinks of a project."""

    opinion = forms.ChoiceField(label=_("Opinion"), choices=[("", _("Choose")), *_GIVEN])
    cost = EurosField(label=_("Cost, in euros"), required=False)
    reason = forms.CharField(
        label=_("Reason"),
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Everybody reads it once the study is over, and nobody before."),
    )

    @classmethod
    def of(cls, study: Study, data: Any = None) -> OpinionForm:
        """Return the form with what was said so far."""
        said = "" if study.opinion == Opinion.WAITING else study.opinion
        kept = {"opinion": said, "cost": study.cost_cents, "reason": study.reason}
        return cls(data, initial=kept)


class SheetForm(RefusingForm):
    """The final sheet of a project, as the ballot has it."""

    title = forms.CharField(label=_("Title"), max_length=LONGEST_TITLE)
    text = forms.CharField(label=_("Text"), widget=forms.Textarea(attrs={"rows": 8}))
    title_en = forms.CharField(
        label=_("Title in English"), max_length=LONGEST_TITLE, required=False
    )
    text_en = forms.CharField(
        label=_("Text in English"), required=False, widget=forms.Textarea(attrs={"rows": 5})
    )
    place = forms.CharField(label=_("Address or place"), max_length=LONGEST_PLACE)
    cost = EurosField(label=_("Cost, in euros"))

    def sheet(self) -> dict[str, Any]:
        """Return what was typed, as a verdict takes it."""
        told = self.cleaned_data
        names = ("title", "text", "title_en", "text_en", "place")
        return {name: told.get(name) or "" for name in names} | {"cost_cents": told.get("cost")}

    @staticmethod
    def kept(project: Project) -> dict[str, Any]:
        """Return the sheet of a project as it is now."""
        names = ("title", "text", "title_en", "text_en", "place")
        cost = project.cost_cents or _highest(project) or project.estimated_cents
        return {name: getattr(project, name) for name in names} | {"cost": cost}


class DecisionForm(SheetForm):
    """What a commission decides; of a project that is not accepted, the reason is enough."""

    body = forms.CharField(label=_("Commission or jury"), max_length=120)
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 4}))
    field_order = ("body", "reason")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.data.get("verb") == "reject":
            for name in ("title", "text", "place", "cost"):
                self.fields[name].required = False

    def verdict(self) -> Verdict:
        """Return what was decided."""
        told = self.cleaned_data
        accepts = self.data.get("verb") != "reject"
        return Verdict(accepts=accepts, body=told["body"], reason=told["reason"], **self.sheet())


class WhyForm(RefusingForm):
    """A reason that everybody reads."""

    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 4}))


class HideForm(RefusingForm):
    """Why a remark is hidden."""

    why = forms.CharField(label=_("Why it is hidden"), max_length=300)


class MergeForm(ChoosingForm):
    """With which project one becomes one."""

    target = forms.ChoiceField(label=_("Bring it together with"))
    why = forms.CharField(
        label=_("What their authors are told"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class AnswerForm(RefusingForm):
    """The answer to an appeal."""

    outcome = forms.ChoiceField(
        label=_("Answer"), choices=[("", _("Choose")), *AppealOutcome.choices]
    )
    answer = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 5}))


class MonthField(forms.CharField):
    """A month; its value is its first day."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            max_length=7, required=False, widget=forms.TextInput(attrs={"type": "month"}), **options
        )

    def clean(self, value: Any) -> dt.date | None:
        """Return the first day of the month typed."""
        text = super().clean(value)
        if not text:
            return None
        try:
            return dt.date.fromisoformat(f"{text}-01")
        except ValueError as error:
            raise ValidationError(_("A month is written as 2027-03.")) from error


class MoveForm(ChoosingForm):
    """How far the works of a winner got."""

    form_token = forms.UUIDField(widget=forms.HiddenInput, required=False)
    stage = forms.ChoiceField(label=_("State of the works"))
    pilot = forms.ChoiceField(label=_("Service in charge"), required=False)
    news = forms.CharField(
        label=_("What its followers are told"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    reason = forms.CharField(
        label=_("Why it is given up"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Only for a project that is given up; everybody reads it."),
    )

    def __init__(self, *args: Any, departments: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.offer("stage", StageOf.choices)
        self.offer("pilot", departments)
        for step in Step:
            self.fields[f"month_{step}"] = MonthField(label=StepOf(step).label)

    @staticmethod
    def kept(delivery: Delivery) -> dict[str, Any]:
        """Return what is known of a delivery now."""
        months = {
            f"month_{one.step}": f"{one.month:%Y-%m}"
            for one in delivery.milestones.all()
            if one.month
        }
        return months | {
            "stage": delivery.stage,
            "pilot": delivery.pilot_id or "",
            "reason": delivery.reason,
            "form_token": uuid.uuid4(),
        }

    def months(self) -> list[Any]:
        """Return the bound fields of the months."""
        return [self[f"month_{step}"] for step in Step]

    def move(self) -> Move:
        """Return what was typed; a month that was not changed stays as it was recorded."""
        told = self.cleaned_data
        changed = [step for step in Step if f"month_{step}" in self.changed_data]
        return Move(
            stage=told["stage"],
            pilot=told.get("pilot") or "",
            news=told.get("news") or "",
            reason=told.get("reason") or "",
            form_token=told.get("form_token"),
            months={step: told.get(f"month_{step}") for step in changed},
        )


def _highest(project: Project) -> int | None:
    costs = [one for one in project.studies.values_list("cost_cents", flat=True) if one]
    return sum(costs) or None
