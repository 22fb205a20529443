"""A mission: what is asked, where, of how many, and when their answers agree."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from parvis.kernel.ids import new_public_id


class MissionKind(models.TextChoices):
    """Whether things are known beforehand."""

    VERIFY = "verify", _("check what is known")
    INVENTORY = "inventory", _("find and list")


class MissionState(models.TextChoices):
    """How far a mission got."""

    DRAFT = "draft", _("draft")
    PROPOSED = "proposed", _("waits for the City")
    OPEN = "open", _("open")
    CLOSED = "closed", _("closed")
    REFUSED = "refused", _("refused")


class Mission(models.Model):
    """Many people are asked the same questions about things of the city.

    By a service of the City (`association` None) or by an association. On a zone, an
    arrondissement, or the whole city. `questions` is a list of {"code", "fr", "en", "datatype",
    "values", "tolerance", "required"}; a task is agreed once `wanted` independent people answered
    and at least `agree_percent` of their weight says the same (`rules.agreement`), and disputed
    once `most` people did without agreeing. `source_dataset` and `source_field` name the published
    data that it checks; `licence` and `provenance` go with what it yields.
    """

    id = models.UUIDField(primary_key=True, default=new_public_id, editable=False)
    slug = models.SlugField(max_length=80, unique=True)
    kind = models.CharField(max_length=10, choices=MissionKind)
    state = models.CharField(max_length=10, choices=MissionState)
    title = models.CharField(max_length=150)
    text = models.TextField()
    why = models.TextField(blank=True)
    association = models.ForeignKey(
        "mandates.Association", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True, blank=True
    )
    refusal = models.CharField(max_length=500, blank=True)
    zone = models.ForeignKey(
        "territory.Zone", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    arrondissement = models.PositiveSmallIntegerField(null=True, blank=True)
    questions = models.JSONField()
    wanted = models.PositiveSmallIntegerField(default=3)
    most = models.PositiveSmallIntegerField(default=5)
    agree_percent = models.PositiveSmallIntegerField(default=67)
    near_m = models.PositiveSmallIntegerField(default=50)
    apart_m = models.PositiveSmallIntegerField(default=5)
    is_photo_wanted = models.BooleanField(default=False)
    source_dataset = models.CharField(max_length=120, blank=True)
    source_version = models.PositiveIntegerField(null=True, blank=True)
    source_field = models.CharField(max_length=120, blank=True)
    licence = models.CharField(max_length=120)
    provenance = models.TextField()
    opens_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField(null=True, blank=True)
    proposed_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "missions_mission"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=MissionKind.values, state__in=MissionState.values),
                name="mission_is_in_a_known_state",
            ),
            models.CheckConstraint(
                condition=Q(wanted__gte=2, most__gte=F("wanted"), most__lte=15)
                & Q(agree_percent__gt=50, agree_percent__lte=100),
                name="a_mission_needs_a_majority_of_several",
            ),
            models.CheckConstraint(
                condition=Q(zone=None) | Q(arrondissement=None), name="a_mission_is_on_one_ground"
            ),
            models.CheckConstraint(
                condition=~Q(state=MissionState.OPEN) | Q(opens_at__isnull=False),
                name="an_open_mission_has_begun",
            ),
            models.CheckConstraint(
                condition=~Q(state=MissionState.REFUSED) | ~Q(refusal=""),
                name="a_refused_mission_says_why",
            ),
            models.CheckConstraint(condition=~Q(questions=[]), name="a_mission_asks_something"),
        ]
        indexes = [models.Index(fields=["state", "closes_at"], name="missions_mission_state")]

    def __str__(self) -> str:
        return self.slug


class Participation(models.Model):
    """A person takes part in a mission, and is told what came of it."""

    mission = models.ForeignKey(Mission, on_delete=models.CASCADE, related_name="participations")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "missions_participation"
        constraints = [
            models.UniqueConstraint(fields=["mission", "person"], name="a_person_takes_part_once")
        ]

    def __str__(self) -> str:
        return f"{self.mission_id} {self.person_id}"


class Trust(models.Model):
    """How often what a person said was what was agreed in the end; for weights, never for ranks.

    The person sees it; nobody else does.
    """

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", primary_key=True
    )
    agreed = models.PositiveIntegerField(default=0)
    contradicted = models.PositiveIntegerField(default=0)
    far = models.PositiveIntegerField(default=0)
    counted_at = models.DateTimeField()

    class Meta:
        db_table = "missions_trust"

    def __str__(self) -> str:
        return str(self.person_id)
