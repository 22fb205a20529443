"""What is public of a vote: the log of receipts, its signed roots, and the ballots once opened."""

from __future__ import annotations

from django.db import models


class LogEntry(models.Model):
    """A receipt at its place in the log, counted from 0. Append-only by trigger."""

    poll = models.CharField(max_length=60)
    position = models.PositiveIntegerField()
    receipt = models.CharField(max_length=64)

    class Meta:
        db_table = "voting_log"
        constraints = [
            models.UniqueConstraint(fields=["poll", "position"], name="one_receipt_per_place"),
            models.UniqueConstraint(fields=["receipt"], name="a_receipt_is_logged_once"),
        ]

    def __str__(self) -> str:
        return f"{self.poll} {self.position}"


class Tile(models.Model):
    """The root over a full run of the log, so that a proof need not read all of it."""

    poll = models.CharField(max_length=60)
    number = models.PositiveIntegerField()
    root = models.CharField(max_length=64)

    class Meta:
        db_table = "voting_tile"
        constraints = [models.UniqueConstraint(fields=["poll", "number"], name="one_root_per_tile")]

    def __str__(self) -> str:
        return f"{self.poll} {self.number}"


class Root(models.Model):
    """A signed root of the log after a batch. Append-only by trigger; its time-stamp (RFC 3161, in
    base64) may be added once."""

    poll = models.CharField(max_length=60)
    size = models.PositiveIntegerField()
    root = models.CharField(max_length=64)
    day = models.DateField()
    signed = models.TextField()
    signature = models.CharField(max_length=128)
    timestamp = models.TextField(blank=True)

    class Meta:
        db_table = "voting_root"
        indexes = [models.Index(fields=["poll", "id"], name="root_by_poll")]

    def __str__(self) -> str:
        return f"{self.poll} {self.size}"


class OpenedBallot(models.Model):
    """A ballot as published, in the order in which it lay on top of the shuffled heap.
    `is_replaced` ones are not counted, and only their receipt is published."""

    poll = models.CharField(max_length=60)
    contest = models.CharField(max_length=60)
    receipt = models.CharField(max_length=64)
    line = models.TextField(blank=True)
    is_replaced = models.BooleanField(default=False)

    class Meta:
        db_table = "voting_ballot"
        constraints = [
            models.UniqueConstraint(fields=["receipt"], name="a_ballot_is_opened_once"),
            models.CheckConstraint(
                condition=models.Q(is_replaced=True, line="")
                | (models.Q(is_replaced=False) & ~models.Q(line="")),
                name="a_replaced_ballot_is_not_shown",
            ),
        ]
        indexes = [models.Index(fields=["poll", "contest", "id"], name="ballot_by_contest")]

    def __str__(self) -> str:
        return f"{self.poll}/{self.contest}"
