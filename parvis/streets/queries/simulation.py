"""What a change of the rules, or of the ground they stand on, would do to reports of the past:
which would go to somebody else."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow.parquet as pq
from django.conf import settings

from parvis.streets.models import Case, Category, Handler, Subtype
from parvis.streets.rules import exports
from parvis.streets.rules.near import Point
from parvis.streets.rules.routing import Asked, Route, Table
from parvis.territory.public import in_metres, places_at, zones_at

CASES, EXPORT = "cases", "export"
MOST = 10_000
_SHOWN = 10
_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """A report of the past: what it was called, what it was about, where it was in metres."""

    ref: str
    subtype: str
    type: str
    at: Point
    quartier: int
    arrondissement: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Reports that would go from one handler to another; "" is nobody: routed by hand."""

    before: str
    after: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """What would change of so many reports, the largest moves first; some of them by name."""

    total: int
    changed: int
    changes: tuple[Change, ...]
    examples: tuple[str, ...]

    @property
    def by_hand(self) -> int:
        """Return how many would wait for an agent that did not."""
        return sum(one.count for one in self.changes if not one.after)


def simulate(
    *, before: Sequence[Route], after: Sequence[Route], past: Sequence[Past], day: dt.date
) -> Simulation:
    """Return what would change if reports of the past came on a day under other rules."""
    asked = asked_of(past, day)
    return compared(past, was=decided(before, asked), would=decided(after, asked))


def decided(routes: Sequence[Route], asked: Sequence[Asked]) -> list[str]:
    """Return the handler to whom rules send each of these; "" is nobody."""
    table = Table(routes)
    return [table.decide(question).handler for question in asked]


def compared(past: Sequence[Past], *, was: Sequence[str], would: Sequence[str]) -> Simulation:
    """Return which reports of the past would change handler, from those they had to those they
    would have."""
    moved: Counter[tuple[str, str]] = Counter()
    examples: list[str] = []
    for one, before, after in zip(past, was, would, strict=True):
        if before != after:
            moved[before, after] += 1
            if len(examples) < _SHOWN:
                examples.append(one.ref)
    ordered = sorted(moved.items(), key=lambda item: (-item[1], item[0]))
    return Simulation(
        total=len(past),
        changed=moved.total(),
        changes=tuple(Change(before=b, after=a, count=count) for (b, a), count in ordered),
        examples=tuple(examples),
    )


def asked_of(past: Sequence[Past], day: dt.date) -> list[Asked]:
    """Return what is to be routed of reports of the past, had they come on a day, each with the
    zones it stands in now."""
    inside: list[frozenset[str]] = []
    for begin in range(0, len(past), _AT_ONCE):
        points = [one.at for one in past[begin : begin + _AT_ONCE]]
        inside += zones_at(points, with_closed=True)
    return [
        Asked(
            subtype=one.subtype,
            type=one.type,
            zones=zones,
            quartier=one.quartier,
            arrondissement=one.arrondissement,
            day=day,
        )
        for one, zones in zip(past, inside, strict=True)
    ]


def past(source: str, *, most: int = MOST) -> list[Past]:
    """Return the reports of the past: the latest cases of this city ("cases"), or the City's
    published export ("export"); nothing where there is none."""
    return last_cases(most) if source == CASES else exported(most)


def last_cases(most: int) -> list[Past]:
    """Return the latest cases."""
    rows = Case.objects.order_by("-opened_at", "-id").values_list(
        "code", "subtype__code", "type__code", "location", "quartier", "arrondissement"
    )
    return [
        Past(ref=code, subtype=kind, type=top, at=at, quartier=quartier, arrondissement=number)
        for code, kind, top, at, quartier, number in rows[:most]
    ]


def exported(most: int) -> list[Past]:
    """Return the rows of the City's export that the catalogue knows and that are in the city."""
    path = settings.PARVIS_CITY_DIR / "opendata" / "dans-ma-rue.parquet"
    if not path.exists():
        return []
    names = ["id_dmr", "type", "soustype", "geo_point_2d.lon", "geo_point_2d.lat"]
    columns = pq.read_table(path, columns=names).slice(0, most).to_pydict()
    points = in_metres(list(zip(columns[names[3]], columns[names[4]], strict=True)))
    known = Kinds()
    found = []
    rows = zip(columns["id_dmr"], columns["type"], columns["soustype"], points, strict=True)
    for (ref, top, kind, at), place in zip(rows, places_at(points), strict=True):
        codes = known.codes(top, kind)
        if place is not None and codes is not None:
            found.append(
                Past(
                    ref=ref,
                    subtype=codes[1],
                    type=codes[0],
                    at=at,
                    quartier=place.quartier,
                    arrondissement=place.arrondissement,
                )
            )
    return found


class Kinds:
    """The catalogue by the names of the City's export."""

    def __init__(self) -> None:
        tops = Category.objects.filter(parent=None)
        self.types = {exports.plain(one.label_fr): one for one in tops}
        rows = Subtype.objects.select_related("type").order_by("-weight")
        self.subtypes: dict[tuple[str, str], Subtype] = {}
        for one in rows:
            self.subtypes.setdefault((one.type.code, exports.plain(one.published_as)), one)

    def codes(self, top: str, kind: str) -> tuple[str, str] | None:
        """Return the codes of a type and a subtype by their published names: "" for a subtype that
        the catalogue does not know, None for an unknown type."""
        known = self.types.get(exports.plain(top))
        if known is None:
            return None
        found = self.subtypes.get((known.code, exports.plain(kind)))
        return known.code, found.code if found else ""


def handlers_published() -> dict[str, str]:
    """Return the code of each handler by its name in the City's export."""
    rows = Handler.objects.values_list("published_as", "code")
    return {exports.plain(name): code for name, code in rows}
