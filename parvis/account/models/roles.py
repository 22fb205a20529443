"""What the account remembers of the city's staff: the roles given, and whom an agent acted for."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from parvis.account.rules import roles as rules
from parvis.kernel.ids import new_public_id


class Role(models.TextChoices):
    """What the city may ask of a person beyond being a resident."""

    MODERATOR = "moderator", _("Moderator")
    OFFICIAL = "official", _("Elected official")
    AGENT = "agent", _("Agent")
    ADMINISTRATOR = "administrator", _("Administrator")


class RoleGrant(models.Model):
    """A role the city gave a person: for which service and arrondissement, since when, until when.

    `service` is the key of one service, "" for all; `territory` the number of one arrondissement,
    None for the whole city. `ended_at` is when it was taken back, `ends_at` when it ends by itself.
    Rows stay: they say who could do what, when, and on whose word.
    """

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="grants"
    )
    role = models.CharField(max_length=20, choices=Role)
    service = models.CharField(max_length=40, blank=True, default="", db_default="")
    territory = models.PositiveSmallIntegerField(null=True, blank=True)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    granted_at = models.DateTimeField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=rules.REASON_MAX_LENGTH, blank=True, default="")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    end_reason = models.CharField(max_length=rules.REASON_MAX_LENGTH, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "role", "service", "territory"],
                condition=Q(ended_at=None),
                nulls_distinct=False,
                name="one_grant_per_person_role_service_and_territory",
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="role_is_known"),
            models.CheckConstraint(
                condition=Q(territory=None) | Q(territory__range=(1, 99)),
                name="role_is_held_in_an_arrondissement",
            ),
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at")),
                name="role_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("granted_at")),
                name="role_is_taken_back_after_it_was_given",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.person_id}"


class Way(models.TextChoices):
    """How a person reached the agent who acts for them; the values are those of the register."""

    COUNTER = "counter", pgettext_lazy("way to reach an agent", "At the counter")
    PHONE = "phone", pgettext_lazy("way to reach an agent", "By phone")
    POST = "post", pgettext_lazy("way to reach an agent", "By post")


class Assistance(models.Model):
    """An agent acted for a person, for a reason, from one moment to another."""

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="assistances_given"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="assistances_received"
    )
    way = models.CharField(max_length=10, choices=Way)
    reason = models.CharField(max_length=rules.REASON_MAX_LENGTH)
    began_at = models.DateTimeField()
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agent"], condition=Q(ended_at=None), name="one_assistance_at_a_time"
            ),
            models.CheckConstraint(
                condition=~Q(agent=F("person")), name="nobody_assists_themselves"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="assistance_has_a_reason"),
            models.CheckConstraint(
                condition=Q(until__gt=F("began_at")), name="assistance_ends_after_it_begins"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["person", "began_at"], name="assistances_of_a_person")
        ]

    def __str__(self) -> str:
        return f"{self.agent_id} for {self.person_id}"
