"""Whom one may act for without their having an account: children, protected adults, relatives,
associations."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from parvis.kernel.ids import new_public_id


class CodeUse(models.TextChoices):
    """What the code of a file is for: one given for the one is worth nothing for the other."""

    JOIN = "join", _("for a second parent, to hold the child")
    CLAIM = "claim", _("for the person, to make the file their own")


class Ward(models.Model):
    """A person others act for: a child, a protected adult, a relative without an account.

    `account` is their own one, from the day they claim their file with a code; until then they have
    no page and no password. A code is kept as the SHA-256 of its letters: it has 60 random bits.
    """

    id = models.UUIDField(primary_key=True, default=new_public_id, editable=False)
    given_names = models.CharField(max_length=120, blank=True)
    family_name = models.CharField(max_length=120, blank=True)
    born_on = models.DateField(null=True, blank=True)
    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True, blank=True
    )
    code_hash = models.CharField(max_length=64, blank=True)
    code_use = models.CharField(max_length=10, choices=CodeUse, blank=True)
    code_until = models.DateTimeField(null=True, blank=True)
    recorded_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True, blank=True)
    forgotten_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "mandates_ward"
        constraints = [
            models.CheckConstraint(
                condition=Q(forgotten_at=None, born_on__isnull=False)
                & ~Q(given_names="")
                & ~Q(family_name="")
                | Q(
                    forgotten_at__isnull=False,
                    born_on=None,
                    given_names="",
                    family_name="",
                    code_hash="",
                ),
                name="ward_is_named_until_forgotten",
            ),
            models.CheckConstraint(
                condition=Q(code_hash="", code_use="", code_until=None)
                | ~Q(code_hash="") & Q(code_use__in=CodeUse.values, code_until__isnull=False),
                name="code_of_a_ward_has_a_use_and_an_end",
            ),
            models.UniqueConstraint(
                fields=["code_hash"], condition=~Q(code_hash=""), name="one_ward_per_code"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Association(models.Model):
    """An association that persons may act for: one row per RNA number, and per SIRET.

    Until an agent has seen a paper (`checked_at`), the name is what somebody typed.
    """

    id = models.UUIDField(primary_key=True, default=new_public_id, editable=False)
    name = models.CharField(max_length=200)
    rna = models.CharField(max_length=10, blank=True)
    siret = models.CharField(max_length=14, blank=True)
    recorded_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "mandates_association"
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="association_has_a_name"),
            models.CheckConstraint(
                condition=Q(rna="") | Q(rna__regex=r"^W[0-9][0-9A-Z][0-9]{7}$"),
                name="rna_has_its_form",
            ),
            models.CheckConstraint(
                condition=Q(siret="") | Q(siret__regex=r"^[0-9]{14}$"), name="siret_has_its_form"
            ),
            models.CheckConstraint(
                condition=~Q(rna="", siret=""), name="association_has_a_public_number"
            ),
            models.UniqueConstraint(
                fields=["rna"], condition=~Q(rna=""), name="one_association_per_rna"
            ),
            models.UniqueConstraint(
                fields=["siret"], condition=~Q(siret=""), name="one_association_per_siret"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)
