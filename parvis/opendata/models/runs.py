"""What was tried on the way to a version: files read, and reasons signed."""

from __future__ import annotations

from django.db import models

from parvis.kernel.ids import new_public_id


class RunState(models.TextChoices):
    """How far a file is on its way."""

    READING = "reading", "Reading"
    REFUSED = "refused", "Refused"
    BLOCKED = "blocked", "Blocked"
    ACCEPTED = "accepted", "Accepted"
    PUBLISHED = "published", "Published"


class IngestRun(models.Model):
    """One file somebody wants to publish, and what was found in it."""

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    dataset = models.ForeignKey("opendata.Dataset", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=RunState, default=RunState.READING)
    origin = models.CharField(max_length=500)
    sha256 = models.CharField(max_length=64)
    report = models.JSONField(default=dict)
    started_by = models.UUIDField(null=True, blank=True)
    started_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    version = models.ForeignKey(
        "opendata.DatasetVersion", on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        db_table = "opendata_ingest_run"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=RunState.values), name="run_is_in_a_known_state"
            )
        ]
        indexes = [models.Index(fields=["dataset", "-started_at"], name="run_by_dataset")]

    def __str__(self) -> str:
        return f"{self.origin} ({self.state})"


class Approval(models.Model):
    """A reason somebody signed to publish what the disclosure gate had stopped. Append-only."""

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    dataset = models.ForeignKey("opendata.Dataset", on_delete=models.PROTECT, related_name="+")
    finding = models.CharField(max_length=300)
    reason = models.TextField()
    signed_by = models.UUIDField(null=True, blank=True)
    signed_at = models.DateTimeField()
    shredded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "opendata_approval"
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(reason__regex=r"^\s*$"), name="approval_gives_a_reason"
            )
        ]
        indexes = [models.Index(fields=["dataset", "finding"], name="approval_by_finding")]

    def __str__(self) -> str:
        return f"{self.finding}: {self.reason}"
