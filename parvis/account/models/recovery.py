"""Ways back into an account: by two proofs, and at the counter."""

from __future__ import annotations

import datetime as dt
from itertools import combinations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from parvis.account.rules import recovery as rules
from parvis.kernel.ids import new_public_id

_HASH = 64
_PROOFS = [f"{proof}_at" for proof in rules.Proof]


def _two_proofs() -> Q:
    """Return what is true of a row with two proofs of different kinds."""
    enough = Q()
    for pair in combinations(_PROOFS, rules.PROOFS_NEEDED):
        enough |= Q(**{f"{proof}__isnull": False for proof in pair})
    return enough


class Recovery(models.Model):
    """An attempt to choose a new password by two proofs, and when each was given.

    `person` is empty where the address that was typed has no account: what is done is the same.
    """

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+"
    )
    begun_at = models.DateTimeField()
    text_asked_at = models.DateTimeField(null=True, blank=True)
    mail_at = models.DateTimeField(null=True, blank=True)
    text_at = models.DateTimeField(null=True, blank=True)
    code_at = models.DateTimeField(null=True, blank=True)
    passkey_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(done_at=None) | _two_proofs(), name="recovery_takes_two_proofs"
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=False) | Q(**dict.fromkeys([*_PROOFS, "done_at"])),
                name="nobody_proves_nothing",
            ),
        ]
        indexes = [models.Index(fields=["begun_at"], name="recoveries_by_age")]

    def __str__(self) -> str:
        return str(self.public_id)


class Paper(models.TextChoices):
    """A kind of paper an agent has seen; its number is written nowhere."""

    IDENTITY_CARD = "identity_card", _("Identity card")
    PASSPORT = "passport", _("Passport")
    RESIDENCE_PERMIT = "residence_permit", _("Residence permit")
    DRIVING_LICENCE = "driving_licence", _("Driving licence")
    OTHER = "other", _("Another paper with a photograph")


class Outcome(models.TextChoices):
    """How a recovery at the counter ended."""

    REFUSED = "refused", _("Refused from an old address")
    SIGNED_IN = "signed_in", _("The owner signed in")
    WITHDRAWN = "withdrawn", _("Withdrawn by an agent")
    RECOVERED = "recovered", _("The person has their account back")
    EXPIRED = "expired", _("The link was not used")


class CounterRecovery(models.Model):
    """A recovery an agent opened for a person who has lost everything; one at a time for each.

    The old addresses are told, and may refuse for 24 hours; then the new address receives a link.
    """

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    reason = models.CharField(max_length=rules.REASON_MAX_LENGTH)
    paper = models.CharField(max_length=20, choices=Paper)
    email = models.EmailField()
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    refusal_hash = models.CharField(max_length=_HASH, unique=True)
    link_hash = models.CharField(max_length=_HASH, null=True, blank=True, unique=True)
    link_sent_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(settled_at=None), name="one_open_recovery_per_person"
            ),
            models.CheckConstraint(
                condition=Q(due_at__gte=F("opened_at") + dt.timedelta(hours=24)),
                name="recovery_gives_a_day_to_refuse",
            ),
            models.CheckConstraint(
                condition=Q(link_sent_at=None, link_hash=None)
                | Q(link_sent_at__gte=F("due_at"), link_hash__isnull=False),
                name="recovery_link_leaves_after_the_notice",
            ),
            models.CheckConstraint(
                condition=Q(settled_at=None, outcome="")
                | Q(settled_at__isnull=False, outcome__in=Outcome.values),
                name="settled_recovery_has_an_outcome",
            ),
            models.CheckConstraint(
                condition=~Q(outcome=Outcome.RECOVERED) | Q(link_sent_at__isnull=False),
                name="recovered_by_the_link",
            ),
            models.CheckConstraint(
                condition=Q(email=Lower("email")), name="recovery_email_is_lower_case"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="recovery_has_a_reason"),
            models.CheckConstraint(
                condition=Q(paper__in=Paper.values), name="recovery_saw_a_known_paper"
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(settled_at=None), name="open_recoveries_by_due"
            )
        ]

    def __str__(self) -> str:
        return str(self.public_id)
