"""The life cycle as data, and what happened to each case."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _


class ClockMode(models.TextChoices):
    """What the clock of the City's promise does in a state."""

    RUNS = "runs", _("runs")
    PAUSED = "paused", _("paused")
    STOPPED = "stopped", _("stopped")


class State(models.Model):
    """Where a case may stand. `as_open311` is "open" or "closed"."""

    code = models.SlugField(primary_key=True, max_length=24)
    label_fr = models.CharField(max_length=80)
    label_en = models.CharField(max_length=80)
    means_fr = models.CharField(max_length=250)
    means_en = models.CharField(max_length=250)
    tone = models.CharField(max_length=10, blank=True)
    is_initial = models.BooleanField(default=False)
    is_open = models.BooleanField()
    clock = models.CharField(max_length=10, choices=ClockMode)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        db_table = "streets_state"
        constraints = [
            models.CheckConstraint(
                condition=Q(is_open=True) | Q(clock=ClockMode.STOPPED),
                name="the_clock_stops_when_a_case_closes",
            ),
            models.CheckConstraint(
                condition=Q(is_open=True) | Q(is_initial=False), name="a_case_begins_open"
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Transition(models.Model):
    """A step that a case may take; the database refuses every other one.

    `who` names who may: "agent", "partner", "reporter", "program". `deed` is the action of the
    register.
    """

    before = models.ForeignKey(State, on_delete=models.CASCADE, related_name="leads_to")
    after = models.ForeignKey(State, on_delete=models.CASCADE, related_name="comes_from")
    deed = models.SlugField(max_length=40)
    label_fr = models.CharField(max_length=80)
    label_en = models.CharField(max_length=80)
    who = ArrayField(models.CharField(max_length=10))
    is_told = models.BooleanField(default=True)

    class Meta:
        db_table = "streets_transition"
        constraints = [
            models.UniqueConstraint(fields=["before", "after"], name="one_transition_each_way"),
            models.CheckConstraint(
                condition=~Q(before=F("after")), name="a_transition_leads_elsewhere"
            ),
            models.CheckConstraint(condition=Q(who__len__gt=0), name="somebody_may_take_it"),
        ]

    def __str__(self) -> str:
        return f"{self.before_id} to {self.after_id}"


class ClosingReason(models.Model):
    """Why a case is closed, as everybody reads it. `wants_proof` asks for a photo of the end."""

    code = models.SlugField(primary_key=True, max_length=40)
    state = models.ForeignKey(State, on_delete=models.PROTECT, related_name="reasons")
    label_fr = models.CharField(max_length=120)
    label_en = models.CharField(max_length=120)
    text_fr = models.TextField()
    text_en = models.TextField()
    wants_proof = models.BooleanField(default=False)
    order = models.PositiveSmallIntegerField(default=0)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "streets_closing_reason"

    def __str__(self) -> str:
        return self.code


class Step(models.Model):
    """A change of state as it happened; append-only. `public_note` is read by everybody, `note` by
    agents, and may be emptied."""

    case = models.ForeignKey("streets.Case", on_delete=models.PROTECT, related_name="steps")
    before = models.ForeignKey(State, on_delete=models.PROTECT, related_name="+", null=True)
    after = models.ForeignKey(State, on_delete=models.PROTECT, related_name="+")
    reason = models.ForeignKey(
        ClosingReason, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    public_note = models.CharField(max_length=1000, blank=True)
    note = models.CharField(max_length=2000, blank=True)
    actor_ref = models.CharField(max_length=100, blank=True)
    door = models.CharField(max_length=20)
    taken_at = models.DateTimeField()
    shredded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "streets_step"
        indexes = [models.Index(fields=["case", "id"], name="streets_step_of_case")]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.before_id} to {self.after_id}"


class Span(Func):
    """The moments from one to another; without an end while it lasts."""

    function = "tstzrange"
    output_field = DateTimeRangeField()


class ClockPause(models.Model):
    """The City waits for the reporter or a partner: this time does not count."""

    case = models.ForeignKey("streets.Case", on_delete=models.CASCADE, related_name="pauses")
    waits_for = models.CharField(max_length=10)
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "streets_clock_pause"
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gte=F("begins_at")),
                name="a_pause_ends_after_it_begins",
            ),
            ExclusionConstraint(
                name="one_pause_at_a_time",
                expressions=[
                    ("case", RangeOperators.EQUAL),
                    (Span(F("begins_at"), F("ends_at")), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} from {self.begins_at}"


class Contradiction(models.Model):
    """A reporter says that what was closed is not done; once per reporter and closing.

    It is counted, and opens the case again, at `counted_at`: None while the address of the report
    is not confirmed, and for ever if the case was opened again before it was.
    """

    closing = models.ForeignKey(Step, on_delete=models.CASCADE, related_name="contradictions")
    case = models.ForeignKey(
        "streets.Case", on_delete=models.CASCADE, related_name="contradictions"
    )
    report = models.ForeignKey(
        "streets.Report", on_delete=models.CASCADE, related_name="contradictions"
    )
    text = models.TextField(blank=True)
    said_at = models.DateTimeField()
    counted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "streets_contradiction"
        constraints = [
            models.CheckConstraint(
                condition=Q(counted_at=None) | Q(counted_at__gte=F("said_at")),
                name="a_contradiction_counts_once_it_is_said",
            ),
            models.UniqueConstraint(
                fields=["closing", "report"], name="a_closing_is_contradicted_once_by_each"
            ),
        ]
        indexes = [models.Index(fields=["case"], name="streets_contradiction_case")]

    def __str__(self) -> str:
        return f"{self.case_id} at {self.said_at}"
