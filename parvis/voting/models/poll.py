"""A vote and what is asked in it; nothing of this changes once it is open."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from parvis.voting.rules.plans import BallotKind


class Kind(models.TextChoices):
    """How one votes in a contest, as people read it."""

    APPROVAL = BallotKind.APPROVAL.value, _("choose several")
    CHOOSE_ONE = BallotKind.CHOOSE_ONE.value, _("choose one")
    KNAPSACK = BallotKind.KNAPSACK.value, _("choose within the budget")
    POINTS = BallotKind.POINTS.value, _("give points")
    RANKING = BallotKind.RANKING.value, _("put in order")
    GRADES = BallotKind.GRADES.value, _("say what you think of each")


class Poll(models.Model):
    """A vote. `opening_key` and `signing_key` are public halves, as hexadecimal figures.

    A database trigger refuses every change once `frozen_at` is set, but for the four moments that
    follow it, each once: the last batch, the opening of the box, the results, their publication.
    """

    ref = models.CharField(max_length=60, primary_key=True)
    title = models.CharField(max_length=200)
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    opening_key = models.CharField(max_length=64, blank=True)
    signing_key = models.CharField(max_length=64, blank=True)
    key_given_at = models.DateTimeField(null=True, blank=True)
    key_kept_at = models.DateTimeField(null=True, blank=True)
    configuration = models.TextField(blank=True)
    configuration_hash = models.CharField(max_length=64, blank=True)
    seed = models.CharField(max_length=64, blank=True)
    frozen_at = models.DateTimeField(null=True, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)
    box_opened_at = models.DateTimeField(null=True, blank=True)
    results = models.TextField(blank=True)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "voting_poll"
        constraints = [
            models.CheckConstraint(
                condition=Q(opens_at__lt=F("closes_at")), name="a_poll_closes_after_it_opens"
            ),
            models.CheckConstraint(
                condition=Q(frozen_at=None)
                | (Q(key_kept_at__isnull=False) & ~Q(configuration_hash="") & ~Q(seed="")),
                name="a_frozen_poll_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(box_opened_at=None) | Q(released_at__isnull=False),
                name="the_box_opens_after_the_last_batch",
            ),
            models.CheckConstraint(
                condition=Q(published_at=None) | (Q(box_opened_at__isnull=False) & ~Q(results="")),
                name="results_come_after_the_box",
            ),
        ]

    def __str__(self) -> str:
        return self.ref


class Contest(models.Model):
    """One question of a vote. `budget` is in cents; `rule` says how it will be counted."""

    poll = models.ForeignKey(Poll, on_delete=models.CASCADE, related_name="contests")
    key = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=12, choices=Kind)
    max_options = models.PositiveSmallIntegerField(null=True, blank=True)
    points = models.PositiveSmallIntegerField(null=True, blank=True)
    budget = models.BigIntegerField(default=0)
    rule = models.JSONField(default=dict)
    position = models.PositiveSmallIntegerField()

    class Meta:
        db_table = "voting_contest"
        constraints = [
            models.UniqueConstraint(fields=["poll", "key"], name="one_contest_per_key"),
            models.CheckConstraint(
                condition=Q(kind__in=Kind.values) & Q(budget__gte=0), name="a_contest_is_of_a_kind"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.poll_id}/{self.key}"


class Option(models.Model):
    """What one may vote for in a contest. `cost` is in cents."""

    contest = models.ForeignKey(Contest, on_delete=models.CASCADE, related_name="options")
    key = models.CharField(max_length=60)
    title = models.CharField(max_length=300)
    cost = models.BigIntegerField(default=0)
    position = models.PositiveSmallIntegerField()

    class Meta:
        db_table = "voting_option"
        constraints = [
            models.UniqueConstraint(fields=["contest", "key"], name="one_option_per_key"),
            models.CheckConstraint(condition=Q(cost__gte=0), name="an_option_costs_no_less_than_0"),
        ]

    def __str__(self) -> str:
        return self.key
