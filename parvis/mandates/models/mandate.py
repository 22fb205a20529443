"""A mandate: one person may act for another, in these domains, from then until then."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from parvis.kernel.ids import new_public_id
from parvis.mandates.rules import proofs


class Kind(models.TextChoices):
    """As what one acts for another."""

    PARENT = proofs.PARENT, _("Parent of a child")
    GUARDIAN = proofs.GUARDIAN, _("Guardian of a protected adult")
    RELATIVE = proofs.RELATIVE, _("For a relative or a friend")
    ASSOCIATION = proofs.ASSOCIATION, _("For an association")


class State(models.TextChoices):
    """How far it got. Whether a granted one is in force is told by its period alone."""

    OFFERED = "offered", _("Waits for who would act")
    ASKED = "asked", _("Waits for who would be represented")
    TO_CHECK = "to_check", _("Waits for the City to look at the paper")
    GRANTED = "granted", _("Granted")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Proof(models.TextChoices):
    """What kind of paper proves it."""

    FAMILY_BOOK = "family_book", _("Family record book")
    BIRTH_CERTIFICATE = "birth_certificate", _("Birth certificate")
    COURT_DECISION = "court_decision", _("Court decision")
    POWER_OF_ATTORNEY = "power_of_attorney", _("Signed power of attorney")
    BOARD_MINUTES = "board_minutes", _("Minutes that name the board")
    ASSOCIATION_RECEIPT = "association_receipt", _("Receipt of the association's declaration")
    OWN_WORD = proofs.OWN_WORD, _("Given by the person themselves")


class Ending(models.TextChoices):
    """Why one no longer acts for another."""

    REVOKED = "revoked", _("ended by the person represented")
    RENOUNCED = "renounced", _("given up by who acted")
    BY_THE_CITY = "by_the_city", _("ended by the City")
    CAME_OF_AGE = "came_of_age", _("the child came of age")
    RAN_OUT = "ran_out", _("its last day has passed")
    ACCOUNT_CLOSED = "account_closed", _("an account was closed")


class Period(Func):
    """The moments at which a mandate is in force: its first one, up to the one that ends it."""

    function = "tstzrange"
    output_field = DateTimeRangeField()


_PERIOD = (Period(F("begins_at"), F("ends_at")), RangeOperators.OVERLAPS)
_GRANTED = Q(state=State.GRANTED)


class Mandate(models.Model):
    """Who acts, for whom (an account, a ward or an association), in what, and by which proof.

    `invited` is the address of who still has to answer: whoever confirmed it may. `seat` is which
    of a child's two parents. A row is never deleted while an account is open: it says who could do
    what, and when.
    """

    id = models.UUIDField(primary_key=True, default=new_public_id, editable=False)
    kind = models.CharField(max_length=20, choices=Kind)
    state = models.CharField(max_length=10, choices=State)
    representative = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", null=True
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", null=True
    )
    ward = models.ForeignKey("mandates.Ward", on_delete=models.PROTECT, null=True)
    association = models.ForeignKey("mandates.Association", on_delete=models.PROTECT, null=True)
    represented = models.GeneratedField(
        expression=Coalesce(
            F("person"), F("ward"), F("association"), output_field=models.UUIDField(null=True)
        ),
        output_field=models.UUIDField(null=True),
        db_persist=True,
    )
    invited = models.EmailField(blank=True)
    domains = ArrayField(models.CharField(max_length=40))
    ends_on = models.DateField(null=True, blank=True)
    begins_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    seat = models.PositiveSmallIntegerField(null=True, blank=True)
    proof = models.CharField(max_length=20, choices=Proof)
    proof_reference = models.CharField(max_length=proofs.REFERENCE_MAX_LENGTH, blank=True)
    proof_file = models.CharField(max_length=200, blank=True)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True
    )
    reason = models.CharField(max_length=proofs.REASON_MAX_LENGTH, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True
    )
    ended_why = models.CharField(max_length=20, choices=Ending, blank=True)

    class Meta:
        db_table = "mandates_mandate"
        constraints = [
            models.CheckConstraint(
                condition=~_GRANTED
                | Q(
                    representative__isnull=False,
                    begins_at__isnull=False,
                    decided_at__isnull=False,
                    represented__isnull=False,
                ),
                name="granted_mandate_names_both_and_begins",
            ),
            models.CheckConstraint(
                condition=Q(ward=None, association=None)
                | Q(person=None, association=None)
                | Q(person=None, ward=None),
                name="mandate_is_for_one",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=[Kind.PARENT, Kind.GUARDIAN], person=None, association=None)
                | Q(kind=Kind.RELATIVE, association=None)
                | Q(kind=Kind.ASSOCIATION, person=None, ward=None),
                name="mandate_is_for_whom_its_kind_says",
            ),
            models.CheckConstraint(
                condition=Q(representative=None) | Q(person=None) | ~Q(representative=F("person")),
                name="nobody_acts_for_themselves",
            ),
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(begins_at=None) | Q(ends_at__gte=F("begins_at")),
                name="mandate_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(
                    seat__isnull=False, seat__in=[1, 2], kind=Kind.PARENT, state=State.GRANTED
                )
                | Q(seat=None) & ~Q(kind=Kind.PARENT, state=State.GRANTED),
                name="a_parent_has_one_of_two_seats",
            ),
            models.CheckConstraint(
                condition=Q(domains__len__gt=0), name="mandate_covers_something"
            ),
            models.CheckConstraint(
                condition=Q(ended_why="") | Q(ends_at__isnull=False),
                name="ended_mandate_has_an_end",
            ),
            ExclusionConstraint(
                name="one_mandate_at_a_time",
                expressions=[
                    ("representative", RangeOperators.EQUAL),
                    ("represented", RangeOperators.EQUAL),
                    _PERIOD,
                ],
                condition=_GRANTED,
            ),
            ExclusionConstraint(
                name="two_parents_at_a_time",
                expressions=[
                    ("ward", RangeOperators.EQUAL),
                    ("seat", RangeOperators.EQUAL),
                    _PERIOD,
                ],
                condition=_GRANTED & Q(kind=Kind.PARENT),
            ),
        ]
        indexes = [
            models.Index(
                fields=["representative"], name="mandates_of_a_person", condition=_GRANTED
            ),
            models.Index(fields=["represented"], name="mandates_over_somebody"),
            models.Index(
                fields=["asked_at"], name="mandates_to_check", condition=Q(state=State.TO_CHECK)
            ),
            models.Index(fields=["invited"], name="mandates_by_invited", condition=~Q(invited="")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"
