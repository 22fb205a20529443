"""The ledger of consents: what a person let a service know, when, and under which words."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from parvis.kernel.ids import new_public_id


class Consent(models.Model):
    """A person said yes to a service; withdrawn or replaced by another, the row stays with its
    date.

    `claims` are those agreed to, `refused` those that were optional and kept; `contract` is the
    version of the contract that was shown; `text_version` is the SHA-256 of the words that were
    read, which `text` keeps.
    """

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    service = models.ForeignKey("openid.Service", on_delete=models.PROTECT, related_name="consents")
    scopes = ArrayField(models.CharField(max_length=60), default=list)
    claims = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    refused = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    contract = models.CharField(max_length=64)
    text_version = models.CharField(max_length=64)
    text = models.TextField()
    language = models.CharField(max_length=2)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "openid_consent"
        constraints = [
            models.UniqueConstraint(
                fields=["person", "service"],
                condition=Q(withdrawn_at=None),
                name="one_consent_in_force_per_person_and_service",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(withdrawn_at__gte=F("given_at")),
                name="consent_is_withdrawn_after_it_was_given",
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)
