"""Ballot boxes in halls: their minutes, and each sheet as two agents read it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from parvis.voting.models.poll import Contest, Poll


class PaperBox(models.Model):
    """A ballot box that stands somewhere."""

    poll = models.ForeignKey(Poll, on_delete=models.CASCADE, related_name="boxes")
    code = models.SlugField(max_length=40)
    place = models.CharField(max_length=150)

    class Meta:
        db_table = "voting_paper_box"
        constraints = [models.UniqueConstraint(fields=["poll", "code"], name="one_box_per_code")]

    def __str__(self) -> str:
        return f"{self.poll_id} {self.code}"


class DeskDay(models.Model):
    """How many an agent ticked before a box on one day; until it is written into the register of
    deeds, after that day. A line for each voter would tell the hour at which they came."""

    box = models.ForeignKey(PaperBox, on_delete=models.CASCADE, related_name="desk_days")
    agent_id = models.UUIDField()
    day = models.DateField()
    ticks = models.PositiveIntegerField()

    class Meta:
        db_table = "voting_desk_day"
        constraints = [
            models.UniqueConstraint(
                fields=["box", "agent_id", "day"], name="one_count_per_agent_and_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.box_id} {self.day}"


class Minutes(models.Model):
    """What was found in a box for one contest. `ballots` are all the sheets, with the blank and the
    spoilt ones; `difference` is the reason given for figures that do not agree."""

    box = models.ForeignKey(PaperBox, on_delete=models.CASCADE, related_name="minutes")
    contest = models.ForeignKey(Contest, on_delete=models.CASCADE, related_name="+")
    ballots = models.PositiveIntegerField()
    blank = models.PositiveIntegerField()
    spoilt = models.PositiveIntegerField()
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True
    )
    written_at = models.DateTimeField()
    difference = models.CharField(max_length=500, blank=True)
    signed_off_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True, blank=True
    )

    class Meta:
        db_table = "voting_minutes"
        constraints = [
            models.UniqueConstraint(fields=["box", "contest"], name="one_minutes_per_contest"),
            models.CheckConstraint(
                condition=Q(ballots__gte=F("blank") + F("spoilt")),
                name="no_more_blank_and_spoilt_than_found",
            ),
            models.CheckConstraint(
                condition=Q(signed_off_by=None) | ~Q(signed_off_by=F("written_by")),
                name="who_wrote_the_minutes_does_not_sign_them_off",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.box} {self.ballots}"


class Sheet(models.Model):
    """A sheet of paper out of a box, by its number, as two different people read it: a canonical
    choice, `blank` or `spoilt`; "" where the second has not read it yet."""

    box = models.ForeignKey(PaperBox, on_delete=models.CASCADE, related_name="sheets")
    contest = models.ForeignKey(Contest, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveIntegerField()
    first = models.TextField()
    first_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True
    )
    second = models.TextField(blank=True)
    second_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True, blank=True
    )

    class Meta:
        db_table = "voting_sheet"
        constraints = [
            models.UniqueConstraint(
                fields=["box", "contest", "number"], name="one_sheet_per_number"
            ),
            models.CheckConstraint(
                condition=Q(second_by=None) | ~Q(second_by=F("first_by")),
                name="two_different_people_read_a_sheet",
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="sheets_count_from_1"),
        ]

    def __str__(self) -> str:
        return f"{self.box} {self.number}"
