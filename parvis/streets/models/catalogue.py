"""What may be reported: a tree of categories, subtypes as its leaves, questions asked of them."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Category(models.Model):
    """A branch of the tree: a type (`parent` is None), or a group of subtypes under a type."""

    code = models.SlugField(max_length=80, unique=True)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="groups", null=True, blank=True
    )
    label_fr = models.CharField(max_length=150)
    label_en = models.CharField(max_length=150)
    icon = models.CharField(max_length=30, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        db_table = "streets_category"
        constraints = [
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=F("id")), name="a_group_is_not_in_itself"
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Subtype(models.Model):
    """A kind of thing to report; the leaf of the tree.

    `published_as` is the exact « soustype » of the City's export, by which files are read and
    written; `label_fr` is what people read. `type` is the top of its branch. Subtypes of one
    `family` are near-duplicates of each other within `radius_m` metres and `days` days. What is
    `not_ours` cannot be reported: people read the message, and where to go. `sla_hours` are working
    hours; None promises nothing. `weight` is how often it is reported, for the order of lists.
    """

    code = models.SlugField(max_length=100, unique=True)
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="subtypes")
    type = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="all_subtypes")
    published_as = models.CharField(max_length=250)
    label_fr = models.CharField(max_length=200)
    label_en = models.CharField(max_length=200, blank=True)
    keywords = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    family = models.PositiveSmallIntegerField()
    radius_m = models.PositiveSmallIntegerField()
    days = models.PositiveSmallIntegerField()
    sla_hours = models.PositiveSmallIntegerField(null=True, blank=True)
    is_reserved_to_agents = models.BooleanField(default=False)
    is_anonymous_allowed = models.BooleanField(default=True)
    is_photo_required = models.BooleanField(default=False)
    is_place_public = models.BooleanField(default=True)
    not_ours_fr = models.TextField(blank=True)
    not_ours_en = models.TextField(blank=True)
    not_ours_url = models.URLField(blank=True)
    weight = models.PositiveIntegerField(default=0)
    order = models.PositiveSmallIntegerField(default=0)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "streets_subtype"
        constraints = [
            models.UniqueConstraint(
                fields=["type", "published_as"], name="one_subtype_per_published_name"
            ),
            models.CheckConstraint(
                condition=Q(radius_m__gt=0, radius_m__lte=250, days__gt=0),
                name="a_subtype_says_what_is_near",
            ),
            models.CheckConstraint(
                condition=Q(sla_hours=None) | Q(sla_hours__gt=0),
                name="a_promise_takes_some_time",
            ),
        ]
        indexes = [models.Index(fields=["family"], name="streets_subtype_family")]

    def __str__(self) -> str:
        return self.code


class Datatype(models.TextChoices):
    """What is answered to a question, in the words of GeoReport v2."""

    STRING = "string", _("a few words")
    TEXT = "text", _("text")
    NUMBER = "number", _("number")
    DATETIME = "datetime", _("moment")
    SINGLE = "singlevaluelist", _("one of a list")
    MULTIPLE = "multivaluelist", _("several of a list")


class Question(models.Model):
    """Something more that is asked of a subtype, or of every subtype of a category.

    `values` is a list of {"key", "fr", "en"} for lists, empty otherwise. An answer to a question
    that is not `is_public` is read by agents and handlers only. `stops_on` are the keys of values
    after which the report is not ours; `stop_fr`, `stop_en` say where to go then.
    """

    subtype = models.ForeignKey(
        Subtype, on_delete=models.CASCADE, related_name="questions", null=True, blank=True
    )
    category = models.ForeignKey(
        Category, on_delete=models.CASCADE, related_name="questions", null=True, blank=True
    )
    code = models.SlugField(max_length=40)
    label_fr = models.CharField(max_length=200)
    label_en = models.CharField(max_length=200)
    datatype = models.CharField(max_length=20, choices=Datatype)
    values = models.JSONField(default=list, blank=True)
    is_required = models.BooleanField(default=False)
    is_public = models.BooleanField(default=False)
    stops_on = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    stop_fr = models.TextField(blank=True)
    stop_en = models.TextField(blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        db_table = "streets_question"
        constraints = [
            models.CheckConstraint(
                condition=Q(subtype=None, category__isnull=False)
                | Q(subtype__isnull=False, category=None),
                name="a_question_is_about_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(datatype__in=Datatype.values), name="question_of_a_known_datatype"
            ),
            models.CheckConstraint(
                condition=~Q(datatype__in=["singlevaluelist", "multivaluelist"]) | ~Q(values=[]),
                name="a_list_has_values",
            ),
            models.UniqueConstraint(
                fields=["subtype", "code"], name="one_question_per_subtype_and_code"
            ),
            models.UniqueConstraint(
                fields=["category", "code"], name="one_question_per_category_and_code"
            ),
        ]

    def __str__(self) -> str:
        return self.code
