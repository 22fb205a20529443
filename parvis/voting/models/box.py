"""The ballot box: sealed envelopes without a person, a moment or an order.

Lives in a schema of its own, owned by a role that reads nothing else.
"""

from __future__ import annotations

import uuid

from django.db import models


class Envelope(models.Model):
    """A ballot in its two envelopes, until the next batch. The marks are made with a key that goes
    with the batch: they tell a form that is sent twice, and nothing any more afterwards. `seal`
    is the public half of the key it is sealed to."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    poll = models.CharField(max_length=60)
    contest = models.CharField(max_length=60)
    seal = models.CharField(max_length=64)
    outer = models.BinaryField()
    cast_tag = models.CharField(max_length=64, unique=True)
    receipt_tag = models.CharField(max_length=64)

    class Meta:
        db_table = '"voting_box"."envelope"'
        indexes = [models.Index(fields=["poll", "seal"], name="envelope_by_seal")]

    def __str__(self) -> str:
        return f"{self.poll}/{self.contest}"


class Seal(models.Model):
    """The public half of the key to which outer envelopes are sealed until the next batch."""

    poll = models.CharField(max_length=60, primary_key=True)
    public = models.CharField(max_length=64)

    class Meta:
        db_table = '"voting_box"."seal"'

    def __str__(self) -> str:
        return self.poll


class Spent(models.Model):
    """The mark of a receipt whose ballot was replaced by another."""

    poll = models.CharField(max_length=60)
    tag = models.CharField(max_length=64, primary_key=True)

    class Meta:
        db_table = '"voting_box"."spent"'

    def __str__(self) -> str:
        return self.tag


class SealedBallot(models.Model):
    """A ballot after its batch, in its inner envelope alone, until the box is opened."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    poll = models.CharField(max_length=60)
    contest = models.CharField(max_length=60)
    inner = models.BinaryField()

    class Meta:
        db_table = '"voting_box"."sealed"'
        indexes = [models.Index(fields=["poll", "contest"], name="sealed_by_contest")]

    def __str__(self) -> str:
        return f"{self.poll}/{self.contest}"
