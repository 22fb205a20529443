"""What was tried on the way to a version: files read, and reasons signed."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from parvis.kernel.ids import new_public_id


class RunState(models.TextChoices):
    """How far a file is on its way."""

    WAITING = "waiting", _("Waiting to be read")
    READING = "reading", _("Being read")
    REFUSED = "refused", _("Refused")
    BLOCKED = "blocked", _("To be signed for")
    READY = "ready", _("Ready to publish")
    ACCEPTED = "accepted", _("Being published")
    PUBLISHED = "published", _("Published")
    STOPPED = "stopped", _("Interrupted")
    WITHDRAWN = "withdrawn", _("Withdrawn")


UNDERWAY = (RunState.WAITING, RunState.READING, RunState.ACCEPTED)
"""A job works on the file, or will."""
TO_DECIDE = (RunState.BLOCKED, RunState.READY)
"""Somebody has to sign, or to say yes."""


class IngestRun(models.Model):
    """One file somebody wants to publish, and what was found in it.

    `wanted_id` is the dataset it is for, which the catalogue may not know yet. A file that was sent
    to us lies in the private storage under `file`; `order` is how it is to be read; `job` is the
    number of the job that works on it, `progress` how far that is.
    """

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    dataset = models.ForeignKey(
        "opendata.Dataset", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    wanted_id = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=RunState, default=RunState.READING)
    origin = models.CharField(max_length=500)
    sha256 = models.CharField(max_length=64, blank=True)
    report = models.JSONField(default=dict)
    order = models.JSONField(default=dict)
    file = models.CharField(max_length=300, blank=True)
    file_size = models.PositiveBigIntegerField(null=True, blank=True)
    job = models.BigIntegerField(null=True, blank=True)
    progress = models.JSONField(default=dict)
    started_by = models.UUIDField(null=True, blank=True)
    started_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    decided_by = models.UUIDField(null=True, blank=True)
    version = models.ForeignKey(
        "opendata.DatasetVersion", on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        db_table = "opendata_ingest_run"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=RunState.values), name="run_is_in_a_known_state"
            ),
            models.CheckConstraint(
                condition=~models.Q(wanted_id=""), name="run_says_which_dataset_it_is_for"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="published") | models.Q(version__isnull=False),
                name="published_run_has_its_version",
            ),
        ]
        indexes = [
            models.Index(fields=["dataset", "-started_at"], name="run_by_dataset"),
            models.Index(fields=["wanted_id"], name="run_by_wanted_id"),
            models.Index(
                fields=["-id"],
                condition=models.Q(state__in=["blocked", "ready"]),
                name="run_to_decide",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.origin} ({self.state})"


class Approval(models.Model):
    """A reason somebody signed to publish what the disclosure gate had stopped. Append-only.

    `run` is the file it was signed for; `dataset` is none where the catalogue did not know it yet.
    """

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    dataset = models.ForeignKey(
        "opendata.Dataset", on_delete=models.PROTECT, null=True, related_name="+"
    )
    run = models.ForeignKey(
        "opendata.IngestRun", on_delete=models.PROTECT, null=True, related_name="+"
    )
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
            ),
            models.CheckConstraint(
                condition=models.Q(dataset__isnull=False) | models.Q(run__isnull=False),
                name="approval_is_about_a_file",
            ),
        ]
        indexes = [models.Index(fields=["dataset", "finding"], name="approval_by_finding")]

    def __str__(self) -> str:
        return f"{self.finding}: {self.reason}"
