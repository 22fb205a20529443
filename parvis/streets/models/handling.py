"""Who treats what: handlers, their hours, the rules that route to them, what was decided."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce, Lower
from django.utils.translation import gettext_lazy as _


class HandlerKind(models.TextChoices):
    """Whether a handler is of the City."""

    SERVICE = "service", _("service of the City")
    PARTNER = "partner", _("partner")


class Handler(models.Model):
    """A service or a partner that treats cases.

    `code` is stable; `published_as` is the exact « intervenant » of the City's export, and stays
    when the handler is renamed. Mail about work goes to `email`, where there is one. With
    `closed_at` it takes no more cases; with `ended_at` it is over: no rule names it, and it has
    nothing left to do.
    """

    code = models.SlugField(max_length=60, unique=True)
    published_as = models.CharField(max_length=100, unique=True)
    name = models.CharField(max_length=150)
    kind = models.CharField(max_length=10, choices=HandlerKind)
    email = models.EmailField(blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "streets_handler"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=HandlerKind.values), name="handler_is_of_a_known_kind"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="a_handler_has_a_name"),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(closed_at__isnull=False),
                name="a_handler_that_is_over_takes_no_cases",
            ),
            models.UniqueConstraint(Lower("name"), name="handlers_are_told_apart_by_name"),
        ]

    def __str__(self) -> str:
        return self.code


class ServiceHours(models.Model):
    """From when to when a handler works on a day of the week (Monday is 0); `handler` None is the
    City's own, which holds where a handler has none."""

    handler = models.ForeignKey(
        Handler, on_delete=models.CASCADE, related_name="hours", null=True, blank=True
    )
    weekday = models.PositiveSmallIntegerField()
    opens = models.TimeField()
    closes = models.TimeField()

    class Meta:
        db_table = "streets_service_hours"
        constraints = [
            models.CheckConstraint(
                condition=Q(weekday__lte=6, opens__lt=F("closes")), name="hours_are_in_a_day"
            ),
            models.UniqueConstraint(
                fields=["handler", "weekday", "opens"],
                name="hours_once_a_day",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.opens}-{self.closes}"


class ClosedDay(models.Model):
    """A day on which the City does not work though the calendar says so; public holidays are the
    territory's and are not repeated here."""

    day = models.DateField(unique=True)
    name = models.CharField(max_length=100)

    class Meta:
        db_table = "streets_closed_day"

    def __str__(self) -> str:
        return str(self.day)


_NOTHING = Value(0)


class RoutingRule(models.Model):
    """Cases about this, on this ground, in these days, go to that handler.

    About a subtype, a whole type, or anything; on a zone, a quartier, an arrondissement, or
    anywhere in the city: at most one of each. What is more specific wins (`rules.routing`). A rule
    in error is kept, says why in `broken_because`, and leaves its cases to be routed by hand; it is
    never passed over for the next one.
    """

    subtype = models.ForeignKey(
        "streets.Subtype", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    type = models.ForeignKey(
        "streets.Category", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    zone = models.ForeignKey(
        "territory.Zone", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    quartier = models.PositiveSmallIntegerField(null=True, blank=True)
    arrondissement = models.PositiveSmallIntegerField(null=True, blank=True)
    handler = models.ForeignKey(Handler, on_delete=models.PROTECT, related_name="rules")
    valid = DateRangeField()
    rank = models.SmallIntegerField(default=0)
    why = models.CharField(max_length=300)
    is_learned = models.BooleanField(default=False)
    seen = models.PositiveIntegerField(default=0)
    agreed = models.PositiveIntegerField(default=0)
    broken_because = models.CharField(max_length=300, blank=True)
    broken_at = models.DateTimeField(null=True, blank=True)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True, blank=True
    )

    class Meta:
        db_table = "streets_routing_rule"
        constraints = [
            models.CheckConstraint(
                condition=Q(subtype=None) | Q(type=None), name="a_rule_is_about_one_thing"
            ),
            models.CheckConstraint(
                condition=Q(zone=None, quartier=None)
                | Q(zone=None, arrondissement=None)
                | Q(quartier=None, arrondissement=None),
                name="a_rule_is_on_one_ground",
            ),
            models.CheckConstraint(
                condition=Q(broken_because="", broken_at=None)
                | ~Q(broken_because="") & Q(broken_at__isnull=False),
                name="a_broken_rule_says_why_and_since_when",
            ),
            models.CheckConstraint(
                condition=Q(valid__isempty=False), name="a_rule_holds_on_some_day"
            ),
            models.CheckConstraint(
                condition=Q(agreed__lte=F("seen")), name="no_more_agree_than_were_seen"
            ),
            ExclusionConstraint(
                name="one_rule_per_subject_ground_rank_and_day",
                expressions=[
                    (Coalesce(F("subtype"), _NOTHING), RangeOperators.EQUAL),
                    (Coalesce(F("type"), _NOTHING), RangeOperators.EQUAL),
                    (Coalesce(F("zone"), _NOTHING), RangeOperators.EQUAL),
                    (Coalesce(F("quartier"), _NOTHING), RangeOperators.EQUAL),
                    (Coalesce(F("arrondissement"), _NOTHING), RangeOperators.EQUAL),
                    ("rank", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
            ),
        ]
        indexes = [
            models.Index(fields=["subtype"], name="streets_rule_by_subtype"),
            models.Index(
                fields=["broken_at"], name="streets_rule_broken", condition=~Q(broken_because="")
            ),
        ]

    def __str__(self) -> str:
        return f"rule {self.pk} to {self.handler_id}"


class Assignment(models.Model):
    """To whom a case went, when, by which rule and why; append-only.

    `why` is the explanation as it was true then: the rules that matched, in order, each with what
    it is about, its ground and whether it was broken. `handler` is None where it must be routed by
    hand; `rule` is None where an agent decided.
    """

    case = models.ForeignKey("streets.Case", on_delete=models.PROTECT, related_name="assignments")
    handler = models.ForeignKey(Handler, on_delete=models.PROTECT, related_name="+", null=True)
    rule = models.ForeignKey(
        RoutingRule, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    why = models.JSONField()
    note = models.CharField(max_length=500, blank=True)
    actor_ref = models.CharField(max_length=100, blank=True)
    assigned_at = models.DateTimeField()
    shredded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "streets_assignment"
        indexes = [models.Index(fields=["case", "id"], name="streets_assignment_of_case")]

    def __str__(self) -> str:
        return f"{self.case_id} to {self.handler_id}"
