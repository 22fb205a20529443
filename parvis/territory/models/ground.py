"""Districts and their outlines, and which edition of the territory is loaded."""

from __future__ import annotations

from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from parvis.kernel.geometry import BoxField, PolygonField


class DistrictKind(models.TextChoices):
    """The two grains of the city."""

    ARRONDISSEMENT = "arrondissement", _("arrondissement")
    QUARTIER = "quartier", _("quartier")


class District(models.Model):
    """An arrondissement or a quartier.

    `path`, `label_x`, `label_y` and `box` are in units of the city's drawing.
    """

    kind = models.CharField(max_length=20, choices=DistrictKind.choices)
    number = models.PositiveSmallIntegerField()
    arrondissement = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=100)
    insee_code = models.CharField(max_length=10, unique=True)
    area_m2 = models.PositiveIntegerField()
    key = models.CharField(max_length=100)
    path = models.TextField()
    label_x = models.IntegerField()
    label_y = models.IntegerField()
    box = models.JSONField()

    class Meta:
        db_table = "territory_district"
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "number"], name="one_district_per_kind_and_number"
            ),
            models.CheckConstraint(
                condition=~models.Q(kind="arrondissement")
                | models.Q(number=models.F("arrondissement")),
                name="an_arrondissement_is_in_itself",
            ),
            models.CheckConstraint(
                condition=models.Q(area_m2__gt=0), name="a_district_covers_ground"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


class Ring(models.Model):
    """One closed line of a district's official outline; a hole is ground that is not in it."""

    district = models.ForeignKey(District, on_delete=models.CASCADE, related_name="rings")
    is_hole = models.BooleanField(default=False)
    outline = PolygonField()
    # A long outline is stored apart from its row; the box is compared without fetching it.
    bounds = models.GeneratedField(
        expression=models.Func("outline", function="box"),
        output_field=BoxField(),
        db_persist=True,
    )

    class Meta:
        db_table = "territory_ring"
        indexes = [GistIndex(fields=["bounds"], name="territory_ring_bounds")]

    def __str__(self) -> str:
        return f"ring {self.pk} of {self.district_id}"


class Edition(models.Model):
    """The data that is loaded: one row or none; `drawing` is the frame and outline of maps."""

    digest = models.CharField(max_length=64)
    loaded_at = models.DateTimeField()
    drawing = models.JSONField()
    only_one = models.BooleanField(default=True, unique=True)

    class Meta:
        db_table = "territory_edition"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(only_one=True), name="one_edition_of_the_territory"
            ),
            models.CheckConstraint(
                condition=models.Q(digest__regex=r"^[0-9a-f]{64}$"),
                name="an_edition_has_a_digest",
            ),
        ]

    def __str__(self) -> str:
        return self.digest
