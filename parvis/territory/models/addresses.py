"""Streets, and the addresses that are known by a point."""

from __future__ import annotations

from django.contrib.postgres.indexes import GistIndex, OpClass
from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from parvis.kernel.geometry import PointField


class StreetSource(models.TextChoices):
    """Who says that a street exists."""

    LISTED = "listed", _("list of streets")
    REPORTED = "reported", _("address of a report")


class Street(models.Model):
    """A street in one arrondissement; one that crosses three has three rows.

    `key` is what tells it from others, plain: « roquette » for Rue de la Roquette.
    """

    name = models.CharField(max_length=150)
    kind = models.CharField(max_length=20, blank=True)
    key = models.CharField(max_length=150)
    arrondissement = models.PositiveSmallIntegerField()
    postcode = models.CharField(max_length=5)
    location = PointField(null=True)
    source = models.CharField(max_length=10, choices=StreetSource.choices)

    class Meta:
        db_table = "territory_street"
        constraints = [
            models.UniqueConstraint(
                fields=["name", "arrondissement"], name="one_street_per_name_and_arrondissement"
            ),
            models.CheckConstraint(
                condition=models.Q(postcode__regex=r"^75[01][0-2][0-9]$"),
                name="a_street_has_a_postcode_of_the_city",
            ),
        ]
        indexes = [
            GistIndex(OpClass(F("key"), name="gist_trgm_ops"), name="territory_street_key"),
            models.Index(fields=["arrondissement"], name="territory_street_arr"),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.postcode}"


class AddressPoint(models.Model):
    """A number of a street, and where it is."""

    street = models.ForeignKey(Street, on_delete=models.CASCADE, related_name="addresses")
    number = models.PositiveSmallIntegerField()
    suffix = models.CharField(max_length=6, blank=True)
    postcode = models.CharField(max_length=5)
    location = PointField()

    class Meta:
        db_table = "territory_address_point"
        constraints = [
            models.UniqueConstraint(
                fields=["street", "number", "suffix"], name="one_point_per_address"
            ),
            models.CheckConstraint(
                condition=models.Q(number__gt=0), name="an_address_has_a_number"
            ),
        ]
        indexes = [GistIndex(F("location"), name="territory_address_location")]

    def __str__(self) -> str:
        return f"{self.number}{self.suffix} of {self.street_id}"
