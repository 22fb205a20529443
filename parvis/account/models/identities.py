"""Identities that others vouch for, what they were proposed for, invitations, merged accounts."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from parvis.account.rules import merging
from parvis.kernel.ids import new_public_id


class Vouching(models.TextChoices):
    """Who vouches for an identity."""

    FRANCECONNECT = "franceconnect", "FranceConnect"
    PROCONNECT = "proconnect", "ProConnect"


class Identity(models.Model):
    """Somebody as a party outside knows them: by issuer and subject, and by nothing else.

    Without `person` it has been seen and opens nothing yet. `email` is where that party says one
    can be reached: it opens no account. `told` are the names it gave and the six facts of the civil
    status, which nobody edits here; `pivot` is a keyed digest of those six.
    """

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    vouched_by = models.CharField(max_length=20, choices=Vouching)
    iss = models.CharField(max_length=255)
    sub = models.CharField(max_length=255)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="identities"
    )
    email = models.EmailField(blank=True)
    pivot = models.CharField(max_length=64, blank=True)
    told = models.JSONField(default=dict)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    linked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["iss", "sub"], name="one_identity_per_issuer_and_subject"
            ),
            models.CheckConstraint(
                condition=Q(person=None, linked_at=None)
                | Q(person__isnull=False, linked_at__isnull=False),
                name="an_identity_is_linked_at_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(vouched_by__in=Vouching.values), name="somebody_vouches_for_an_identity"
            ),
        ]
        indexes = [
            models.Index(fields=["pivot"], condition=~Q(pivot=""), name="identities_by_pivot"),
            models.Index(
                fields=["last_seen_at"], condition=Q(person=None), name="identities_not_linked"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.vouched_by} {self.public_id}"


class Settled(models.TextChoices):
    """What became of a proposal."""

    OPEN = "open", _("Waits")
    CONFIRMED = "confirmed", _("Confirmed")
    DECLINED = "declined", _("Declined")


class Proposal(models.Model):
    """An identity has the civil status of the owner of an account: one person, an agent may say."""

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    identity = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="proposals")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=10, choices=Settled, default=Settled.OPEN)
    made_at = models.DateTimeField()
    # The person asked for an agent; without it, the proposal only waits for the person.
    asked_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    reason = models.CharField(max_length=merging.REASON_MAX_LENGTH, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["identity", "person"],
                condition=Q(state="open"),
                name="one_open_proposal_per_identity_and_account",
            ),
            models.CheckConstraint(
                condition=Q(state="open", settled_at=None)
                | (~Q(state="open") & Q(settled_at__isnull=False)),
                name="a_proposal_is_settled_at_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(state__in=Settled.values), name="a_proposal_has_a_state"
            ),
        ]
        indexes = [
            models.Index(fields=["asked_at"], condition=Q(state="open"), name="proposals_that_wait")
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.public_id}"


class Invitation(models.Model):
    """An administrator lets the holder of a role sign in with ProConnect; used once."""

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    invited_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(used_at=None) | Q(used_at__gte=F("invited_at")),
                name="an_invitation_is_used_after_it_was_made",
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class Merge(models.Model):
    """An account was merged into another: what went along, and what it was, sealed, to undo it.

    `kept` is emptied when it can no longer be undone, or when either of the two is closed.
    """

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    stays = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    goes = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    reason = models.CharField(max_length=merging.REASON_MAX_LENGTH, blank=True)
    kept = models.TextField(blank=True)
    rows = models.PositiveIntegerField()
    merged_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    undo_reason = models.CharField(max_length=merging.REASON_MAX_LENGTH, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["goes"],
                condition=Q(undone_at=None),
                name="an_account_is_merged_into_one_other",
            ),
            models.CheckConstraint(
                condition=~Q(stays=F("goes")), name="no_account_is_merged_into_itself"
            ),
            models.CheckConstraint(
                condition=Q(undone_at=None) | Q(undone_at__gte=F("merged_at"), kept=""),
                name="an_undone_merge_keeps_nothing",
            ),
        ]
        indexes = [models.Index(fields=["stays"], name="merges_by_who_stays")]

    def __str__(self) -> str:
        return f"{self.goes_id} into {self.stays_id}"
