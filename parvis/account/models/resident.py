"""What the account remembers of a person."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from parvis.account.rules import opening as rules
from parvis.kernel.ids import new_public_id


class Language(models.TextChoices):
    """The languages the city writes in, each under the name its speakers give it."""

    FRENCH = "fr", "Français"
    ENGLISH = "en", "English"


class Residents(BaseUserManager["Resident"]):
    """Finds and creates persons."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Resident:
        """Save a person with a hashed password, or none that can be used."""
        resident = self.model(email=email.lower(), **fields)
        resident.set_password(password)
        resident.save(using=self._db)
        return resident


class Resident(AbstractBaseUser):
    """A person with an account. The key is a UUIDv7, the one id of a person everywhere.

    The address stands here only while it is confirmed and the account is open: two sign-ups may
    claim one address, and the first to confirm gets it.
    """

    id = models.UUIDField(primary_key=True, default=new_public_id, editable=False)
    email = models.EmailField(unique=True, null=True, blank=True)
    usual_name = models.CharField(max_length=rules.NAME_MAX_LENGTH, blank=True)
    civil_name = models.CharField(max_length=rules.CIVIL_NAME_MAX_LENGTH, blank=True)
    language = models.CharField(max_length=2, choices=Language, default=Language.FRENCH)
    residence = models.PositiveSmallIntegerField(null=True, blank=True)
    work = models.PositiveSmallIntegerField(null=True, blank=True)
    heart = models.PositiveSmallIntegerField(null=True, blank=True)
    attempt = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    opened_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = Residents()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(email=None) | Q(email=Lower("email")), name="email_is_lower_case"
            ),
            models.CheckConstraint(
                condition=Q(email__isnull=False, confirmed_at__isnull=False, closed_at=None)
                | Q(email=None, confirmed_at=None)
                | Q(email=None, closed_at__isnull=False),
                name="email_belongs_to_a_confirmed_open_account",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None)
                | Q(
                    usual_name="",
                    civil_name="",
                    residence=None,
                    work=None,
                    heart=None,
                    closed_at__gte=F("opened_at"),
                ),
                name="closed_account_says_nothing_of_the_person",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=False) | ~Q(usual_name=""),
                name="open_account_has_a_usual_name",
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{place: None}) | Q(**{f"{place}__range": (1, 99)}),
                    name=f"{place}_is_an_arrondissement",
                )
                for place in ("residence", "work", "heart")
            ),
        ]
        indexes = [
            models.Index(
                fields=["opened_at"], name="residents_unconfirmed", condition=Q(confirmed_at=None)
            )
        ]

    def __str__(self) -> str:
        return str(self.id)
