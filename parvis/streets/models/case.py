"""The shared case, and the reports that make it: one person's word each."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from parvis.kernel.geometry import PointField
from parvis.kernel.ids import new_public_id

OPEN = Q(is_open=True)


class Case(models.Model):
    """What the City treats: one thing wrong at one place, however many reported it.

    `location` is in metres of Lambert-93 (EPSG 2154). `type`, `family`, `radius_m` repeat those of
    the subtype for the indexes; `is_open` repeats that of the state and is written by the database
    alone. A case that is `merged_into` another has no reports left: they are that one's. What is
    not `is_shown` has no public page and is on no map. `reports_count`, `is_open` and the change of
    `state` are kept by triggers (`0001_initial`). `times_late` is how late it was announced to be.
    """

    id = models.UUIDField(primary_key=True, default=new_public_id, editable=False)
    code = models.CharField(max_length=20, unique=True)
    # Three of these have no index of their own: an index below begins with it, or nobody looks for
    # cases by it alone, and every report would write it.
    subtype = models.ForeignKey(
        "streets.Subtype", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    type = models.ForeignKey("streets.Category", on_delete=models.PROTECT, related_name="+")
    family = models.PositiveSmallIntegerField()
    radius_m = models.PositiveSmallIntegerField()
    location = PointField()
    arrondissement = models.PositiveSmallIntegerField()
    quartier = models.PositiveSmallIntegerField()
    address = models.CharField(max_length=200, blank=True)
    postcode = models.CharField(max_length=5, blank=True)
    street_key = models.CharField(max_length=150, blank=True)
    state = models.ForeignKey(
        "streets.State", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    is_open = models.BooleanField(default=True, editable=False)
    reason = models.ForeignKey(
        "streets.ClosingReason",
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        db_index=False,
    )
    handler = models.ForeignKey(
        "streets.Handler", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="merged", null=True, blank=True
    )
    is_shown = models.BooleanField(default=True)
    priority = models.PositiveSmallIntegerField(default=0)
    reports_count = models.PositiveIntegerField(default=0, editable=False)
    contradictions_count = models.PositiveSmallIntegerField(default=0)
    opened_at = models.DateTimeField()
    planned_on = models.DateField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    worked_minutes = models.PositiveIntegerField(null=True, blank=True)
    times_late = models.PositiveSmallIntegerField(default=0, db_default=0)
    changed_at = models.DateTimeField()
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        db_table = "streets_case"
        constraints = [
            models.CheckConstraint(
                condition=OPEN & Q(closed_at=None, reason=None)
                | Q(is_open=False, closed_at__isnull=False, reason__isnull=False),
                name="a_closed_case_says_when_and_why",
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | Q(is_open=False) & ~Q(merged_into=F("id")),
                name="a_merged_case_is_closed_into_another",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(closed_at__gte=F("opened_at")),
                name="a_case_closes_after_it_opens",
            ),
            models.CheckConstraint(
                condition=Q(arrondissement__range=(1, 20), quartier__range=(1, 80)),
                name="a_case_is_in_the_city",
            ),
        ]
        indexes = [
            # Near-duplicates: equality on the family, then nearest first, among what is open.
            GistIndex(F("family"), F("location"), name="streets_case_near", condition=OPEN),
            # Points of a narrow viewport, the agents' map, rounds.
            GistIndex(F("location"), name="streets_case_place", condition=Q(is_shown=True)),
            models.Index(
                fields=["handler", "state", "due_at"], name="streets_case_board", condition=OPEN
            ),
            models.Index(fields=["due_at"], name="streets_case_due", condition=OPEN),
            models.Index(fields=["quartier", "opened_at"], name="streets_case_quartier"),
            models.Index(fields=["street_key", "opened_at"], name="streets_case_street"),
            models.Index(fields=["subtype", "opened_at"], name="streets_case_subtype"),
            models.Index(fields=["opened_at", "id"], name="streets_case_opened"),
            models.Index(fields=["changed_at"], name="streets_case_changed"),
        ]

    def __str__(self) -> str:
        return self.code


class Reporting(models.TextChoices):
    """Whether a report opened its case."""

    OPENS = "opens", _("opens the case")
    JOINS = "joins", _("me too")


class Report(models.Model):
    """One person's word about a case: the first, or « moi aussi ».

    The person is an account (`person`), an address (`email`, believed from `email_confirmed_at`
    on), or nobody. `access_hash` is the SHA-256 of the secret in the link by which who has no
    account comes back. `client_key` is the id that the page gave the draft: sent twice, it is
    one report. `metres` from the case is written by the database, which refuses a report that
    joins from farther than the case's radius. `association` is what the association is called that
    the person acted for, "" for oneself. `text`, `answers` and `association` are never published.
    """

    id = models.UUIDField(primary_key=True, default=new_public_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="reports", db_index=False)
    first_case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=10, choices=Reporting)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
        db_index=False,
    )
    association = models.CharField(max_length=200, blank=True, db_default="")
    email = models.EmailField(blank=True)
    email_confirmed_at = models.DateTimeField(null=True, blank=True)
    access_hash = models.CharField(max_length=64, blank=True)
    language = models.CharField(max_length=2, default="fr")
    wants_messages = models.BooleanField(default=True)
    text = models.TextField(blank=True)
    answers = models.JSONField(default=dict, blank=True)
    location = PointField()
    metres = models.FloatField(default=0, editable=False)
    channel = models.CharField(max_length=20)
    client_key = models.UUIDField(null=True, blank=True, unique=True)
    api_key = models.ForeignKey(
        "streets.ApiKey", on_delete=models.SET_NULL, related_name="+", null=True, blank=True
    )
    noticed_at = models.DateTimeField()
    reported_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    forgotten_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "streets_report"
        constraints = [
            models.UniqueConstraint(
                fields=["case", "person"],
                condition=Q(person__isnull=False, withdrawn_at=None),
                name="a_person_counts_once_in_a_case",
            ),
            models.UniqueConstraint(
                fields=["case", "email"],
                condition=~Q(email="") & Q(withdrawn_at=None),
                name="an_address_counts_once_in_a_case",
            ),
            models.UniqueConstraint(
                fields=["first_case"],
                condition=Q(role=Reporting.OPENS),
                name="one_report_opens_a_case",
            ),
            models.UniqueConstraint(
                fields=["access_hash"],
                condition=~Q(access_hash=""),
                name="one_report_per_secret_link",
            ),
            models.CheckConstraint(
                condition=Q(person=None) | Q(email=""), name="an_account_needs_no_address"
            ),
            models.CheckConstraint(
                condition=Q(association="") | Q(person__isnull=False),
                name="somebody_acts_for_an_association",
            ),
            models.CheckConstraint(
                condition=Q(noticed_at__lte=F("reported_at")), name="nobody_reports_the_future"
            ),
        ]
        indexes = [
            models.Index(fields=["case", "reported_at"], name="streets_report_of_case"),
            models.Index(fields=["person", "reported_at"], name="streets_report_of_person"),
            models.Index(fields=["email"], name="streets_report_email", condition=~Q(email="")),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.case_id}"


class Message(models.Model):
    """What the City tells everybody who reported a case; never one of them only.

    `step` is the change it tells of, None for a message by itself. `asks` is a question to the
    reporters, for which the clock is paused.
    """

    id = models.UUIDField(primary_key=True, default=new_public_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="messages")
    step = models.OneToOneField(
        "streets.Step", on_delete=models.CASCADE, related_name="message", null=True, blank=True
    )
    text = models.TextField()
    asks = models.BooleanField(default=False)
    is_public = models.BooleanField(default=True)
    actor_ref = models.CharField(max_length=100, blank=True)
    sent_at = models.DateTimeField()

    class Meta:
        db_table = "streets_message"
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="a_message_says_something")
        ]
        indexes = [models.Index(fields=["case", "sent_at"], name="streets_message_of_case")]

    def __str__(self) -> str:
        return f"{self.case_id} at {self.sent_at}"


class Reply(models.Model):
    """What a reporter answers a message; read by agents, never published."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="replies")
    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="replies")
    text = models.TextField()
    said_at = models.DateTimeField()

    class Meta:
        db_table = "streets_reply"
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="a_reply_says_something")]

    def __str__(self) -> str:
        return f"{self.report_id} at {self.said_at}"
