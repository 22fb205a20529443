"""What people say about a dataset: what they made of it, what they ask, what should not stay."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from parvis.kernel.ids import new_public_id

_HAS_WORDS = r"\S"


class ReuseState(models.TextChoices):
    """A reuse is public once a moderator has said so."""

    PROPOSED = "proposed", _("waits for a moderator")
    PUBLIC = "public", _("public")
    REFUSED = "refused", _("not taken")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Reuse(models.Model):
    """What a resident or an association made of a dataset; `message` is what its author was
    told."""

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    dataset = models.ForeignKey("opendata.Dataset", on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    author_name = models.CharField(max_length=200, blank=True)
    title = models.CharField(max_length=140)
    url = models.CharField(max_length=500)
    text = models.TextField()
    state = models.CharField(max_length=10, choices=ReuseState, default=ReuseState.PROPOSED.value)
    message = models.TextField(blank=True)
    proposed_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        db_table = "opendata_reuse"
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=ReuseState.values), name="reuse_is_in_a_known_state"
            ),
            models.CheckConstraint(
                condition=Q(url__regex=r"^https?://"), name="reuse_is_on_the_web"
            ),
            models.CheckConstraint(
                condition=Q(state__in=("proposed", "withdrawn")) | Q(decided_at__isnull=False),
                name="a_public_reuse_was_decided",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | Q(message__regex=_HAS_WORDS),
                name="a_refused_reuse_is_told_why",
            ),
            # Proposed twice, it is one; refused or withdrawn, it may be proposed again.
            models.UniqueConstraint(
                fields=["dataset", "url"],
                condition=Q(state__in=("proposed", "public")),
                name="one_reuse_per_dataset_and_address",
            ),
        ]
        indexes = [
            models.Index(fields=["dataset", "state"], name="reuse_by_dataset"),
            models.Index(
                fields=["proposed_at"], name="reuse_that_waits", condition=Q(state="proposed")
            ),
            models.Index(fields=["author"], name="reuse_by_author"),
        ]

    def __str__(self) -> str:
        return self.title


class QuestionState(models.TextChoices):
    """Who reads a question: everyone, moderators and its author, nobody."""

    PUBLIC = "public", _("public")
    HIDDEN = "hidden", _("hidden")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Question(models.Model):
    """What a person asks about a dataset, and what the City answers, once; the register keeps who
    answered, and that an answer was revised."""

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    dataset = models.ForeignKey("opendata.Dataset", on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    author_name = models.CharField(max_length=200, blank=True)
    text = models.TextField()
    state = models.CharField(
        max_length=10, choices=QuestionState, default=QuestionState.PUBLIC.value
    )
    message = models.TextField(blank=True)
    asked_at = models.DateTimeField()
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    revised_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "opendata_question"
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=QuestionState.values), name="question_is_in_a_known_state"
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None)
                | Q(answer__regex=_HAS_WORDS, answered_at__isnull=False),
                name="an_answer_has_words_and_a_date",
            ),
            models.CheckConstraint(
                condition=~Q(state="hidden") | Q(message__regex=_HAS_WORDS),
                name="a_hidden_question_is_told_why",
            ),
        ]
        indexes = [
            models.Index(fields=["dataset", "-asked_at"], name="question_by_dataset"),
            models.Index(
                fields=["asked_at"],
                name="question_that_waits",
                condition=Q(state="public", answered_at=None),
            ),
            models.Index(fields=["author"], name="question_by_author"),
        ]

    def __str__(self) -> str:
        return self.text[:60]


class Reason(models.TextChoices):
    """What is wrong with what was said."""

    DEAD_LINK = "dead_link", _("the link is dead")
    OFF_TOPIC = "off_topic", _("it is not about this dataset")
    MISLEADING = "misleading", _("it misleads")
    PERSONAL = "personal", _("it gives away personal data")
    ILLEGAL = "illegal", _("it is insulting or against the law")


class Report(models.Model):
    """Somebody tells the moderators about a reuse or a question; open until one of them decides."""

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    reuse = models.ForeignKey(Reuse, null=True, on_delete=models.CASCADE, related_name="reports")
    question = models.ForeignKey(
        Question, null=True, on_delete=models.CASCADE, related_name="reports"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    reason = models.CharField(max_length=12, choices=Reason)
    comment = models.TextField(blank=True)
    reported_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "opendata_report"
        constraints = [
            models.CheckConstraint(
                condition=Q(reuse__isnull=False, question=None)
                | Q(reuse=None, question__isnull=False),
                name="report_is_about_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(reason__in=Reason.values), name="report_has_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(question=None) | ~Q(reason="dead_link"),
                name="a_question_has_no_dead_link",
            ),
            models.UniqueConstraint(
                fields=["person", "reuse"],
                condition=Q(closed_at=None, reuse__isnull=False),
                name="one_open_report_per_person_and_reuse",
            ),
            models.UniqueConstraint(
                fields=["person", "question"],
                condition=Q(closed_at=None, question__isnull=False),
                name="one_open_report_per_person_and_question",
            ),
        ]
        indexes = [
            models.Index(
                fields=["reported_at"], name="report_that_waits", condition=Q(closed_at=None)
            )
        ]

    def __str__(self) -> str:
        return f"{self.reason} {self.reported_at:%F}"
