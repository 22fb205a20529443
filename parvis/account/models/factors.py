"""Codes that open an account: none of them lies in the database as it is typed."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from parvis.account.rules import factors as rules


class PaperCode(models.Model):
    """A code the person keeps on paper for the day they lose their telephone; good once.

    Of the code only a slow hash is kept (OWASP ASVS 5.0, 6.5.2); its rank is what tells which hash
    to weigh it against.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="paper_codes"
    )
    rank = models.PositiveSmallIntegerField()
    code_hash = models.CharField(max_length=128)
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "rank"], name="one_paper_code_per_rank"),
            models.CheckConstraint(
                condition=Q(rank__lt=rules.PAPER_CODES), name="paper_code_has_a_rank"
            ),
            models.CheckConstraint(
                condition=Q(used_at=None) | Q(used_at__gte=F("made_at")),
                name="paper_code_is_used_after_it_is_made",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.rank}"


class MailedCode(models.Model):
    """A code sent to an address to sign in with; the browser that asked holds its id.

    One is written for an unknown address too, without a person: nobody learns who has an account.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
    )
    code_hash = models.CharField(max_length=64)
    asked_at = models.DateTimeField(db_index=True)
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(tries__lte=rules.MAILED_CODE_TRIES), name="mailed_code_has_few_tries"
            )
        ]

    def __str__(self) -> str:
        return str(self.id)
