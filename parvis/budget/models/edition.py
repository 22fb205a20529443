"""An edition: its eleven phases, its areas with their envelopes, and how each of them votes."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from parvis.budget.rules.entitlement import Tie
from parvis.kernel.ids import new_public_id

TIES = [tie.value for tie in Tie]
_OLDEST = 120
_MOST_BONUS = 300


class PhaseKind(models.TextChoices):
    """The phases of an edition, as people read them."""

    PRE_IDEATION = "PRE_IDEATION", _("before the ideas")
    IDEATION = "IDEATION", _("ideas")
    POST_IDEATION = "POST_IDEATION", _("ideas are read")
    CO_CONSTRUCTION = "CO_CONSTRUCTION", _("building together")
    PRE_SUBMIT = "PRE_SUBMIT", _("studies by the services")
    SUBMIT = "SUBMIT", _("commissions")
    PRE_VOTE = "PRE_VOTE", _("appeals and final list")
    VOTE = "VOTE", _("vote")
    POST_VOTE = "POST_VOTE", _("paper ballots are counted")
    PRE_RESULT = "PRE_RESULT", _("the count is checked")
    RESULT = "RESULT", _("results and works")


class BallotOf(models.TextChoices):
    """What a voter fills in."""

    APPROVAL = "approval", _("a number of projects at most")
    CHOOSE_ONE = "choose_one", _("one project")
    KNAPSACK = "knapsack", _("projects within the envelope")
    POINTS = "points", _("points to share out")
    RANKING = "ranking", _("projects in order of preference")
    GRADES = "grades", _("a grade for each project")


class Edition(models.Model):
    """One year of the participatory budget.

    Once `frozen_at` is set, the database refuses any change of the edition, its phases, its areas
    and its ballot; `rules` is then all of that as everybody reads it, and `rules_sha256` its
    SHA-256. `is_history` marks an edition of before, taken from the City's file: it has neither
    calendar nor envelopes. Envelopes of arrondissements are shared from `local_cents` by
    population, people of quartiers populaires weighing `bonus_percent` more.
    """

    id = models.UUIDField(primary_key=True, default=new_public_id, editable=False)
    slug = models.SlugField(max_length=40, unique=True)
    year = models.PositiveSmallIntegerField()
    title_fr = models.CharField(max_length=120)
    title_en = models.CharField(max_length=120)
    lead_fr = models.TextField(blank=True)
    lead_en = models.TextField(blank=True)
    local_cents = models.BigIntegerField(default=0)
    bonus_percent = models.PositiveSmallIntegerField(default=0)
    is_history = models.BooleanField(default=False)
    source = models.CharField(max_length=300, blank=True)
    frozen_at = models.DateTimeField(null=True, blank=True)
    frozen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True, blank=True
    )
    rules = models.TextField(blank=True)
    rules_sha256 = models.CharField(max_length=64, blank=True)
    made_at = models.DateTimeField()

    class Meta:
        db_table = "budget_edition"
        ordering = ["-year", "slug"]
        constraints = [
            models.CheckConstraint(
                condition=Q(local_cents__gte=0, bonus_percent__lte=_MOST_BONUS),
                name="an_edition_spends_nothing_negative",
            ),
            models.CheckConstraint(
                condition=Q(frozen_at=None)
                | Q(is_history=True)
                | (~Q(rules="") & ~Q(rules_sha256="")),
                name="what_is_fixed_is_published",
            ),
        ]

    def __str__(self) -> str:
        return self.slug


class Phase(models.Model):
    """One phase of an edition, from the moment it opens to the moment it closes."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="phases")
    kind = models.CharField(max_length=20, choices=PhaseKind)
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()

    class Meta:
        db_table = "budget_phase"
        ordering = ["opens_at"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "kind"], name="an_edition_has_a_phase_once"),
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at"), kind__in=PhaseKind.values),
                name="a_phase_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.edition_id} {self.kind}"


class Area(models.Model):
    """A part of the city with its own envelope and its own ballot: a contest of the vote.

    `key` is the Insee code (75056 for the whole city, 75111 for the 11th). Whoever has one of
    `proposers` (residence, work, heart) may propose from `propose_age` on; `voters` and `vote_age`
    likewise. `count_rule` and what follows it are the settings of the count, as the published
    configuration names them.
    """

    id = models.UUIDField(primary_key=True, default=new_public_id, editable=False)
    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="areas")
    key = models.CharField(max_length=10)
    arrondissement = models.PositiveSmallIntegerField(null=True, blank=True)
    population = models.PositiveIntegerField(default=0)
    popular_population = models.PositiveIntegerField(default=0)
    envelope_cents = models.BigIntegerField(default=0)
    proposers = ArrayField(models.CharField(max_length=10), default=list)
    propose_age = models.PositiveSmallIntegerField(default=0)
    voters = ArrayField(models.CharField(max_length=10), default=list)
    vote_age = models.PositiveSmallIntegerField(default=0)
    ballot = models.CharField(max_length=12, choices=BallotOf, default=BallotOf.APPROVAL)
    most_options = models.PositiveSmallIntegerField(null=True, blank=True)
    points = models.PositiveSmallIntegerField(null=True, blank=True)
    count_rule = models.CharField(max_length=20, default="greedy")
    utility = models.CharField(max_length=12, default="cost")
    completion = models.CharField(max_length=20, default="none")
    threshold = models.PositiveIntegerField(null=True, blank=True)
    is_compared = models.BooleanField(default=False)

    class Meta:
        db_table = "budget_area"
        ordering = ["key"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "key"], name="an_edition_has_an_area_once"),
            models.UniqueConstraint(
                fields=["edition", "arrondissement"],
                nulls_distinct=False,
                name="an_arrondissement_is_one_area",
            ),
            models.CheckConstraint(
                condition=Q(popular_population__lte=F("population"), envelope_cents__gte=0),
                name="an_area_counts_its_people",
            ),
            models.CheckConstraint(
                condition=Q(proposers__contained_by=TIES, voters__contained_by=TIES)
                & Q(propose_age__lte=_OLDEST, vote_age__lte=_OLDEST),
                name="an_area_knows_its_people",
            ),
            models.CheckConstraint(
                condition=Q(ballot__in=BallotOf.values)
                & (Q(most_options=None) | Q(most_options__gte=1))
                & (~Q(ballot=BallotOf.POINTS) | Q(points__gte=1)),
                name="an_area_has_a_ballot",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.edition_id} {self.key}"
