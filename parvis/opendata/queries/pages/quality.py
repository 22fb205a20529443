"""How good a dataset is, as its pages show it: stones, points, why each missing one is missing."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils import dateformat
from django.utils.translation import gettext as _, gettext_lazy, pgettext

from parvis.kernel.typography import NO_BREAK
from parvis.opendata.models import DatasetVersion
from parvis.opendata.queries import quality as qualities
from parvis.opendata.queries.engine import VersionFile
from parvis.opendata.queries.quality import Judged
from parvis.opendata.rules.profile import Period, Precision, Profile
from parvis.ui.wording import number

OUT_OF = 10
_PASSED = {
    "field_descriptions": gettext_lazy("Every field is explained."),
    "frequency": gettext_lazy("It is said how often it is updated."),
    "contact": gettext_lazy("There is somebody to write to."),
    "license": gettext_lazy("It has a licence."),
    "geography": gettext_lazy("It is said which place it speaks of."),
    "freshness": gettext_lazy("No update is missing."),
    "duplicates": gettext_lazy("No row says again what another says."),
    "empty_fields": gettext_lazy("No field is empty throughout."),
    "balance": gettext_lazy("No budget in it is out of balance."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One thing that was looked at, in a sentence, and the points it gives."""

    sentence: str
    points: str
    is_passed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A score and its reasons, those that cost points first."""

    score: float
    text: str
    reasons: tuple[Reason, ...]

    @property
    def stones(self) -> list[bool]:
        """Return ten stones, laid for each whole point."""
        return [rank < int(self.score) for rank in range(OUT_OF)]

    @property
    def first_loss(self) -> str:
        """Return the reason that costs most, "" if nothing is missing."""
        return next((one.sentence for one in self.reasons if not one.is_passed), "")


def shown(dataset_id: str, *, now: dt.datetime) -> Shown:
    """Return how good the current version of a dataset is now."""
    found = qualities.quality(dataset_id, now=now)
    ordered = sorted(found.judged, key=lambda one: one.points - one.out_of)
    return Shown(
        score=found.score,
        text=_points(found.score),
        reasons=tuple(_reason(one) for one in ordered),
    )


def profile_of(version: VersionFile) -> Profile:
    """Return what was counted in a version when it was published."""
    kept = DatasetVersion.objects.filter(
        dataset__dataset_id=version.dataset_id, number=version.number
    ).values_list("profile", flat=True)
    return Profile.from_json(kept.first() or {})


def _reason(one: Judged) -> Reason:
    return Reason(
        sentence=one.sentence or str(_PASSED[one.code]),
        points=f"{_points(one.points)}/{_points(one.out_of)}",
        is_passed=not one.sentence,
    )


def _points(value: float) -> str:
    return number(int(value) if float(value).is_integer() else round(value, 1))


# --- the period -----------------------------------------------------------------------------------


def reach(period: Period | None) -> str:
    """Say up to when the rows speak: « À jour jusqu'à fin 2014 »."""
    if period is None:
        return ""
    if period.precision is Precision.YEAR:
        return _("Covers up to the end of %(year)s") % {"year": period.last.year}
    told = {"when": _said(period.last, period.precision)}
    if period.precision is Precision.MONTH:
        return pgettext("a month", "Covers up to %(when)s") % told
    return pgettext("a day", "Covers up to %(when)s") % told


def span(period: Period | None) -> str:
    """Say from when to when the rows speak."""
    if period is None:
        return ""
    first, last = (_said(one, period.precision) for one in (period.first, period.last))
    if first == last:
        return first
    return _("%(first)s to %(last)s") % {"first": first, "last": last}


def _said(day: dt.date, precision: Precision) -> str:
    if precision is Precision.YEAR:
        return str(day.year)
    month = dateformat.format(day, "F Y")
    return month if precision is Precision.MONTH else f"{day.day}{NO_BREAK}{month}"
