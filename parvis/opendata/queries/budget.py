"""« Les clés du budget »: the voted budget of a year, from where it comes to where it goes.

The rows are those of a voted budget by chapter and account (M57), as published; nothing is added to
make it balance. What no row tells of is drawn as a gap and said so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from parvis.opendata.models import Dataset
from parvis.opendata.queries import versions
from parvis.opendata.queries.engine import VersionFile, engine
from parvis.opendata.rules.odsql import tree
from parvis.opendata.rules.sieve import IS

NEEDED = frozenset(
    {"annee", "section", "sens_flux", "chapitre_code", "chapitre_libelle", "nature_code", "montant"}
)
"""Fields a dataset must have to be read as a voted budget here."""
SPENT, RECEIVED = "Dépense", "Recette"
RUNNING, BUILDING = "Fonctionnement", "Investissement"
INTERNAL = frozenset({"925", "926", "946"})
"""Chapters of entries that pay nobody: transfers between and within the sections (instruction
budgétaire M57, chapitres 925 « opérations patrimoniales », 926 et 946 « transferts entre les
sections »)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """Where money comes from or goes to, in a resident's words."""

    key: str
    label: Any


# Functional chapters of M57: the last digit of 90x (investment) and 93x (running costs) is the
# function; 92x and 94x hold what has no function.
_FUNCTIONS = {
    "0": Kind(key="services", label=_("General services of the City")),
    "1": Kind(key="safety", label=_("Safety")),
    "2": Kind(key="schools", label=_("Schools and training")),
    "3": Kind(key="culture", label=_("Culture, youth and sport")),
    "4": Kind(key="social", label=_("Health and social care")),
    "5": Kind(key="housing", label=_("Housing and planning")),
    "6": Kind(key="economy", label=_("Economy and jobs")),
    "7": Kind(key="environment", label=_("Environment, water, waste")),
    "8": Kind(key="transport", label=_("Transport and streets")),
}
_WITHOUT_FUNCTION = {
    "921": Kind(key="shared", label=_("Share of taxes passed on to others")),
    "940": Kind(key="shared", label=_("Share of taxes passed on to others")),
    "941": Kind(key="shared", label=_("Share of taxes passed on to others")),
    "923": Kind(key="debt", label=_("Debt and financial operations")),
    "943": Kind(key="debt", label=_("Debt and financial operations")),
}
INSIDE = Kind(key="internal", label=_("Internal entries (they pay nobody)"))
_OTHER_SPENDING = Kind(key="other", label=_("Other spending"))
# Accounts of M57 by their first digits, the longest first.
_ACCOUNTS = {
    "731": Kind(key="local", label=_("Local taxes")),
    "732": Kind(key="passed", label=_("Taxes passed on by the Metropolis and the Region")),
    "735": Kind(key="vat", label=_("Share of national taxes (VAT)")),
    "73": Kind(key="taxes", label=_("Other taxes")),
    "74": Kind(key="grants", label=_("Grants from the State and others")),
    "10": Kind(key="grants", label=_("Grants from the State and others")),
    "13": Kind(key="grants", label=_("Grants from the State and others")),
    "70": Kind(key="fees", label=_("Services people pay for, fees")),
    "75": Kind(key="rents", label=_("Rents and other income")),
    "16": Kind(key="loans", label=_("Loans")),
}
_OTHER_REVENUE = Kind(key="other", label=_("Other revenue"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """An amount of the budget in euros: its rows are those of these chapters and accounts; without
    accounts, all of the chapters'."""

    kind: Kind
    section: str
    amount: float
    chapters: tuple[str, ...]
    accounts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """A chapter as it is printed, in one section."""

    code: str
    label: str
    section: str
    amount: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """The voted budget of one year. `spending` and `revenue` are sums by kind and section."""

    dataset_id: str
    version: VersionFile
    year: int
    years: tuple[int, ...]
    spending: tuple[Sum, ...]
    revenue: tuple[Sum, ...]
    chapters: tuple[Chapter, ...]
    totals: Mapping[int, tuple[float, float]]

    @property
    def spent(self) -> float:
        """Return all that is spent, internal entries included."""
        return sum(one.amount for one in self.spending)

    @property
    def received(self) -> float:
        """Return all that comes in, internal entries included."""
        return sum(one.amount for one in self.revenue)

    @property
    def inside(self) -> float:
        """Return the spending that pays nobody."""
        return sum(one.amount for one in self.spending if one.kind is INSIDE)

    def rows(self, side: str, sums: Sequence[Sum] = ()) -> str:
        """Return where the rows of one side are, or of these sums of one kind."""
        kept: dict[str, Sequence[str]] = {"annee": [str(self.year)], "sens_flux": [side]}
        if sums:
            kept["section"] = sorted({one.section for one in sums})
            kept["chapitre_code"] = sorted({code for one in sums for code in one.chapters})
            kept["nature_code"] = sorted({code for one in sums for code in one.accounts})
        return address(self.dataset_id, kept)

    def chapter_rows(self, chapter: Chapter) -> str:
        """Return where the rows of a chapter are."""
        kept = {
            "annee": [str(self.year)],
            "sens_flux": [SPENT],
            "section": [chapter.section],
            "chapitre_code": [chapter.code],
        }
        return address(self.dataset_id, kept)


def address(dataset_id: str, kept: Mapping[str, Sequence[str]]) -> str:
    """Return the address of the rows of a dataset whose fields have one of these values."""
    pairs = [(f"{IS}.{name}", value) for name, values in kept.items() for value in values]
    return f"{reverse('opendata:table', args=[dataset_id])}?{urlencode(pairs)}"


def holder(needed: Iterable[str]) -> str | None:
    """Return the first dataset that is held and has these fields, in the order of the catalogue."""
    held = Dataset.objects.filter(archived_at=None).exclude(current=None)
    rows = held.order_by("order", "dataset_id").values_list("dataset_id", "current__fields")
    wanted = set(needed)
    return next((name for name, fields in rows if wanted <= {one["name"] for one in fields}), None)


def said_of(dataset_ids: Sequence[str]) -> list[tuple[str, tuple[str, ...]]]:
    """Return the title of each dataset, and what must be known before its figures are quoted."""
    rows = Dataset.objects.filter(dataset_id__in=dataset_ids)
    known = {row.dataset_id: row for row in rows}
    return [
        (
            known[name].title,
            tuple(str(one["message"]) for one in known[name].warnings if one.get("message")),
        )
        for name in dataset_ids
    ]


def budget(year: int | None, *, usual: int) -> Budget | None:
    """Return the budget of a year, or of the usual one where it is voted, or the last; None if no
    voted budget is held."""
    dataset_id = holder(NEEDED)
    if dataset_id is None:
        return None
    version = versions.current(dataset_id)
    totals = _totals(version)
    if not totals:
        return None
    years = tuple(sorted(totals))
    shown = next((one for one in (year, usual) if one in totals), years[-1])
    lines = _lines(version, shown)
    return Budget(
        dataset_id=dataset_id,
        version=version,
        year=shown,
        years=years,
        spending=_sums(line for line in lines if line["sens_flux"] == SPENT),
        revenue=_sums(line for line in lines if line["sens_flux"] == RECEIVED),
        chapters=_chapters(lines),
        totals=totals,
    )


# --- rows -----------------------------------------------------------------------------------------


def _name(name: str) -> tree.Name:
    return tree.Name(name=name)


def _grouped(version: VersionFile, query: tree.Query) -> list[dict[str, Any]]:
    return engine().rows(version, query).rows


def _amount() -> tree.Selected:
    total = tree.Aggregate(function="sum", value=_name("montant"))
    return tree.Selected(value=total, label="total")


def _totals(version: VersionFile) -> dict[int, tuple[float, float]]:
    """Return what is spent and received each year."""
    year = tree.Call(function="year", arguments=(_name("annee"),))
    keys = (
        tree.Grouped(value=year, label="y"),
        tree.Grouped(value=_name("sens_flux"), label="side"),
    )
    found: dict[int, tuple[float, float]] = {}
    for row in _grouped(version, tree.Query(select=(_amount(),), group_by=keys, limit=400)):
        if row["y"] is None:
            continue
        spent, received = found.get(int(row["y"]), (0.0, 0.0))
        amount = float(row["total"] or 0)
        if row["side"] == SPENT:
            spent += amount
        elif row["side"] == RECEIVED:
            received += amount
        found[int(row["y"])] = (spent, received)
    return found


def _lines(version: VersionFile, year: int) -> list[dict[str, Any]]:
    names = ("sens_flux", "section", "chapitre_code", "chapitre_libelle", "nature_code")
    told = tree.Call(function="year", arguments=(_name("annee"),))
    query = tree.Query(
        select=(_amount(),),
        where=tree.Comparison(operator="=", left=told, right=tree.Literal(value=year)),
        group_by=tuple(tree.Grouped(value=_name(one), label=one) for one in names),
        limit=20_000,
    )
    return [row for row in _grouped(version, query) if row["total"]]


def spending_kind(chapter: str) -> Kind:
    """Return what a chapter of spending is for: « 934-4 » is social care."""
    head = chapter[:3]
    if head in INTERNAL:
        return INSIDE
    if head in _WITHOUT_FUNCTION:
        return _WITHOUT_FUNCTION[head]
    if head[:2] in {"90", "93"} and head[2:] in _FUNCTIONS:
        return _FUNCTIONS[head[2:]]
    return _OTHER_SPENDING


def revenue_kind(chapter: str, account: str) -> Kind:
    """Return what an account of revenue is, unless its chapter pays nobody."""
    if chapter[:3] in INTERNAL:
        return INSIDE
    found = (_ACCOUNTS.get(account[:length]) for length in (3, 2))
    return next((one for one in found if one is not None), _OTHER_REVENUE)


def _sums(lines: Iterable[Mapping[str, Any]]) -> tuple[Sum, ...]:
    """Return the amounts by kind and section, the largest first."""
    kinds: dict[str, Kind] = {}
    amounts: dict[tuple[str, str], float] = {}
    chapters: dict[tuple[str, str], set[str]] = {}
    accounts: dict[tuple[str, str], set[str]] = {}
    for line in lines:
        chapter, account = str(line["chapitre_code"] or ""), str(line["nature_code"] or "")
        is_spent = line["sens_flux"] == SPENT
        kind = spending_kind(chapter) if is_spent else revenue_kind(chapter, account)
        kinds[kind.key] = kind
        place = (kind.key, str(line["section"]))
        amounts[place] = amounts.get(place, 0.0) + float(line["total"])
        chapters.setdefault(place, set()).add(chapter)
        told = accounts.setdefault(place, set())
        if not is_spent and kind is not INSIDE:
            told.add(account)
    return tuple(
        Sum(
            kind=kinds[place[0]],
            section=place[1],
            amount=amount,
            chapters=tuple(sorted(chapters[place])),
            accounts=tuple(sorted(accounts[place])),
        )
        for place, amount in sorted(amounts.items(), key=lambda pair: -pair[1])
    )


def _chapters(lines: Iterable[Mapping[str, Any]]) -> tuple[Chapter, ...]:
    """Return the chapters of spending, the largest first, without the internal entries."""
    amounts: dict[tuple[str, str, str], float] = {}
    for line in lines:
        code = str(line["chapitre_code"] or "")
        if line["sens_flux"] != SPENT or code[:3] in INTERNAL:
            continue
        place = (code, str(line["chapitre_libelle"] or code), str(line["section"]))
        amounts[place] = amounts.get(place, 0.0) + float(line["total"])
    return tuple(
        Chapter(code=code, label=label, section=section, amount=amount)
        for (code, label, section), amount in sorted(amounts.items(), key=lambda pair: -pair[1])
    )
