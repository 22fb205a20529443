"""How good a dataset is, out of ten, with the reason of every point that is missing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _, ngettext

from parvis.kernel import clock
from parvis.kernel.typography import NO_BREAK
from parvis.opendata.models import Dataset
from parvis.opendata.queries.versions import no_dataset, no_version
from parvis.opendata.rules import profile as rules
from parvis.opendata.rules.fields import Schema
from parvis.opendata.rules.profile import Check, Described, Period, Precision, Profile

_Figures = Mapping[str, Any]
_MILLION = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One thing looked at; `sentence` is empty where nothing is missing."""

    code: str
    points: float
    out_of: float
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """The points of a dataset, and the period its rows reach in words: "covers up to 2024"."""

    score: float
    judged: tuple[Judged, ...]
    covers: str
    profile: Profile


def quality(dataset_id: str, *, now: dt.datetime) -> Quality:
    """Judge the current version of a dataset and its description as they are now.

    :raises NotFound: `no_dataset` or `no_version`
    """
    dataset = Dataset.objects.select_related("current").filter(dataset_id=dataset_id).first()
    if dataset is None:
        raise no_dataset(dataset_id)
    if dataset.current is None:
        raise no_version()
    profile = Profile.from_json(dataset.current.profile)
    made = rules.checks(
        _described(dataset),
        Schema.from_json(dataset.current.fields),
        profile,
        published=clock.city_day(dataset.current.published_at),
        today=clock.city_day(now),
    )
    return Quality(
        score=rules.score(made),
        judged=tuple(_judged(one) for one in made),
        covers=covers(profile.period) if profile.period else "",
        profile=profile,
    )


def covers(period: Period) -> str:
    """Return how far the rows reach, in the words of the reader."""
    how = {Precision.YEAR: "Y", Precision.MONTH: "N Y", Precision.DAY: "j N Y"}[period.precision]
    return _("covers up to %(date)s") % {"date": formats.date_format(period.last, how)}


def _described(dataset: Dataset) -> Described:
    dcat, default = (dataset.metas.get(name) or {} for name in ("dcat", "default"))
    territory = default.get("territory") or default.get("geographic_reference") or ()
    return Described(
        title=dataset.title,
        frequency=dcat.get("accrualperiodicity") or "",
        contact=dcat.get("contact_email") or dcat.get("contact_name") or "",
        license=dataset.license or default.get("license") or "",
        geography=dcat.get("spatial") or ", ".join(map(str, territory)),
    )


def _judged(check: Check) -> Judged:
    return Judged(
        code=check.code,
        points=check.points,
        out_of=check.out_of,
        sentence="" if check.is_passed else _SENTENCES[check.code](check.figures),
    )


def _field_descriptions(figures: _Figures) -> str:
    missing = figures["total"] - figures["told"]
    words = ngettext(
        "%(missing)s field of %(total)s is not explained.",
        "%(missing)s fields of %(total)s are not explained.",
        missing,
    )
    return words % {"missing": missing, "total": figures["total"]}


def _freshness(figures: _Figures) -> str:
    words = ngettext(
        "The data reaches %(date)s: %(missed)s update is missing.",
        "The data reaches %(date)s: %(missed)s updates are missing.",
        figures["missed"],
    )
    reached = dt.date.fromisoformat(figures["reached"])
    return words % {"date": formats.date_format(reached), "missed": figures["missed"]}


def _duplicates(figures: _Figures) -> str:
    words = ngettext(
        "%(rows)s row says again what another says.",
        "%(rows)s rows say again what another says.",
        figures["repeated"],
    )
    return words % {"rows": figures["repeated"]}


def _empty_fields(figures: _Figures) -> str:
    if not figures["fields"]:
        return _("There are no rows.")
    return _("These fields are empty throughout: %(fields)s.") % {
        "fields": ", ".join(figures["fields"])
    }


def _balance(figures: _Figures) -> str:
    years = [
        _("%(year)s: revenue %(revenue)s, expenditure %(expenditure)s")
        % {
            "year": one["year"],
            "revenue": _euros(one["revenue"]),
            "expenditure": _euros(one["expenditure"]),
        }
        for one in figures["years"]
    ]
    return _("A budget takes in what it spends; this one does not. %(years)s.") % {
        "years": "; ".join(years)
    }


def _euros(amount: float) -> str:
    """Write an amount as one reads it, large ones in millions."""
    if abs(amount) < _MILLION:
        return formats.number_format(amount, 2, force_grouping=True)
    return f"{formats.number_format(amount / _MILLION, 0, force_grouping=True)}{NO_BREAK}{_('M€')}"


_SENTENCES: dict[str, Callable[[_Figures], str]] = {
    "field_descriptions": _field_descriptions,
    "frequency": lambda _figures: _("How often it is updated is not said."),
    "contact": lambda _figures: _("Nobody is named to write to."),
    "license": lambda _figures: _("No licence is named: nobody knows what they may do with it."),
    "geography": lambda _figures: _("Which place it speaks of is not said."),
    "freshness": _freshness,
    "duplicates": _duplicates,
    "empty_fields": _empty_fields,
    "balance": _balance,
}
