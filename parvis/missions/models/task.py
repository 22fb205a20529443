"""The things of a mission, what people said of each, and what holds in the end."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from parvis.kernel.geometry import PointField
from parvis.kernel.ids import new_public_id


class TaskState(models.TextChoices):
    """How far a task got."""

    OPEN = "open", _("wants answers")
    AGREED = "agreed", _("agreed")
    DISPUTED = "disputed", _("disputed")
    SETTLED = "settled", _("settled by the City")
    DROPPED = "dropped", _("dropped")


class Task(models.Model):
    """One thing of a mission: a tree, a toilet, an entrance.

    `ref` is its id in the data it comes from, or one given here to what somebody found
    (`added_by`). `known` is what the data says of it today, `result` what holds now.
    `answers_count` counts the answers that count.
    """

    id = models.UUIDField(primary_key=True, default=new_public_id, editable=False)
    mission = models.ForeignKey("missions.Mission", on_delete=models.CASCADE, related_name="tasks")
    ref = models.CharField(max_length=120)
    label = models.CharField(max_length=200)
    location = PointField()
    quartier = models.PositiveSmallIntegerField(null=True, blank=True)
    known = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=TaskState, default=TaskState.OPEN)
    result = models.JSONField(null=True, blank=True)
    agreement = models.PositiveSmallIntegerField(null=True, blank=True)
    answers_count = models.PositiveSmallIntegerField(default=0)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True, blank=True
    )
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True, blank=True
    )
    settled_why = models.CharField(max_length=500, blank=True)
    added_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "missions_task"
        constraints = [
            models.UniqueConstraint(fields=["mission", "ref"], name="one_task_per_thing"),
            models.CheckConstraint(
                condition=Q(state__in=TaskState.values), name="task_is_in_a_known_state"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[TaskState.AGREED, TaskState.SETTLED], result__isnull=False)
                | Q(state__in=[TaskState.OPEN, TaskState.DISPUTED, TaskState.DROPPED], result=None),
                name="what_is_decided_has_a_result",
            ),
            models.CheckConstraint(
                condition=~Q(state=TaskState.SETTLED) | ~Q(settled_why=""),
                name="who_settles_says_why",
            ),
        ]
        indexes = [
            GistIndex(
                F("mission"),
                F("location"),
                name="missions_task_near",
                condition=Q(state__in=[TaskState.OPEN, TaskState.DISPUTED]),
            ),
            models.Index(fields=["mission", "state"], name="missions_task_state"),
            models.Index(fields=["mission", "quartier"], name="missions_task_quartier"),
        ]

    def __str__(self) -> str:
        return f"{self.mission_id}/{self.ref}"


class Doubt(models.Model):
    """A person held a published datum for wrong, and is told what came of it."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="doubts")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    doubted_at = models.DateTimeField()

    class Meta:
        db_table = "missions_doubt"
        constraints = [
            models.UniqueConstraint(fields=["task", "person"], name="a_person_doubts_a_thing_once")
        ]

    def __str__(self) -> str:
        return f"{self.task_id} {self.person_id}"


class AnswerState(models.TextChoices):
    """Whether an answer counts."""

    COUNTED = "counted", _("counts")
    SET_ASIDE = "set_aside", _("does not count")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Answer(models.Model):
    """What one person says of one thing, once: who withdraws an answer does not get another one.

    `metres` is how far the person stood from the thing, None where they did not say; from farther
    than the mission's `near_m` it `is_far`, is shown as such and does not count. `why` says why an
    answer was set aside. Where they stood is not kept. `was_right` says whether it was what holds,
    once something does. A trigger keeps the thing and the words of an answer, and a withdrawn one
    withdrawn.
    """

    id = models.UUIDField(primary_key=True, default=new_public_id, editable=False)
    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="answers")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True
    )
    values = models.JSONField()
    state = models.CharField(max_length=10, choices=AnswerState, default=AnswerState.COUNTED)
    metres = models.FloatField(null=True, blank=True)
    is_far = models.BooleanField(default=False)
    why = models.CharField(max_length=200, blank=True)
    was_right = models.BooleanField(null=True, blank=True)
    photo = models.CharField(max_length=200, blank=True)
    client_key = models.UUIDField(unique=True)
    answered_at = models.DateTimeField()

    class Meta:
        db_table = "missions_answer"
        constraints = [
            models.UniqueConstraint(fields=["task", "person"], name="one_answer_per_person"),
            models.CheckConstraint(
                condition=Q(is_far=False) | Q(metres__isnull=False) & ~Q(state="counted"),
                name="an_answer_from_afar_does_not_count",
            ),
        ]
        indexes = [models.Index(fields=["person", "answered_at"], name="missions_answer_person")]

    def __str__(self) -> str:
        return str(self.id)
