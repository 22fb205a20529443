"""Consultations: the dates, the subject, and numbers that the database itself keeps right."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from parvis.deliberation.models.choices import Kind, Origin, VoteStyle

REF_MAX_LENGTH = 120


class Consultation(models.Model):
    """A text put to the public between two moments. Open or closed is computed, never stored."""

    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=200)
    lead = models.TextField(blank=True)
    language = models.CharField(max_length=5, default="fr")
    subject_ref = models.CharField(max_length=REF_MAX_LENGTH, blank=True)
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    official_opens_at = models.DateTimeField()
    official_closes_at = models.DateTimeField()
    opening_announced_at = models.DateTimeField(null=True, blank=True)
    closing_announced_at = models.DateTimeField(null=True, blank=True)
    vote_style = models.CharField(max_length=10, choices=VoteStyle, default=VoteStyle.SUPPORT)
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.HERE)
    attribution = models.CharField(max_length=300, blank=True)
    licence = models.CharField(max_length=200, blank=True)
    source_url = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(opens_at__lt=F("closes_at")), name="consultation_opens_before_it_closes"
            ),
            models.CheckConstraint(
                condition=Q(official_opens_at__lt=F("official_closes_at")),
                name="consultation_officially_opens_before_it_closes",
            ),
            models.CheckConstraint(
                condition=Q(vote_style__in=VoteStyle.values), name="consultation_has_a_vote_style"
            ),
            models.CheckConstraint(
                condition=Q(origin__in=Origin.values), name="consultation_has_an_origin"
            ),
        ]
        indexes = [models.Index(fields=["subject_ref"], name="consultation_by_subject")]

    def __str__(self) -> str:
        return self.slug


class OwnSection(models.Model):
    """A section that a consultation carries itself, for want of a plan (archives)."""

    consultation = models.ForeignKey(
        Consultation, on_delete=models.CASCADE, related_name="sections"
    )
    ref = models.CharField(max_length=REF_MAX_LENGTH)
    position = models.PositiveSmallIntegerField()
    heading = models.CharField(max_length=200, blank=True)
    title = models.CharField(max_length=300)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["consultation", "ref"], name="one_section_per_ref"),
            models.UniqueConstraint(
                fields=["consultation", "position"], name="one_section_per_position"
            ),
        ]

    def __str__(self) -> str:
        return self.ref


class SectionTally(models.Model):
    """How many public contributions, remarks, sources and votes there are, by what one may
    filter on.

    Written by the triggers of `deliberation_contribution` alone, in the transaction of the change.
    """

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="tallies")
    section_ref = models.CharField(max_length=REF_MAX_LENGTH)
    branch_ref = models.CharField(max_length=REF_MAX_LENGTH)
    kind = models.CharField(max_length=10, choices=Kind)
    # 0 where the author shows none.
    district = models.PositiveSmallIntegerField()
    answered = models.BooleanField()
    contributions = models.IntegerField(default=0)
    remarks = models.IntegerField(default=0)
    sources = models.IntegerField(default=0)
    votes = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "consultation",
                    "section_ref",
                    "branch_ref",
                    "kind",
                    "district",
                    "answered",
                ],
                name="one_tally_per_place",
            )
        ]
        indexes = [models.Index(fields=["section_ref"], name="tally_by_section")]

    def __str__(self) -> str:
        return f"{self.section_ref} {self.kind}"
