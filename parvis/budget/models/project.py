"""A project from idea to sheet: its people, its versions, what is said of it, its pictures."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from parvis.kernel.geometry import PointField
from parvis.kernel.ids import new_public_id


class StatusOf(models.TextChoices):
    """Where a project stands, as people read it."""

    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("proposed")
    CO_CONSTRUCTION = "coconstruction", _("being built together")
    MERGED = "merged", _("brought together with another")
    STUDY = "study", _("under study")
    ACCEPTED = "accepted", _("accepted")
    REJECTED = "rejected", _("not accepted")
    WITHDRAWN = "withdrawn", _("taken back by its author")
    REMOVED = "removed", _("withdrawn by the City")


_TOLD = [StatusOf.REJECTED, StatusOf.REMOVED]
_MERGED_INTO = Q(status=StatusOf.MERGED, merged_into__isnull=False)
_APART = ~Q(status=StatusOf.MERGED) & Q(merged_into=None)


class Project(models.Model):
    """Something a resident proposes, in one area of an edition.

    `estimated_cents` is what its author thinks it costs, `cost_cents` what the City says after its
    study; `number` is its place on the ballot of its area. `reason` is why the City decided as it
    did, for everybody to read. `reviewed_at` is when the study ended: until then no opinion of a
    service leaves the desk. `source_number` is its number in the City's file of winners. What is
    written in `title_en` and `text_en` is the City's translation of the final sheet.
    """

    id = models.UUIDField(primary_key=True, default=new_public_id, editable=False)
    area = models.ForeignKey("budget.Area", on_delete=models.PROTECT, related_name="projects")
    status = models.CharField(max_length=16, choices=StatusOf, default=StatusOf.DRAFT)
    title = models.CharField(max_length=150, blank=True)
    text = models.TextField(blank=True)
    title_en = models.CharField(max_length=150, blank=True)
    text_en = models.TextField(blank=True)
    theme = models.CharField(max_length=60, blank=True)
    place = models.CharField(max_length=200, blank=True)
    location = PointField(null=True, blank=True)
    is_popular = models.BooleanField(default=False)
    estimated_cents = models.BigIntegerField(null=True, blank=True)
    cost_cents = models.BigIntegerField(null=True, blank=True)
    number = models.PositiveSmallIntegerField(null=True, blank=True)
    reason = models.TextField(blank=True)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="merged", null=True, blank=True
    )
    source_number = models.PositiveIntegerField(null=True, blank=True, unique=True)
    form_token = models.UUIDField(null=True, blank=True, unique=True)
    made_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    reviewed_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "budget_project"
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=StatusOf.values), name="a_project_is_in_a_known_state"
            ),
            models.CheckConstraint(
                condition=Q(status__in=[StatusOf.DRAFT, StatusOf.WITHDRAWN])
                | (~Q(title="") & Q(submitted_at__isnull=False)),
                name="what_is_proposed_has_a_title",
            ),
            models.CheckConstraint(
                condition=~Q(status=StatusOf.ACCEPTED) | Q(cost_cents__gt=0),
                name="an_accepted_project_has_a_cost",
            ),
            models.CheckConstraint(
                condition=Q(number=None)
                | Q(status__in=[StatusOf.ACCEPTED, StatusOf.WITHDRAWN, StatusOf.REMOVED]),
                name="only_the_ballot_is_numbered",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=_TOLD) | ~Q(reason=""), name="who_says_no_says_why"
            ),
            models.CheckConstraint(
                condition=_MERGED_INTO | _APART, name="what_is_merged_has_a_way"
            ),
            models.CheckConstraint(
                condition=(Q(estimated_cents=None) | Q(estimated_cents__gt=0))
                & (Q(cost_cents=None) | Q(cost_cents__gt=0)),
                name="a_project_costs_something",
            ),
            models.UniqueConstraint(fields=["area", "number"], name="a_number_names_one_project"),
        ]
        indexes = [
            models.Index(fields=["area", "status"], name="budget_project_status"),
            models.Index(fields=["status", "-changed_at"], name="budget_project_changed"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Author(models.Model):
    """A person proposed a project; who closes their account leaves it there without them."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="authors")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True
    )
    declared_at = models.DateTimeField()

    class Meta:
        db_table = "budget_author"
        constraints = [
            models.UniqueConstraint(fields=["project", "person"], name="a_person_is_author_once")
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.person_id}"


class Version(models.Model):
    """How a project read at a moment; a version is never rewritten."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="versions")
    rank = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=150)
    text = models.TextField()
    estimated_cents = models.BigIntegerField(null=True, blank=True)
    note = models.CharField(max_length=300, blank=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True
    )
    written_at = models.DateTimeField()

    class Meta:
        db_table = "budget_version"
        ordering = ["rank"]
        constraints = [
            models.UniqueConstraint(fields=["project", "rank"], name="versions_follow_each_other")
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.rank}"


class Remark(models.Model):
    """What somebody says of a project while it is built together; a moderator may hide it."""

    id = models.UUIDField(primary_key=True, default=new_public_id, editable=False)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="remarks")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True
    )
    text = models.TextField()
    form_token = models.UUIDField(unique=True)
    written_at = models.DateTimeField()
    hidden_at = models.DateTimeField(null=True, blank=True)
    hidden_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True, blank=True
    )
    hidden_why = models.CharField(max_length=300, blank=True)

    class Meta:
        db_table = "budget_remark"
        ordering = ["written_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(hidden_at=None) | ~Q(hidden_why=""), name="who_hides_a_remark_says_why"
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Picture(models.Model):
    """A picture of a project, cleaned on its way in; `words` say what is on it."""

    id = models.UUIDField(primary_key=True, default=new_public_id, editable=False)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="pictures")
    file = models.CharField(max_length=200)
    words = models.CharField(max_length=200)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True
    )
    added_at = models.DateTimeField()

    class Meta:
        db_table = "budget_picture"
        ordering = ["added_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["project", "file"], name="a_picture_is_added_once"),
            models.CheckConstraint(condition=~Q(words=""), name="a_picture_is_told_in_words"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Follow(models.Model):
    """A person follows a project, and is told what becomes of it."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="follows")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    followed_at = models.DateTimeField()

    class Meta:
        db_table = "budget_follow"
        constraints = [
            models.UniqueConstraint(fields=["project", "person"], name="a_project_is_followed_once")
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.person_id}"
