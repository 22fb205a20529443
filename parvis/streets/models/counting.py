"""Counts that are kept, so that a map or a table of a million cases costs a hundred rows.

The database writes a line of change with each case (a trigger of `0001_initial`), without waiting
for anybody; a job folds the lines into the counts. Who asks adds the lines that are not folded yet.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

FINEST_METRES = 16
"""Side of a cell of level 0, in metres of Lambert-93; one of level n has 2^n times that."""
LEVELS = 9
"""Levels 0 to 8: 16 m to 4,096 m."""


class Cell(models.Model):
    """The shown cases of one type, open or closed, in one cell of one level.

    A cell (x, y) of level n holds the points whose coordinates in metres, divided by 16 x 2^n and
    rounded down, are x and y. `east` and `north` are sums of coordinates in decimetres: divided by
    the count, they are the middle of what is there.
    """

    level = models.PositiveSmallIntegerField()
    x = models.IntegerField()
    y = models.IntegerField()
    type = models.ForeignKey("streets.Category", on_delete=models.CASCADE, related_name="+")
    is_open = models.BooleanField()
    count = models.IntegerField()
    east = models.BigIntegerField()
    north = models.BigIntegerField()

    class Meta:
        db_table = "streets_cell"
        constraints = [
            models.UniqueConstraint(
                fields=["level", "x", "y", "type", "is_open"], name="one_count_per_cell_and_kind"
            ),
            models.CheckConstraint(condition=Q(count__gte=0), name="a_cell_counts_from_nothing"),
        ]

    def __str__(self) -> str:
        return f"{self.level}/{self.x}/{self.y}"


class CellChange(models.Model):
    """One case more (`sign` 1) or less (-1) in a cell of level 0; written by a trigger only."""

    x = models.IntegerField()
    y = models.IntegerField()
    type = models.ForeignKey(
        "streets.Category", on_delete=models.DO_NOTHING, related_name="+", db_constraint=False
    )
    is_open = models.BooleanField()
    sign = models.SmallIntegerField()
    east = models.IntegerField()
    north = models.IntegerField()

    class Meta:
        db_table = "streets_cell_change"
        constraints = [
            models.CheckConstraint(condition=Q(sign__in=[-1, 1]), name="one_case_more_or_less")
        ]
        indexes = [models.Index(fields=["x", "y"], name="streets_cell_change_place")]

    def __str__(self) -> str:
        return f"{self.sign} at {self.x}/{self.y}"


class Tally(models.Model):
    """What became of the shown cases opened in one month, in one quartier, of one subtype.

    Written anew for the months in which a case changed since `counted_at` of the last count.
    """

    month = models.DateField()
    quartier = models.PositiveSmallIntegerField()
    subtype = models.ForeignKey("streets.Subtype", on_delete=models.CASCADE, related_name="+")
    opened = models.PositiveIntegerField()
    closed = models.PositiveIntegerField()
    done = models.PositiveIntegerField()
    in_time = models.PositiveIntegerField()
    contradicted = models.PositiveIntegerField()
    reports = models.PositiveIntegerField()
    worked_minutes = models.BigIntegerField()
    counted_at = models.DateTimeField()

    class Meta:
        db_table = "streets_tally"
        constraints = [
            models.UniqueConstraint(
                fields=["month", "quartier", "subtype"], name="one_tally_per_month_and_place"
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="a_tally_is_of_a_month"),
        ]
        indexes = [models.Index(fields=["quartier", "month"], name="streets_tally_quartier")]

    def __str__(self) -> str:
        return f"{self.month} {self.quartier}"
