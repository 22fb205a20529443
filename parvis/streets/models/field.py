"""Work in the field and on many cases at once: bulk jobs, rounds, partners' links, batches that
come from offline."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Deferrable, F, Q
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from parvis.kernel.geometry import PointField
from parvis.kernel.ids import new_public_id


class BulkState(models.TextChoices):
    """How far a bulk job got."""

    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    UNDOING = "undoing", _("being undone")
    UNDONE = "undone", pgettext_lazy("many reports at once", "undone")


class BulkJob(models.Model):
    """One action on many cases; `action` is {"deed", "state", "reason", "note", "handler"…}."""

    id = models.UUIDField(primary_key=True, default=new_public_id, editable=False)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True
    )
    action = models.JSONField()
    state = models.CharField(max_length=10, choices=BulkState)
    total = models.PositiveIntegerField()
    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True, blank=True
    )

    class Meta:
        db_table = "streets_bulk_job"
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=BulkState.values), name="bulk_job_is_in_a_known_state"
            )
        ]
        indexes = [models.Index(fields=["asked_at"], name="streets_bulk_by_age")]

    def __str__(self) -> str:
        return str(self.id)


class BulkLine(models.Model):
    """What became of one case of a bulk job.

    `outcome` is "" before its turn, "done", "undone", or the code of the refusal, of which each
    reader has a sentence in their language. `before` holds what undoing puts back; it is undone
    only while the case is still at `revision`.
    """

    job = models.ForeignKey(BulkJob, on_delete=models.CASCADE, related_name="lines")
    case = models.ForeignKey("streets.Case", on_delete=models.CASCADE, related_name="+")
    position = models.PositiveIntegerField()
    outcome = models.SlugField(max_length=60, blank=True)
    before = models.JSONField(default=dict)
    revision = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        db_table = "streets_bulk_line"
        constraints = [
            models.UniqueConstraint(fields=["job", "case"], name="a_case_once_in_a_bulk_job"),
            models.UniqueConstraint(fields=["job", "position"], name="one_line_per_position"),
        ]
        indexes = [models.Index(fields=["job"], name="streets_bulk_to_do", condition=Q(outcome=""))]

    def __str__(self) -> str:
        return f"{self.job_id}/{self.position}"


class Mode(models.TextChoices):
    """How one goes round."""

    FOOT = "foot", _("on foot")
    VEHICLE = "vehicle", _("by vehicle")


class RouteSheet(models.Model):
    """A round of one day: the cases one goes to, in order (« feuille de tournée »)."""

    id = models.UUIDField(primary_key=True, default=new_public_id, editable=False)
    name = models.CharField(max_length=120)
    day = models.DateField()
    mode = models.CharField(max_length=10, choices=Mode)
    starts_at = PointField(null=True)
    handler = models.ForeignKey(
        "streets.Handler", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True
    )
    metres = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "streets_route_sheet"
        constraints = [
            models.CheckConstraint(condition=Q(mode__in=Mode.values), name="one_walks_or_drives")
        ]
        indexes = [models.Index(fields=["day"], name="streets_sheet_by_day")]

    def __str__(self) -> str:
        return f"{self.name} {self.day}"


class RouteStop(models.Model):
    """A case on a round, and when it was seen to."""

    sheet = models.ForeignKey(RouteSheet, on_delete=models.CASCADE, related_name="stops")
    case = models.ForeignKey("streets.Case", on_delete=models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField()
    outcome = models.SlugField(max_length=40, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "streets_route_stop"
        constraints = [
            models.UniqueConstraint(fields=["sheet", "case"], name="a_case_once_on_a_round"),
            models.UniqueConstraint(
                fields=["sheet", "position"],
                name="one_stop_at_a_time",
                deferrable=Deferrable.DEFERRED,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sheet_id}/{self.position}"


class PartnerLink(models.Model):
    """A link by which a partner sees one case, or one round, and says what it did there.

    The secret is kept as its SHA-256. It opens nothing about who reported.
    """

    id = models.UUIDField(primary_key=True, default=new_public_id, editable=False)
    handler = models.ForeignKey("streets.Handler", on_delete=models.CASCADE, related_name="links")
    case = models.ForeignKey(
        "streets.Case", on_delete=models.CASCADE, related_name="+", null=True, blank=True
    )
    sheet = models.ForeignKey(
        RouteSheet, on_delete=models.CASCADE, related_name="+", null=True, blank=True
    )
    token_hash = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True
    )
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "streets_partner_link"
        constraints = [
            models.CheckConstraint(
                condition=Q(case=None, sheet__isnull=False) | Q(case__isnull=False, sheet=None),
                name="a_link_opens_one_thing",
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="a_link_ends"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class OfflineBatch(models.Model):
    """What a page kept while it had no network and then sent; sent again, it is the same one.

    `id` is given by the page. `sender_ref` is "person:<id>" or "partner:<link id>": another
    sender's batch of the same id is refused.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    sender_ref = models.CharField(max_length=100)
    received_at = models.DateTimeField()
    answered = models.JSONField(default=list)

    class Meta:
        db_table = "streets_offline_batch"
        indexes = [models.Index(fields=["received_at"], name="streets_batch_by_age")]

    def __str__(self) -> str:
        return str(self.id)


class OfflineAction(models.Model):
    """One thing done offline; `client_key` is given by the page, and is done once whatever batch
    brings it. `outcome` is "done" or the code of the refusal."""

    batch = models.ForeignKey(OfflineBatch, on_delete=models.CASCADE, related_name="actions")
    client_key = models.UUIDField(unique=True)
    case = models.ForeignKey(
        "streets.Case", on_delete=models.CASCADE, related_name="+", null=True, blank=True
    )
    done_at = models.DateTimeField()
    outcome = models.SlugField(max_length=60)

    class Meta:
        db_table = "streets_offline_action"

    def __str__(self) -> str:
        return str(self.client_key)
