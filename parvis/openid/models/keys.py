"""The keys that sign what the provider says."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class SigningKey(models.Model):
    """A key pair for RS256, its private half sealed with the secret of the city.

    It is published at once, signs from `signs_from` on, until a later one does, and stays
    published until `published_until`: what it signed may still be checked.
    """

    kid = models.CharField(max_length=64, unique=True)
    private_sealed = models.BinaryField()
    public_jwk = models.JSONField()
    created_at = models.DateTimeField()
    signs_from = models.DateTimeField(db_index=True)
    published_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "openid_signing_key"
        constraints = [
            models.CheckConstraint(
                condition=Q(published_until=None) | Q(published_until__gte=F("signs_from")),
                name="key_is_published_while_it_signs",
            )
        ]

    def __str__(self) -> str:
        return self.kid
