"""What an administrator types: the words, the money, the calendar and the areas of an edition."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms
from django.utils.functional import lazy
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from parvis.budget.forms.money import EurosField
from parvis.budget.forms.residents import RefusingForm
from parvis.budget.models import BallotOf, PhaseKind
from parvis.budget.rules.calendar import ORDER, Phase
from parvis.budget.rules.entitlement import Tie
from parvis.budget.rules.plans import COMPLETIONS, RULES, UTILITIES, AreaPlan, EditionPlan
from parvis.kernel import clock
from parvis.voting.public import completion_words, rule_words, utility_words

_rule, _completion, _utility = (
    lazy(said, str) for said in (rule_words, completion_words, utility_words)
)
_TIES = (
    (Tie.RESIDENCE, _("who live there")),
    (Tie.WORK, _("who work there")),
    (Tie.HEART, _("whose heart is there")),
)
_COMPLETIONS = [(name, _completion(name)) for name in COMPLETIONS]
_UTILITIES = [(name, _utility(name)) for name in UTILITIES]
_MINUTE = "%Y-%m-%dT%H:%M"


class LocalMoment(forms.DateTimeField):
    """A moment on the clocks of the city."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=_MINUTE)
        super().__init__(widget=widget, input_formats=[_MINUTE, f"{_MINUTE}:%S"], **options)


class EditionForm(RefusingForm):
    """An edition: its words, what its arrondissements share, its eleven phases."""

    title_fr = forms.CharField(label=_("Title in French"), max_length=120)
    title_en = forms.CharField(label=_("Title in English"), max_length=120)
    lead_fr = forms.CharField(
        label=_("Introduction in French"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    lead_en = forms.CharField(
        label=_("Introduction in English"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    local = EurosField(label=_("What the arrondissements share, in euros"), required=False)
    bonus_percent = forms.IntegerField(
        label=_("Bonus for quartiers populaires, in percent"), min_value=0, max_value=300
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for kind in ORDER:
            name = {"phase": capfirst(PhaseKind(kind).label)}
            self.fields[f"{kind}_opens"] = LocalMoment(label=_("%(phase)s: from") % name)
            self.fields[f"{kind}_closes"] = LocalMoment(label=_("%(phase)s: to") % name)

    @classmethod
    def of(cls, plan: EditionPlan, data: Any = None) -> EditionForm:
        """Return the form with the edition as it is now."""
        kept: dict[str, Any] = {
            name: getattr(plan, name)
            for name in ("title_fr", "title_en", "lead_fr", "lead_en", "bonus_percent")
        }
        kept["local"] = plan.local_cents
        for one in plan.phases:
            kept[f"{one.kind}_opens"] = clock.in_city(one.opens_at)
            kept[f"{one.kind}_closes"] = clock.in_city(one.closes_at)
        return cls(data, initial=kept)

    def calendar(self) -> list[tuple[str, Any, Any]]:
        """Return each phase with its two fields."""
        return [
            (str(PhaseKind(kind).label), self[f"{kind}_opens"], self[f"{kind}_closes"])
            for kind in ORDER
        ]

    def plan(self, before: EditionPlan) -> EditionPlan:
        """Return the edition as it is typed, its areas as they were."""
        told = self.cleaned_data
        return replace(
            before,
            title_fr=told["title_fr"],
            title_en=told["title_en"],
            lead_fr=told["lead_fr"],
            lead_en=told["lead_en"],
            bonus_percent=told["bonus_percent"],
            local_cents=told["local"] or 0,
            phases=tuple(
                Phase(kind=kind, opens_at=told[f"{kind}_opens"], closes_at=told[f"{kind}_closes"])
                for kind in ORDER
            ),
        )


class AreaForm(RefusingForm):
    """An area: its people, its envelope, who may, how one votes and how it is counted."""

    population = forms.IntegerField(label=_("People who live there"), min_value=0, required=False)
    popular_population = forms.IntegerField(
        label=_("Of them, in quartiers populaires"), min_value=0, required=False
    )
    envelope = EurosField(label=_("Envelope, in euros"), required=False)
    proposers = forms.MultipleChoiceField(
        label=_("May propose"), choices=_TIES, widget=forms.CheckboxSelectMultiple
    )
    propose_age = forms.IntegerField(label=_("From what age, to propose"), min_value=0)
    voters = forms.MultipleChoiceField(
        label=_("May vote"), choices=_TIES, widget=forms.CheckboxSelectMultiple
    )
    vote_age = forms.IntegerField(label=_("From what age, to vote"), min_value=0)
    ballot = forms.ChoiceField(label=_("A ballot is"), choices=BallotOf.choices)
    most_options = forms.IntegerField(
        label=_("Projects on a ballot, at most"), min_value=1, required=False
    )
    points = forms.IntegerField(label=_("Points to share out"), min_value=1, required=False)
    count_rule = forms.ChoiceField(label=_("Counted by"), choices=[(k, _rule(k)) for k in RULES])
    utility = forms.ChoiceField(label=_("What a voter has of a project"), choices=_UTILITIES)
    completion = forms.ChoiceField(label=_("What is left goes to"), choices=_COMPLETIONS)
    threshold = forms.IntegerField(label=_("Votes or points needed"), min_value=1, required=False)
    is_compared = forms.BooleanField(
        label=_("Keep « most votes (or points) first » where more voters prefer it"),
        required=False,
    )

    @classmethod
    def of(cls, plan: AreaPlan, data: Any = None) -> AreaForm:
        """Return the form with the area as it is now."""
        kept = {name: getattr(plan, name) for name in cls.base_fields if hasattr(plan, name)}
        form = cls(data, initial=kept | {"envelope": plan.envelope_cents})
        # The envelope of an arrondissement is its share: it is not typed.
        del form.fields["envelope" if plan.arrondissement is not None else "population"]
        if plan.arrondissement is None:
            del form.fields["popular_population"]
        return form

    def plan(self, before: AreaPlan) -> AreaPlan:
        """Return the area as it is typed."""
        told = dict(self.cleaned_data)
        envelope = told.pop("envelope", 0) or 0
        for name in ("population", "popular_population"):
            if name in told:
                told[name] = told[name] or 0
        for name in ("proposers", "voters"):
            told[name] = tuple(map(Tie, told[name]))
        if before.arrondissement is None:
            told["envelope_cents"] = envelope
        return replace(before, **told)
