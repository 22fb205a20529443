"""What becomes of a winner: how far it got, its dated steps, its news."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class StageOf(models.TextChoices):
    """How far a delivery got, as people read it."""

    NOT_STARTED = "not_started", _("not begun")
    STUDY = "study", _("studies")
    PROCEDURE = "procedure", _("procedures")
    WORKS = "works", _("works")
    DELIVERY = "delivery", _("being delivered")
    DONE = "done", _("delivered")
    ABANDONED = "abandoned", _("given up")


class StepOf(models.TextChoices):
    """The dated steps of a delivery, as people read them."""

    STUDY = "study", _("Studies begin")
    PROCEDURE = "procedure", _("Procedures begin")
    WORKS = "works", _("Works begin")
    DUE = "due", _("Delivery planned")
    OPENING = "opening", _("Opens to the public")
    END = "end", _("End")


class UnknownOf(models.TextChoices):
    """Why a step has no date, as people read it."""

    NOT_RECORDED = "not_recorded", _("not recorded")
    NOT_SET = "not_set", _("not set yet")
    NOT_BEGUN = "not_begun", _("not yet")


class Delivery(models.Model):
    """A project that won: who carries it out, and how far it got.

    `votes` is what it was chosen by, `rank` when it was bought by the count; both None in editions
    of before, whose votes the City did not publish; votes also where ballots hold points, ranks or
    grades. `town_hall` is the arrondissement that the City's file names, also for a project of the
    whole city.
    """

    project = models.OneToOneField(
        "budget.Project", on_delete=models.CASCADE, related_name="delivery", primary_key=True
    )
    pilot = models.ForeignKey(
        "budget.Department", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    stage = models.CharField(max_length=12, choices=StageOf, default=StageOf.NOT_STARTED)
    rank = models.PositiveSmallIntegerField(null=True, blank=True)
    votes = models.PositiveIntegerField(null=True, blank=True)
    town_hall = models.PositiveSmallIntegerField(null=True, blank=True)
    reason = models.TextField(blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "budget_delivery"
        constraints = [
            models.CheckConstraint(
                condition=Q(stage__in=StageOf.values), name="a_delivery_is_at_a_known_stage"
            ),
            models.CheckConstraint(
                condition=Q(reason="") | Q(stage=StageOf.ABANDONED),
                name="only_what_is_given_up_says_why",
            ),
        ]
        indexes = [models.Index(fields=["stage"], name="budget_delivery_stage")]

    def __str__(self) -> str:
        return f"{self.project_id} {self.stage}"


class Milestone(models.Model):
    """When a step of a delivery was or is to be taken: a month (its first day), or why none is
    known."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="milestones")
    step = models.CharField(max_length=10, choices=StepOf)
    month = models.DateField(null=True, blank=True)
    unknown = models.CharField(max_length=12, choices=UnknownOf, blank=True)

    class Meta:
        db_table = "budget_milestone"
        constraints = [
            models.UniqueConstraint(fields=["delivery", "step"], name="a_step_is_taken_once"),
            models.CheckConstraint(
                condition=Q(step__in=StepOf.values)
                & (
                    Q(month=None, unknown__in=UnknownOf.values) | Q(month__isnull=False, unknown="")
                ),
                name="a_step_has_a_month_or_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.delivery_id} {self.step}"


class News(models.Model):
    """What the City says of the works to who follows them."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="news")
    stage = models.CharField(max_length=12, choices=StageOf)
    text = models.TextField(blank=True)
    form_token = models.UUIDField(null=True, blank=True, unique=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True
    )
    written_at = models.DateTimeField()

    class Meta:
        db_table = "budget_news"
        ordering = ["-written_at", "-id"]

    def __str__(self) -> str:
        return f"{self.delivery_id} {self.written_at}"
