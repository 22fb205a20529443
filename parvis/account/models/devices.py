"""Where a person is signed in, and from which devices they came."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from parvis.kernel.ids import new_public_id


class Device(models.Model):
    """A browser a person signed in with, recognised by a cookie of its own and by nothing else.

    `token_hash` mixes the cookie with the person: two persons who share a browser cannot be told
    to. Until `trusted_until` the second step is not asked there.
    """

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="devices"
    )
    token_hash = models.CharField(max_length=64)
    browser = models.CharField(max_length=40, blank=True)
    system = models.CharField(max_length=40, blank=True)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField(db_index=True)
    trusted_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "token_hash"], name="one_row_per_person_and_device"
            )
        ]

    def __str__(self) -> str:
        return f"{self.browser} {self.system}"


class OpenSession(models.Model):
    """A session somebody is signed in with. Its `ref` is what other services know it by.

    The row goes when the session ends; `session_key` follows the session's key.
    """

    ref = models.CharField(max_length=64, unique=True)
    session_key = models.CharField(max_length=40, unique=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="open_sessions"
    )
    device = models.ForeignKey(
        Device, on_delete=models.SET_NULL, null=True, blank=True, related_name="open_sessions"
    )
    browser = models.CharField(max_length=40, blank=True)
    system = models.CharField(max_length=40, blank=True)
    address = models.GenericIPAddressField(null=True, blank=True)
    opened_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.ref
