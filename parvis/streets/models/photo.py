"""Photos: taken in, cleaned, looked at, blurred, shown, and let go."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from parvis.kernel.ids import new_public_id


class PhotoState(models.TextChoices):
    """How far a photo got on its way to the public."""

    RECEIVED = "received", _("received")
    TO_REVIEW = "to_review", _("waits for an agent")
    SHOWN = "shown", _("public")
    WITHHELD = "withheld", _("kept from the public")
    UNREADABLE = "unreadable", _("could not be read")
    GONE = "gone", _("deleted")


class PhotoRole(models.TextChoices):
    """What a photo is of."""

    OVERVIEW = "overview", _("overview")
    CLOSE = "close", _("close view")
    BEFORE = "before", _("before")
    AFTER = "after", _("after")


class Photo(models.Model):
    """A photo of a case, by a reporter (`report`) or by who treats it.

    Three files of the storage, each a name: `received` is what came, its metadata already cut off,
    until a job has read it; `cleaned` is re-encoded pixels, seen by agents and handlers; `shown` is
    what the public sees, with `boxes` blurred. No bytes that were ever stored hold EXIF, XMP or a
    place. `boxes` are [x, y, width, height] in thousandths, `proposed` those a detector found.
    """

    id = models.UUIDField(primary_key=True, default=new_public_id, editable=False)
    case = models.ForeignKey(
        "streets.Case", on_delete=models.CASCADE, related_name="photos", db_index=False
    )
    report = models.ForeignKey(
        "streets.Report", on_delete=models.CASCADE, related_name="photos", null=True, blank=True
    )
    role = models.CharField(max_length=10, choices=PhotoRole)
    state = models.CharField(max_length=10, choices=PhotoState)
    received = models.CharField(max_length=200, blank=True)
    cleaned = models.CharField(max_length=200, blank=True)
    shown = models.CharField(max_length=200, blank=True)
    width = models.PositiveSmallIntegerField(null=True, blank=True)
    height = models.PositiveSmallIntegerField(null=True, blank=True)
    boxes = models.JSONField(default=list, blank=True)
    proposed = models.JSONField(default=list, blank=True)
    client_key = models.UUIDField(null=True, blank=True, unique=True)
    problem = models.CharField(max_length=200, blank=True)
    taken_in_at = models.DateTimeField()
    reviewed_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True, blank=True
    )
    originals_gone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "streets_photo"
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=PhotoState.values, role__in=PhotoRole.values),
                name="photo_is_in_a_known_state",
            ),
            models.CheckConstraint(
                condition=~Q(state=PhotoState.SHOWN) | ~Q(shown="") & Q(reviewed_at__isnull=False),
                name="a_public_photo_was_looked_at",
            ),
            models.CheckConstraint(
                condition=Q(state=PhotoState.SHOWN) | Q(shown=""),
                name="only_a_public_photo_has_a_public_file",
            ),
            models.CheckConstraint(
                condition=Q(originals_gone_at=None) | Q(received="", cleaned=""),
                name="originals_that_are_gone_are_gone",
            ),
        ]
        indexes = [
            models.Index(fields=["case"], name="streets_photo_of_case"),
            models.Index(
                fields=["taken_in_at"],
                name="streets_photo_waiting",
                condition=Q(state__in=[PhotoState.RECEIVED, PhotoState.TO_REVIEW]),
            ),
            models.Index(
                fields=["reviewed_at"],
                name="streets_photo_originals",
                condition=Q(originals_gone_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.id}"
