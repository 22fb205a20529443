"""Who is signed in to which service, under which name, and who must be told that it ended."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from parvis.kernel.ids import new_public_id


class Subject(models.Model):
    """The name under which a sector knows somebody: random, so that no two sectors can join theirs.

    `ref` says who, as the register does; `person` is the account, where there is one: somebody may
    also act for a child or an association that has none.
    Source: OpenID Connect Core 1.0, section 8.1 (pairwise).
    """

    sector = models.CharField(max_length=253)
    ref = models.CharField(max_length=100)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    sub = models.CharField(max_length=64, unique=True)

    class Meta:
        db_table = "openid_subject"
        constraints = [
            models.UniqueConstraint(
                fields=["sector", "ref"], name="one_subject_per_sector_and_ref"
            ),
            models.CheckConstraint(
                condition=~Q(ref__startswith="person:") | Q(person__isnull=False),
                name="subject_of_an_account_names_it",
            ),
        ]

    def __str__(self) -> str:
        return self.sub


class Login(models.Model):
    """A person signed in to a service from one session of ours: its `sid` (OpenID Connect
    Back-Channel Logout 1.0, section 2.1).

    `session_ref` is what the account calls the session; `auth_time`, `acr` and `amr` are those of
    that session, never of the account. `act` says for whom somebody acts and by which right, where
    they do not act for themselves: refs, as the register writes them.
    """

    sid = models.UUIDField(default=new_public_id, unique=True, editable=False)
    service = models.ForeignKey("openid.Service", on_delete=models.PROTECT, related_name="logins")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    session_ref = models.CharField(max_length=64, db_index=True)
    auth_time = models.DateTimeField()
    acr = models.CharField(max_length=100)
    amr = ArrayField(models.CharField(max_length=20), default=list)
    act = models.JSONField(null=True, blank=True)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "openid_login"
        constraints = [
            models.UniqueConstraint(
                fields=["service", "session_ref"],
                condition=Q(ended_at=None),
                name="one_open_login_per_service_and_session",
            )
        ]

    def __str__(self) -> str:
        return str(self.sid)


class LogoutMessage(models.Model):
    """What a service must be told: a login has ended. Tried again until it answers, for a day."""

    class State(models.TextChoices):
        """How far it got."""

        WAITING = "waiting"
        HEARD = "heard"
        GIVEN_UP = "given_up"

    login = models.OneToOneField("openid.Login", on_delete=models.CASCADE, related_name="message")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    next_try_at = models.DateTimeField(null=True, blank=True, db_index=True)
    answered = models.CharField(max_length=200, blank=True)
    heard_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "openid_logout_message"

    def __str__(self) -> str:
        return f"{self.login_id} {self.state}"
