"""What the account remembers of people's rights: archives being made, and what went by itself."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from parvis.kernel.ids import new_public_id


class ArchiveState(models.TextChoices):
    """How far an archive is; only a ready one has a file."""

    WAITING = "waiting", "Waiting"
    BUILDING = "building", "Building"
    READY = "ready", "Ready"
    FAILED = "failed", "Failed"


class Archive(models.Model):
    """Everything the City keeps about a person, in one file that is made on request.

    `done` of `total` models are written; `rows` counts what is in the file, by model. The row goes
    with its file, a week after it was asked for.
    """

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    language = models.CharField(max_length=2)
    state = models.CharField(max_length=10, choices=ArchiveState, default=ArchiveState.WAITING)
    done = models.PositiveSmallIntegerField(default=0)
    total = models.PositiveSmallIntegerField(default=0)
    file = models.CharField(max_length=200, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    rows = models.JSONField(default=dict)
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "residents_archive"
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(state__in=["waiting", "building"]),
                name="one_archive_at_a_time_per_person",
            ),
            models.CheckConstraint(
                condition=Q(state="ready", sha256__regex="^[0-9a-f]{64}$", ended_at__isnull=False)
                & ~Q(file="")
                | ~Q(state="ready") & Q(state__in=ArchiveState.values, file=""),
                name="archive_has_a_file_once_it_is_ready",
            ),
            models.CheckConstraint(condition=Q(done__lte=F("total")), name="archive_is_part_done"),
        ]
        indexes = [models.Index(fields=["asked_at"], name="archive_by_age")]

    def __str__(self) -> str:
        return f"{self.public_id} ({self.state})"


class RetentionRun(models.Model):
    """One night of forgetting: what each rule took, and which failed.

    `lines` are objects with "key", "rows" and "error" ("" where the rule did its work).
    """

    began_at = models.DateTimeField(unique=True)
    lines = models.JSONField(default=list)

    class Meta:
        db_table = "residents_retention_run"

    def __str__(self) -> str:
        return str(self.began_at)
