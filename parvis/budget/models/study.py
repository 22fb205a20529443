"""What the City does with a project: opinions of its services, merging, decisions, appeals."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from parvis.kernel.ids import new_public_id


class Opinion(models.TextChoices):
    """What a service thinks of a project."""

    WAITING = "waiting", _("asked for")
    FEASIBLE = "feasible", _("feasible")
    CONDITIONS = "conditions", _("feasible under conditions")
    UNFEASIBLE = "unfeasible", _("not feasible")


class MergingState(models.TextChoices):
    """How far a merging got."""

    WAITING = "waiting", _("waits for the authors")
    DONE = "done", _("brought together")
    REFUSED = "refused", _("an author said no")
    DROPPED = "dropped", _("given up")


class AppealOutcome(models.TextChoices):
    """What the City answers to an appeal."""

    UPHELD = "upheld", _("upheld")
    DISMISSED = "dismissed", _("dismissed")


class Department(models.Model):
    """A service of the City that studies projects and carries them out."""

    key = models.SlugField(max_length=80, primary_key=True)
    name = models.CharField(max_length=120, unique=True)

    class Meta:
        db_table = "budget_department"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Study(models.Model):
    """The opinion of one service on one project, with its cost and its reason.

    It stays on the desk until the project's study is over (`Project.reviewed_at`).
    """

    id = models.UUIDField(primary_key=True, default=new_public_id, editable=False)
    project = models.ForeignKey("budget.Project", on_delete=models.CASCADE, related_name="studies")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="studies")
    opinion = models.CharField(max_length=12, choices=Opinion, default=Opinion.WAITING)
    cost_cents = models.BigIntegerField(null=True, blank=True)
    reason = models.TextField(blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True
    )
    asked_at = models.DateTimeField()
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True, blank=True
    )
    given_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "budget_study"
        ordering = ["asked_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "department"], name="a_service_is_asked_once"
            ),
            models.CheckConstraint(
                condition=Q(opinion=Opinion.WAITING, given_at=None)
                | (~Q(opinion=Opinion.WAITING) & Q(given_at__isnull=False) & ~Q(reason="")),
                name="an_opinion_has_its_reason",
            ),
            models.CheckConstraint(
                condition=Q(opinion__in=Opinion.values)
                & (Q(cost_cents=None) | Q(cost_cents__gt=0))
                & (
                    ~Q(opinion__in=[Opinion.FEASIBLE, Opinion.CONDITIONS])
                    | Q(cost_cents__isnull=False)
                ),
                name="what_is_feasible_has_a_cost",
            ),
        ]
        indexes = [models.Index(fields=["opinion", "department"], name="budget_study_waiting")]

    def __str__(self) -> str:
        return f"{self.project_id} {self.department_id}"


class Merging(models.Model):
    """One project is to become part of another, once every author of both has said yes."""

    id = models.UUIDField(primary_key=True, default=new_public_id, editable=False)
    source = models.ForeignKey("budget.Project", on_delete=models.CASCADE, related_name="leaving")
    target = models.ForeignKey("budget.Project", on_delete=models.CASCADE, related_name="joining")
    state = models.CharField(max_length=10, choices=MergingState, default=MergingState.WAITING)
    why = models.CharField(max_length=500)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True
    )
    proposed_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "budget_merging"
        ordering = ["proposed_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["source"],
                condition=Q(state__in=[MergingState.WAITING, MergingState.DONE]),
                name="a_project_merges_once",
            ),
            models.CheckConstraint(
                condition=~Q(source=F("target")) & Q(state__in=MergingState.values),
                name="a_project_merges_with_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.target_id}"


class Consent(models.Model):
    """What one author says to a merging; None while they have not answered."""

    merging = models.ForeignKey(Merging, on_delete=models.CASCADE, related_name="consents")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    agrees = models.BooleanField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "budget_consent"
        constraints = [
            models.UniqueConstraint(fields=["merging", "person"], name="an_author_consents_once")
        ]

    def __str__(self) -> str:
        return f"{self.merging_id} {self.person_id}"


class Decision(models.Model):
    """What a commission or a jury decided of a project, and why; kept as it was taken."""

    project = models.ForeignKey(
        "budget.Project", on_delete=models.CASCADE, related_name="decisions"
    )
    body = models.CharField(max_length=120)
    status = models.CharField(max_length=16)
    reason = models.TextField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True
    )
    decided_at = models.DateTimeField()

    class Meta:
        db_table = "budget_decision"
        ordering = ["decided_at", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="a_decision_has_its_reason")
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.status}"


class Appeal(models.Model):
    """An author contests that a project is not accepted; the City answers, once."""

    id = models.UUIDField(primary_key=True, default=new_public_id, editable=False)
    project = models.OneToOneField(
        "budget.Project", on_delete=models.CASCADE, related_name="appeal"
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True
    )
    text = models.TextField()
    made_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=AppealOutcome, blank=True)
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True, blank=True
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "budget_appeal"
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="", answer="", answered_at=None)
                | (Q(outcome__in=AppealOutcome.values, answered_at__isnull=False) & ~Q(answer="")),
                name="an_appeal_is_answered_with_reasons",
            )
        ]

    def __str__(self) -> str:
        return str(self.project_id)
