"""The phones of a person, and the codes sent to show whose they are."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from parvis.account.rules import phones as rules
from parvis.kernel.ids import new_public_id

_E164 = r"^\+[1-9][0-9]{5,14}$"


class Phone(models.Model):
    """A number a person has shown to be theirs. One number belongs to one open account."""

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    number = models.CharField(max_length=rules.NUMBER_MAX_LENGTH)
    verified_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number"], name="one_account_per_phone"),
            models.CheckConstraint(condition=Q(number__regex=_E164), name="phone_is_e164"),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class CodeUse(models.TextChoices):
    """What a code sent to a phone is for; it is good for nothing else."""

    ADD = "add", "Add a phone"
    RECOVER = "recover", "Recover an account, as the first proof"
    SECOND = "second", "Recover an account, after another proof"


class PhoneCode(models.Model):
    """A code asked for a number, of which only a keyed hash is kept, once it is posted.

    It is not posted where that number got as many as it may, whoever asked for them.
    """

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    number = models.CharField(max_length=rules.NUMBER_MAX_LENGTH)
    use = models.CharField(max_length=10, choices=CodeUse)
    fingerprint = models.CharField(max_length=64, blank=True)
    sent_at = models.DateTimeField()
    posted_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(number__regex=_E164), name="code_goes_to_e164"),
            models.CheckConstraint(condition=Q(use__in=CodeUse.values), name="code_has_one_use"),
            models.CheckConstraint(
                condition=Q(tries__lte=rules.CODE_TRIES), name="code_is_tried_five_times_at_most"
            ),
            models.CheckConstraint(
                condition=Q(posted_at=None, fingerprint="")
                | (Q(posted_at__isnull=False) & ~Q(fingerprint="")),
                name="code_exists_once_it_is_posted",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "sent_at"], name="phone_code_by_person"),
            models.Index(fields=["number", "sent_at"], name="phone_code_by_number"),
        ]

    def __str__(self) -> str:
        return f"{self.use} {self.public_id}"
