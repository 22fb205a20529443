"""What moderators decide and officials answer."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from parvis.deliberation.models.choices import AnswerStance, Reason, Ruling
from parvis.deliberation.models.consultation import REF_MAX_LENGTH
from parvis.deliberation.models.contribution import NAME_MAX_LENGTH, Contribution, Remark
from parvis.kernel.ids import new_public_id

_CHANGE_OR_REASON = (Q(section_ref="") & ~Q(no_change_reason="")) | (
    ~Q(section_ref="") & Q(no_change_reason="")
)


class ModerationDecision(models.Model):
    """A moderator hid a text, made it visible again, or dismissed the flags; an undone one stays
    here.
    """

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    contribution = models.ForeignKey(
        Contribution, null=True, on_delete=models.CASCADE, related_name="decisions"
    )
    remark = models.ForeignKey(
        Remark, null=True, on_delete=models.CASCADE, related_name="decisions"
    )
    ruling = models.CharField(max_length=7, choices=Ruling)
    reason = models.CharField(max_length=20, choices=Reason, blank=True)
    message = models.TextField(blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(contribution__isnull=False, remark=None)
                | Q(contribution=None, remark__isnull=False),
                name="decision_has_one_target",
            ),
            models.CheckConstraint(
                condition=~Q(ruling=Ruling.HIDE) | (~Q(reason="") & ~Q(message="")),
                name="hiding_has_a_reason_and_a_message",
            ),
        ]
        indexes = [
            models.Index(F("decided_at").desc(), F("public_id").desc(), name="decision_recent")
        ]

    def __str__(self) -> str:
        return f"{self.ruling} {self.public_id}"


class Answer(models.Model):
    """The city's public answer: one per contribution, with what it changes or why it changes
    nothing.
    """

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    contribution = models.OneToOneField(
        Contribution, on_delete=models.CASCADE, related_name="answer"
    )
    stance = models.CharField(max_length=12, choices=AnswerStance)
    body = models.TextField()
    section_ref = models.CharField(max_length=REF_MAX_LENGTH, blank=True)
    no_change_reason = models.TextField(blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    by_name = models.CharField(max_length=NAME_MAX_LENGTH, blank=True)
    answered_at = models.DateTimeField()
    revised_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(stance__in=AnswerStance.values), name="answer_has_a_stance"
            ),
            models.CheckConstraint(
                condition=_CHANGE_OR_REASON, name="answer_names_its_change_or_why_none"
            ),
        ]
        indexes = [
            models.Index(
                fields=["section_ref"], name="answer_by_section", condition=~Q(section_ref="")
            )
        ]

    def __str__(self) -> str:
        return f"{self.stance} {self.contribution_id}"


class AnswerRevision(models.Model):
    """An answer as it stood before it was revised."""

    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="revisions")
    version = models.PositiveSmallIntegerField()
    stance = models.CharField(max_length=12, choices=AnswerStance)
    body = models.TextField()
    section_ref = models.CharField(max_length=REF_MAX_LENGTH, blank=True)
    no_change_reason = models.TextField(blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    by_name = models.CharField(max_length=NAME_MAX_LENGTH, blank=True)
    written_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=_CHANGE_OR_REASON, name="old_answer_names_its_change_or_why_none"
            ),
            models.UniqueConstraint(
                fields=["answer", "version"], name="one_answer_revision_per_version"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.answer_id} v{self.version}"
