"""Zones: named pieces of ground that are no district, such as a wood, the river or a worksite."""

from __future__ import annotations

from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from parvis.kernel.geometry import BoxField, PolygonField


class ZoneKind(models.TextChoices):
    """What a zone is of."""

    WATER = "water", _("water")
    WOOD = "wood", _("wood")
    PARK = "park", _("park or garden")
    DRAWN = "drawn", _("drawn by the City")


class Zone(models.Model):
    """A piece of ground with a name, loaded from the city's folder or drawn at the desk.

    Its row stays once something refers to it: a zone that is no longer wanted is closed, and one
    that is redrawn keeps its code. From `redrawn_at` on its outline is the desk's, wherever the
    zone came from.
    """

    code = models.SlugField(max_length=60, unique=True)
    kind = models.CharField(max_length=10, choices=ZoneKind)
    name = models.CharField(max_length=120)
    area_m2 = models.PositiveIntegerField()
    source = models.CharField(max_length=200, blank=True)
    drawn_at = models.DateTimeField()
    redrawn_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "territory_zone"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=ZoneKind.values), name="zone_is_of_a_known_kind"
            ),
            models.CheckConstraint(condition=models.Q(area_m2__gt=0), name="a_zone_covers_ground"),
            models.CheckConstraint(
                condition=models.Q(closed_at=None) | models.Q(closed_at__gte=models.F("drawn_at")),
                name="a_zone_is_closed_after_it_is_drawn",
            ),
            models.CheckConstraint(
                condition=models.Q(redrawn_at=None)
                | models.Q(redrawn_at__gte=models.F("drawn_at")),
                name="a_zone_is_redrawn_after_it_is_drawn",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class ZoneRing(models.Model):
    """One closed line of a zone; a hole is ground that is not in it.

    It was the zone's from `drawn_at` to `replaced_at`, None for the outline of today: those before
    are kept to tell where the zone was on a day, and no point is in them.
    """

    zone = models.ForeignKey(Zone, on_delete=models.CASCADE, related_name="rings")
    is_hole = models.BooleanField(default=False)
    outline = PolygonField()
    drawn_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True, blank=True)
    bounds = models.GeneratedField(
        expression=models.Func("outline", function="box"),
        output_field=BoxField(),
        db_persist=True,
    )

    class Meta:
        db_table = "territory_zone_ring"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(replaced_at=None)
                | models.Q(replaced_at__gte=models.F("drawn_at")),
                name="a_ring_is_replaced_after_it_is_drawn",
            )
        ]
        indexes = [
            GistIndex(
                fields=["bounds"],
                name="territory_zone_bounds",
                condition=models.Q(replaced_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"ring {self.pk} of {self.zone_id}"
