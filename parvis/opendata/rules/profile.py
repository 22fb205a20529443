"""What the rows of a dataset tell about it, and what that is worth out of ten.

The facts are counted from the file when a version is published; the points are taken off here, each
with its reason. Rules of our own: a score one can recompute and contest.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Self

from parvis.opendata.rules.fields import GEOGRAPHIC, NUMERIC, TEMPORAL, Field, FieldType, Schema

Scalar = str | int | float | bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldProfile:
    """What one field holds: empty cells, different values, the least, the greatest, the commonest.

    `least` and `greatest` are numbers, ISO dates or texts, and None for shapes, lists and files.
    """

    name: str
    nulls: int
    distinct: int
    least: Scalar = None
    greatest: Scalar = None
    examples: tuple[str, ...] = ()


class Precision(StrEnum):
    """How finely a period is told."""

    YEAR = "year"
    MONTH = "month"
    DAY = "day"


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """The days the data speaks of, both included, as told by `field`."""

    field: str
    first: dt.date
    last: dt.date
    precision: Precision


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """What a budget takes in and spends in one year, in the unit of its amounts."""

    year: str
    revenue: float
    expenditure: float

    @property
    def is_even(self) -> bool:
        """Tell whether both sides are the same, to the unit, and not all zero."""
        return self.revenue != 0 and abs(self.revenue - self.expenditure) < 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What was counted in a version; `repeated` is how many rows say again what another says."""

    rows: int
    fields: tuple[FieldProfile, ...] = ()
    period: Period | None = None
    repeated: int = 0
    balances: tuple[Balance, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the profile as a version keeps it."""
        kept = asdict(self)
        if self.period:
            kept["period"] |= {
                "first": self.period.first.isoformat(),
                "last": self.period.last.isoformat(),
                "precision": self.period.precision.value,
            }
        return kept

    @classmethod
    def from_json(cls, known: Mapping[str, Any]) -> Self:
        """Return the profile that `to_json` described; a version without one has an empty one."""
        period = known.get("period")
        return cls(
            rows=known.get("rows", 0),
            fields=tuple(
                FieldProfile(**{**one, "examples": tuple(one["examples"])})
                for one in known.get("fields", ())
            ),
            period=Period(
                field=period["field"],
                first=dt.date.fromisoformat(period["first"]),
                last=dt.date.fromisoformat(period["last"]),
                precision=Precision(period["precision"]),
            )
            if period
            else None,
            repeated=known.get("repeated", 0),
            balances=tuple(Balance(**one) for one in known.get("balances", ())),
        )


# --- which fields tell what -----------------------------------------------------------------------

_YEAR_NAMES = re.compile(r"annee|exercice|millesime|year|^an$")
# Such a date says when a row was written or when something shall end, not what it speaks of.
_OTHER_DATES = re.compile(
    r"maj|mise_a_jour|modif|updat|export|extract|import|saisie|fin\b|_fin|echeance|expir|valid"
    r"|previsionnel|naissance"
)
_DIRECTION_NAMES = re.compile(r"(^|_)sens(_|$)|codrd|depense.*recette|recette.*depense")
_AMOUNT_NAMES = re.compile(r"montant|budget_vote|vote_pmt|mtprev|mtreal|credit|amount")
REVENUE, EXPENDITURE = "revenue", "expenditure"
_SIDES = {"recette": REVENUE, "revenue": REVENUE, "depense": EXPENDITURE, "expend": EXPENDITURE}
# The letters of the national schema of budgets (SCDL, CODRD).
_LETTERS = {"r": REVENUE, "d": EXPENDITURE}


def plain(text: str) -> str:
    """Return a text in lower case without accents."""
    parts = unicodedata.normalize("NFD", text.lower())
    return "".join(c for c in parts if not unicodedata.combining(c))


def period_field(schema: Schema) -> Field | None:
    """Return the field that tells which period a row speaks of, or None.

    A field marked as the time line of the dataset comes first, then a year, then a date that does
    not tell of updates or ends.
    """
    likely = [one for one in schema.fields if _may_tell_time(one)]
    return min(likely, key=_time_rank, default=None)


def is_year(one: Field) -> bool:
    """Tell whether a field holds years as numbers or texts."""
    return one.type in {FieldType.INT, FieldType.TEXT, FieldType.DOUBLE} and bool(
        _YEAR_NAMES.search(plain(one.name))
    )


def _may_tell_time(one: Field) -> bool:
    if one.is_multivalued:
        return False
    return is_year(one) or (one.type in TEMPORAL and not _OTHER_DATES.search(plain(one.name)))


def _time_rank(one: Field) -> int:
    marks = ("timerangeFilter" in one.annotations, "timeserie_precision" in one.annotations)
    if all(marks):
        return 0
    return 1 if any(marks) else 2


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetFields:
    """The fields that say the year, the side and the amount of a line of a budget."""

    year: Field
    direction: Field
    amount: Field


def budget_fields(schema: Schema, *, named: str) -> BudgetFields | None:
    """Return the fields of a voted budget; None for anything else.

    `named` is what the dataset is called. A voted budget balances by law (code général des
    collectivités territoriales, article L1612-4); accounts of what was spent do not.
    """
    words = plain(named)
    if "budget" not in words or "compte" in words or "execut" in words:
        return None
    year = next((one for one in schema.fields if _tells_budget_year(one)), None)
    direction = next((one for one in schema.fields if _tells_direction(one)), None)
    amount = min(filter(_may_be_amount, schema.fields), key=_amount_rank, default=None)
    if year is None or direction is None or amount is None:
        return None
    return BudgetFields(year=year, direction=direction, amount=amount)


def _tells_budget_year(one: Field) -> bool:
    return is_year(one) or (one.type in TEMPORAL and bool(_YEAR_NAMES.search(plain(one.name))))


def _tells_direction(one: Field) -> bool:
    return one.type is FieldType.TEXT and bool(_DIRECTION_NAMES.search(plain(one.name)))


def _may_be_amount(one: Field) -> bool:
    return one.type in NUMERIC and (
        "€" in one.annotations.get("unit", ()) or bool(_AMOUNT_NAMES.search(plain(one.name)))
    )


def _amount_rank(one: Field) -> bool:
    return "€" not in one.annotations.get("unit", ())


def side(value: str) -> str:
    """Return REVENUE, EXPENDITURE, or nothing if the words say neither."""
    word = plain(value).strip()
    named = (known for beginning, known in _SIDES.items() if word.startswith(beginning))
    return _LETTERS.get(word) or next(named, "")


def end_of(moment: dt.date, precision: Precision) -> dt.date:
    """Return the last day of the year or month of a day, or the day itself."""
    if precision is Precision.YEAR:
        return moment.replace(month=12, day=31)
    if precision is Precision.MONTH:
        return moment.replace(day=calendar.monthrange(moment.year, moment.month)[1])
    return moment


# --- how often ------------------------------------------------------------------------------------

NEVER = 0
_DAYS = (
    (
        (
            "pas de mise",
            "aucun",
            "ponctuel",
            "never",
            "never_update",
            "not_planned",
            "irreg",
            "fil du temps",
        ),
        NEVER,
    ),
    (("minute", "temps reel", "continu", "cont", "horaire", "hour"), 1),
    (("quotidien", "daily", "journalier"), 1),
    (("hebdo", "weekly"), 7),
    (("bi-mensuel", "bimensuel", "fortnight", "biweekly"), 15),
    (("bimestr", "bimonth"), 62),
    (("mensuel", "monthly"), 31),
    (("trimestr", "quarter"), 92),
    (("semestr", "bi-annuel", "biannu", "semi-annual", "annual_2"), 183),
    (("quinquen",), 5 * 366),
    (("trienn",), 3 * 366),
    (("bienn",), 2 * 366),
    (("annuel", "annual", "yearly"), 366),
)


def days_between(frequency: str) -> int | None:
    """Return how many days pass between updates as declared, NEVER for none, None if unclear.

    The words are those of the real catalogue and of the EU's list of frequencies.
    """
    words = plain(frequency).rpartition("/")[2] if "/" in frequency else plain(frequency)
    if not words.strip():
        return None
    return next(
        (days for beginnings, days in _DAYS if any(word in words for word in beginnings)), None
    )


# --- points ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """What the catalogue says of a dataset."""

    title: str = ""
    frequency: str = ""
    contact: str = ""
    license: str = ""
    geography: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing looked at: the points it gives of those it could, and the figures behind it."""

    code: str
    points: float
    out_of: float
    figures: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_passed(self) -> bool:
        """Tell whether nothing was taken off."""
        return self.points == self.out_of


def checks(
    said: Described, schema: Schema, profile: Profile, *, published: dt.date, today: dt.date
) -> tuple[Check, ...]:
    """Return every check, in the order they are shown; what each could give adds up to ten."""
    return (
        _field_descriptions(schema),
        _declared("frequency", said.frequency),
        _declared("contact", said.contact),
        _declared("license", said.license),
        _geography(said, schema),
        _freshness(said, profile, published=published, today=today),
        _duplicates(profile),
        _empty_fields(profile),
        _balance(profile),
    )


def score(made: Sequence[Check]) -> float:
    """Return the points out of ten, to one decimal."""
    return round(sum(one.points for one in made), 1)


def _field_descriptions(schema: Schema) -> Check:
    total = len(schema.fields)
    told = sum(1 for one in schema.fields if one.description.strip())
    return Check(
        code="field_descriptions",
        points=round(2 * told / total, 2) if total else 0,
        out_of=2,
        figures={"told": told, "total": total},
    )


def _declared(code: str, value: str) -> Check:
    return Check(code=code, points=1 if value.strip() else 0, out_of=1, figures={"value": value})


def _geography(said: Described, schema: Schema) -> Check:
    has_places = any(one.type in GEOGRAPHIC for one in schema.fields)
    known = has_places or bool(said.geography.strip())
    return Check(code="geography", points=0.5 if known else 0, out_of=0.5)


def _freshness(said: Described, profile: Profile, *, published: dt.date, today: dt.date) -> Check:
    """Take half a point off for each update missed after the first: data arrives after its
    period."""
    interval = days_between(said.frequency)
    reached = profile.period.last if profile.period else published
    figures = {"reached": reached.isoformat(), "days": interval}
    if interval == NEVER:
        return Check(code="freshness", points=2, out_of=2, figures=figures)
    missed = max(0, (today - reached).days // (interval or 366) - 1)
    return Check(
        code="freshness",
        points=max(0.0, 2 - missed / 2),
        out_of=2,
        figures={**figures, "missed": missed},
    )


def _duplicates(profile: Profile) -> Check:
    return Check(
        code="duplicates",
        points=0 if profile.repeated else 1,
        out_of=1,
        figures={"repeated": profile.repeated},
    )


def _empty_fields(profile: Profile) -> Check:
    empty = [one.name for one in profile.fields if one.nulls == profile.rows]
    return Check(
        code="empty_fields",
        points=0 if empty or not profile.rows else 0.5,
        out_of=0.5,
        figures={"fields": empty},
    )


def _balance(profile: Profile) -> Check:
    uneven = [asdict(one) for one in profile.balances if not one.is_even]
    return Check(code="balance", points=0 if uneven else 1, out_of=1, figures={"years": uneven})
