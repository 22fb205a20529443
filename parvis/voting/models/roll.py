"""The register of a vote: who voted, on which day, by which channel; never what."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from parvis.voting.rules.published import CHANNELS, ONLINE, PAPER


class Tick(models.Model):
    """Somebody voted in a contest. Lives in a schema of its own, out of reach of the ballot box.

    `person_tag` is the mark of a civil identity, made with the secret of the vote: the same person
    has the same one, with an account or without. No moment finer than the day, no key to anything
    in the box; no order either, once the day is over (`actions.mixing`).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    poll = models.CharField(max_length=60)
    contest = models.CharField(max_length=60)
    person_tag = models.CharField(max_length=64)
    person_id = models.UUIDField(null=True, blank=True)
    day = models.DateField()
    channel = models.CharField(max_length=6, choices=[(one, one) for one in CHANNELS])
    box = models.CharField(max_length=40, blank=True)
    told = models.BooleanField(default=False)

    class Meta:
        db_table = '"voting_roll"."tick"'
        constraints = [
            models.UniqueConstraint(
                fields=["poll", "contest", "person_tag"], name="one_tick_per_person_and_contest"
            ),
            models.CheckConstraint(
                condition=Q(channel=ONLINE, box="") | (Q(channel=PAPER) & ~Q(box="")),
                name="a_tick_on_paper_names_its_box",
            ),
        ]
        indexes = [
            models.Index(fields=["person_id"], name="tick_by_person"),
            models.Index(fields=["day"], condition=Q(told=False), name="tick_not_told_yet"),
        ]

    def __str__(self) -> str:
        return f"{self.poll}/{self.contest} {self.day}"


class Started(models.Model):
    """Somebody opened the ballot page: they are reminded once if they never confirmed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    poll = models.CharField(max_length=60)
    person_id = models.UUIDField()
    day = models.DateField()
    reminded = models.BooleanField(default=False)

    class Meta:
        db_table = '"voting_roll"."started"'
        constraints = [
            models.UniqueConstraint(fields=["poll", "person_id"], name="a_person_starts_once")
        ]
        indexes = [models.Index(fields=["person_id"], name="started_by_person")]

    def __str__(self) -> str:
        return f"{self.poll} {self.day}"
