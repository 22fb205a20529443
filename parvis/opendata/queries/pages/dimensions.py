"""What a chart may count, and by what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _, gettext_lazy

from parvis.opendata.queries.pages import cells
from parvis.opendata.rules.fields import TEMPORAL, Field, FieldType, Schema
from parvis.opendata.rules.odsql import tree
from parvis.opendata.rules.profile import Profile, is_year

GROUP, VALUE = "groupe", "valeur"
YEAR, MONTH = "annee", "mois"
_MOST = 5_000
"""Groups of a dimension that is worth a chart."""
CALCULATIONS = {
    "somme": ("sum", gettext_lazy("the sum of")),
    "moyenne": ("avg", gettext_lazy("the average of")),
    "mediane": ("median", gettext_lazy("the median of")),
    "maximum": ("max", gettext_lazy("the largest")),
    "minimum": ("min", gettext_lazy("the smallest")),
}
ADDS_UP = frozenset({"", "somme"})
"""Calculations whose parts make the whole: only they have a rest and surfaces."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """What rows are grouped by: a field, or the year or month of a date."""

    field: Field
    grain: str = ""

    @property
    def key(self) -> str:
        """Return how an address names it."""
        return f"{self.field.name}@{self.grain}" if self.grain else self.field.name

    @property
    def label(self) -> str:
        """Return what people call it."""
        name = self.field.label or self.field.name
        if self.grain == MONTH:
            return _("%(label)s (month)") % {"label": name}
        if self.grain == YEAR and not cells.precision(self.field):
            return _("%(label)s (year)") % {"label": name}
        return name

    @property
    def is_time(self) -> bool:
        """Tell whether its groups follow each other in time."""
        return bool(self.grain) or is_year(self.field)

    @property
    def value(self) -> tree.Value:
        """Return the value rows are grouped by."""
        name = tree.Name(name=self.field.name)
        if self.grain == YEAR:
            return tree.Call(function="year", arguments=(name,))
        if self.grain == MONTH:
            pattern = tree.Literal(value="yyyy-MM")
            return tree.Call(function="date_format", arguments=(name, pattern))
        return name


def dimensions(schema: Schema, known: Profile) -> dict[str, Dimension]:
    """Return what the rows may be grouped by, the likeliest first, by the names of an address."""
    counts = {one.name: one.distinct for one in known.fields}
    found: list[Dimension] = []
    for one in schema.fields:
        if one.type in TEMPORAL:
            found.append(Dimension(field=one, grain=YEAR))
            if cells.precision(one) != "year":
                found.append(Dimension(field=one, grain=MONTH))
        elif _groups(one, counts):
            found.append(Dimension(field=one))
    found.sort(key=lambda one: "facet" not in one.field.annotations)
    return {one.key: one for one in found}


def _groups(one: Field, counts: Mapping[str, int]) -> bool:
    if one.type is FieldType.BOOLEAN:
        return True
    is_named = one.type is FieldType.TEXT or (
        one.type is FieldType.INT and not cells.is_amount(one)
    )
    return is_named and not one.is_multivalued and 1 < counts.get(one.name, 0) <= _MOST


def measures(schema: Schema) -> dict[str, Field]:
    """Return the fields that can be added up, those with a unit first."""
    found = [one for one in schema.fields if cells.is_amount(one)]
    found.sort(key=lambda one: not cells.unit(one))
    return {one.name: one for one in found}


def aggregate(measure: Field | None, calculation: str) -> tree.Aggregate:
    """Return what is counted in each group."""
    if measure is None:
        return tree.Aggregate(function="count", value=None)
    function, _words = CALCULATIONS[calculation]
    return tree.Aggregate(function=function, value=tree.Name(name=measure.name))
