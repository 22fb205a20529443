"""Who listens and who calls from outside: followers, and the keys of GeoReport."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from parvis.kernel.ids import new_public_id


class FollowKind(models.TextChoices):
    """What may be followed."""

    STREET = "street", _("a street")
    QUARTIER = "quartier", _("a quartier")
    SUBTYPE = "subtype", _("a kind")
    CASE = "case", _("a case")


class Follow(models.Model):
    """A person is told what happens in a street, a quartier, of a kind, or to a case.

    `target` is the street's key and arrondissement ("roquette/11"), the quartier's number, the
    subtype's code or the case's code. The same is told to everybody as an Atom feed.
    """

    id = models.UUIDField(primary_key=True, default=new_public_id, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=FollowKind)
    target = models.CharField(max_length=170)
    by_mail = models.BooleanField(default=True)
    since = models.DateTimeField()

    class Meta:
        db_table = "streets_follow"
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind", "target"], name="a_person_follows_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=FollowKind.values) & ~Q(target=""),
                name="one_follows_something",
            ),
        ]
        indexes = [models.Index(fields=["kind", "target"], name="streets_follow_target")]

    def __str__(self) -> str:
        return f"{self.kind} {self.target}"


class ApiKey(models.Model):
    """Who may write through GeoReport v2. The key is kept as its SHA-256; `prefix` are its first
    letters, by which its owner knows it."""

    id = models.UUIDField(primary_key=True, default=new_public_id, editable=False)
    name = models.CharField(max_length=120)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    prefix = models.CharField(max_length=8)
    key_hash = models.CharField(max_length=64, unique=True)
    may_update = models.BooleanField(default=False)
    handler = models.ForeignKey(
        "streets.Handler", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "streets_api_key"
        constraints = [
            models.CheckConstraint(
                condition=Q(key_hash__regex=r"^[0-9a-f]{64}$"), name="a_key_is_kept_hashed"
            ),
            models.CheckConstraint(
                condition=Q(may_update=False) | Q(handler__isnull=False),
                name="who_updates_is_a_handler",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.prefix}"
