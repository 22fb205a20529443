"""What people write: contributions, their history, remarks on them, and an archive's sources."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual

from parvis.deliberation.models.choices import BodyFormat, Kind, Stance, State
from parvis.deliberation.models.consultation import REF_MAX_LENGTH, Consultation
from parvis.deliberation.rules import texts
from parvis.kernel.ids import new_public_id

NAME_MAX_LENGTH = 200
_PUBLIC = Q(state=State.PUBLIC)
_NOT_ARCHIVED = Q(origin_ref="")


class Contribution(models.Model):
    """A comment, an addition or a measure; in archives also an article of the text.

    Counters are written by triggers on supports and remarks, in the transaction of the change;
    `archived_*` are votes whose voters an archive does not tell, or who closed their account.
    """

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    consultation = models.ForeignKey(
        Consultation, on_delete=models.CASCADE, related_name="contributions"
    )
    kind = models.CharField(max_length=10, choices=Kind)
    section_ref = models.CharField(max_length=REF_MAX_LENGTH)
    branch_ref = models.CharField(max_length=REF_MAX_LENGTH, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    author_name = models.CharField(max_length=NAME_MAX_LENGTH, blank=True)
    # In whose name it was written, as it was called then; "" for oneself.
    association = models.CharField(max_length=NAME_MAX_LENGTH, blank=True, db_default="")
    district = models.PositiveSmallIntegerField(null=True, blank=True)
    title = models.CharField(max_length=300, blank=True)
    body = models.TextField()
    body_format = models.CharField(max_length=4, choices=BodyFormat, default=BodyFormat.TEXT)
    state = models.CharField(max_length=10, choices=State, default=State.PUBLIC)
    set_aside = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    form_token = models.CharField(max_length=64, blank=True)
    origin_ref = models.CharField(max_length=80, blank=True)
    # What an archive tells besides: appendices, the number of versions; see the export's papers.
    extras = models.JSONField(default=dict, blank=True)

    ok_count = models.IntegerField(default=0)
    mixed_count = models.IntegerField(default=0)
    not_ok_count = models.IntegerField(default=0)
    archived_ok = models.IntegerField(default=0)
    archived_mixed = models.IntegerField(default=0)
    archived_not_ok = models.IntegerField(default=0)
    for_count = models.IntegerField(default=0)
    against_count = models.IntegerField(default=0)
    reply_count = models.IntegerField(default=0)
    source_count = models.IntegerField(default=0)
    support_count = models.GeneratedField(
        expression=F("ok_count") + F("archived_ok"),
        output_field=models.IntegerField(),
        db_persist=True,
    )
    remark_count = models.GeneratedField(
        expression=F("for_count") + F("against_count") + F("reply_count"),
        output_field=models.IntegerField(),
        db_persist=True,
    )
    search = models.GeneratedField(
        expression=SearchVector("title", config="parvis_french", weight="A")
        + SearchVector("body", config="parvis_french", weight="B"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=Kind.values), name="contribution_has_a_kind"
            ),
            models.CheckConstraint(
                condition=Q(state__in=State.values), name="contribution_has_a_state"
            ),
            models.CheckConstraint(
                condition=~_NOT_ARCHIVED
                | Q(
                    LessThanOrEqual(Length("title"), texts.TITLE_MAX_LENGTH),
                    LessThanOrEqual(Length("body"), texts.BODY_MAX_LENGTH),
                ),
                name="contribution_is_not_too_long",
            ),
            models.CheckConstraint(
                condition=Q(body_format=BodyFormat.TEXT)
                | (Q(body_format=BodyFormat.HTML) & ~_NOT_ARCHIVED),
                name="only_archives_hold_html",
            ),
            models.CheckConstraint(
                condition=Q(district=None) | Q(district__range=(1, 99)),
                name="contribution_district_is_an_arrondissement",
            ),
            models.CheckConstraint(
                condition=Q(
                    ok_count__gte=0,
                    mixed_count__gte=0,
                    not_ok_count__gte=0,
                    archived_ok__gte=0,
                    archived_mixed__gte=0,
                    archived_not_ok__gte=0,
                    for_count__gte=0,
                    against_count__gte=0,
                    reply_count__gte=0,
                    source_count__gte=0,
                ),
                name="contribution_counters_are_not_negative",
            ),
            models.UniqueConstraint(
                fields=["author", "form_token"],
                condition=~Q(form_token=""),
                name="one_contribution_per_form",
            ),
            models.UniqueConstraint(
                fields=["consultation", "origin_ref"],
                condition=~_NOT_ARCHIVED,
                name="one_contribution_per_original",
            ),
        ]
        indexes = (
            [
                models.Index(
                    "consultation",
                    F(sort).desc(),
                    F("public_id").desc(),
                    name=f"contribution_{name}",
                    condition=_PUBLIC,
                )
                for name, sort in (
                    ("recent", "created_at"),
                    ("supported", "support_count"),
                    ("discussed", "remark_count"),
                )
            ]
            + [
                models.Index(
                    "consultation",
                    "section_ref",
                    F(sort).desc(),
                    F("public_id").desc(),
                    name=f"section_{name}",
                    condition=_PUBLIC,
                )
                for name, sort in (
                    ("recent", "created_at"),
                    ("supported", "support_count"),
                    ("discussed", "remark_count"),
                )
            ]
            + [
                models.Index(
                    F("created_at").desc(),
                    F("public_id").desc(),
                    name="contribution_newest",
                    condition=_PUBLIC,
                ),
                models.Index("author", F("created_at").desc(), name="contribution_by_author"),
                models.Index(
                    "consultation",
                    F("answered_at").desc(),
                    name="contribution_answered",
                    condition=_PUBLIC & Q(answered_at__isnull=False),
                ),
                GinIndex(fields=["search"], name="contribution_search"),
            ]
        )

    def __str__(self) -> str:
        return self.title or str(self.public_id)


class Revision(models.Model):
    """A contribution as it stood before an edit."""

    contribution = models.ForeignKey(
        Contribution, on_delete=models.CASCADE, related_name="revisions"
    )
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=300, blank=True)
    body = models.TextField()
    written_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["contribution", "number"], name="one_revision_per_number"
            )
        ]

    def __str__(self) -> str:
        return f"{self.contribution_id} v{self.number}"


class Remark(models.Model):
    """An argument for or against a contribution, or a reply to it or to a remark on it, one
    level deep.
    """

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    contribution = models.ForeignKey(Contribution, on_delete=models.CASCADE, related_name="remarks")
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="replies"
    )
    stance = models.CharField(max_length=7, choices=Stance, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    author_name = models.CharField(max_length=NAME_MAX_LENGTH, blank=True)
    association = models.CharField(max_length=NAME_MAX_LENGTH, blank=True, db_default="")
    body = models.TextField()
    state = models.CharField(max_length=10, choices=State, default=State.PUBLIC)
    created_at = models.DateTimeField()
    form_token = models.CharField(max_length=64, blank=True)
    origin_ref = models.CharField(max_length=80, blank=True)
    ok_count = models.IntegerField(default=0)
    archived_ok = models.IntegerField(default=0)
    support_count = models.GeneratedField(
        expression=F("ok_count") + F("archived_ok"),
        output_field=models.IntegerField(),
        db_persist=True,
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(stance__in=Stance.values), name="remark_has_a_stance"
            ),
            models.CheckConstraint(condition=Q(state__in=State.values), name="remark_has_a_state"),
            models.CheckConstraint(
                condition=Q(parent=None) | Q(stance=Stance.REPLY), name="only_replies_have_a_parent"
            ),
            models.CheckConstraint(
                condition=~_NOT_ARCHIVED
                | Q(LessThanOrEqual(Length("body"), texts.REMARK_MAX_LENGTH)),
                name="remark_is_not_too_long",
            ),
            models.CheckConstraint(
                condition=Q(ok_count__gte=0, archived_ok__gte=0),
                name="remark_counters_are_not_negative",
            ),
            models.UniqueConstraint(
                fields=["author", "form_token"],
                condition=~Q(form_token=""),
                name="one_remark_per_form",
            ),
            models.UniqueConstraint(
                fields=["contribution", "origin_ref"],
                condition=~_NOT_ARCHIVED,
                name="one_remark_per_original",
            ),
        ]
        indexes = [
            models.Index(
                "contribution",
                F("created_at").desc(),
                F("public_id").desc(),
                name="remark_recent",
                condition=Q(parent=None),
            ),
            models.Index(
                "contribution",
                F("support_count").desc(),
                F("public_id").desc(),
                name="remark_supported",
                condition=Q(parent=None),
            ),
            models.Index("author", F("created_at").desc(), name="remark_by_author"),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class Source(models.Model):
    """A source somebody brought to a contribution of an archive."""

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    contribution = models.ForeignKey(Contribution, on_delete=models.CASCADE, related_name="sources")
    title = models.CharField(max_length=300)
    link = models.CharField(max_length=500, blank=True)
    category = models.CharField(max_length=100, blank=True)
    body = models.TextField(blank=True)
    author_name = models.CharField(max_length=NAME_MAX_LENGTH, blank=True)
    created_at = models.DateTimeField()
    archived_votes = models.IntegerField(default=0)
    origin_ref = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["contribution", "origin_ref"], name="one_source_per_original"
            ),
            models.CheckConstraint(
                condition=Q(link="")
                | Q(link__startswith="http://")
                | Q(link__startswith="https://"),
                name="source_link_is_a_web_address",
            ),
        ]

    def __str__(self) -> str:
        return self.title
