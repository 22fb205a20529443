"""What people do besides writing: support, follow, flag, begin a text."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from parvis.deliberation.models.choices import Kind, Opinion, Reason
from parvis.deliberation.models.consultation import REF_MAX_LENGTH, Consultation
from parvis.deliberation.models.contribution import Contribution, Remark
from parvis.deliberation.models.decisions import ModerationDecision
from parvis.kernel.ids import new_public_id

ONE_TARGET = Q(contribution__isnull=False, remark=None) | Q(contribution=None, remark__isnull=False)


class Support(models.Model):
    """One person's voice for a contribution or a remark: one per person and text."""

    contribution = models.ForeignKey(
        Contribution, null=True, on_delete=models.CASCADE, related_name="supports"
    )
    remark = models.ForeignKey(Remark, null=True, on_delete=models.CASCADE, related_name="supports")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    opinion = models.CharField(max_length=6, choices=Opinion, default=Opinion.OK)
    given_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=ONE_TARGET, name="support_has_one_target"),
            models.CheckConstraint(
                condition=Q(opinion__in=Opinion.values), name="support_has_an_opinion"
            ),
            models.CheckConstraint(
                condition=Q(remark=None) | Q(opinion=Opinion.OK), name="remarks_are_only_supported"
            ),
            models.UniqueConstraint(
                fields=["person", "contribution"],
                condition=Q(contribution__isnull=False),
                name="one_support_per_person_and_contribution",
            ),
            models.UniqueConstraint(
                fields=["person", "remark"],
                condition=Q(remark__isnull=False),
                name="one_support_per_person_and_remark",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.opinion}"


class Follow(models.Model):
    """A person who wants to be told what happens to a contribution."""

    contribution = models.ForeignKey(Contribution, on_delete=models.CASCADE, related_name="follows")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    followed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "contribution"], name="one_follow_per_person_and_contribution"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.contribution_id}"


class Flag(models.Model):
    """Somebody tells the moderators about a text; open until a decision closes it."""

    contribution = models.ForeignKey(
        Contribution, null=True, on_delete=models.CASCADE, related_name="flags"
    )
    remark = models.ForeignKey(Remark, null=True, on_delete=models.CASCADE, related_name="flags")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    reason = models.CharField(max_length=20, choices=Reason)
    comment = models.TextField(blank=True)
    flagged_at = models.DateTimeField()
    closed_by = models.ForeignKey(
        ModerationDecision, null=True, blank=True, on_delete=models.SET_NULL, related_name="flags"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=ONE_TARGET, name="flag_has_one_target"),
            models.CheckConstraint(condition=Q(reason__in=Reason.values), name="flag_has_a_reason"),
            models.UniqueConstraint(
                fields=["person", "contribution"],
                condition=Q(contribution__isnull=False, closed_by=None),
                name="one_open_flag_per_person_and_contribution",
            ),
            models.UniqueConstraint(
                fields=["person", "remark"],
                condition=Q(remark__isnull=False, closed_by=None),
                name="one_open_flag_per_person_and_remark",
            ),
        ]
        indexes = [
            models.Index(fields=["flagged_at"], name="flag_open", condition=Q(closed_by=None))
        ]

    def __str__(self) -> str:
        return f"{self.reason} {self.flagged_at:%F}"


class Draft(models.Model):
    """A text somebody has begun, for their eyes only: one per person, consultation, section and
    kind.
    """

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="drafts")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    section_ref = models.CharField(max_length=REF_MAX_LENGTH)
    branch_ref = models.CharField(max_length=REF_MAX_LENGTH, blank=True)
    title = models.CharField(max_length=300, blank=True)
    body = models.TextField(blank=True)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "consultation", "section_ref", "kind"],
                name="one_draft_per_person_and_place",
            )
        ]
        indexes = [models.Index("person", F("saved_at").desc(), name="draft_by_person")]

    def __str__(self) -> str:
        return str(self.public_id)
