"""Replays a file of the City's export through the territory, the routing and the proposal of near
cases; nothing of it stays."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max

from parvis.kernel.ids import new_public_id
from parvis.streets.models import Case, Category, State, Subtype
from parvis.streets.queries import near, replaying
from parvis.streets.queries.near import Wanted
from parvis.streets.queries.replaying import Placed
from parvis.streets.rules import exports, pairs
from parvis.streets.rules.exports import Reported
from parvis.streets.rules.near import PROPOSED
from parvis.streets.rules.pairs import Seen

RADIUS_M, DAYS = 50, 30
_NOON = dt.time(12, tzinfo=dt.UTC)
"""The export tells days, no hours: reports of one day are of one moment."""
_AT_ONCE = 1_000
_TOLD = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How near and how recent an earlier report must be."""

    radius_m: int = RADIUS_M
    days: int = DAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pair:
    earlier: int
    later: int
    is_proposed: bool
    is_among_first: bool


def replay(
    *, text: str, rules: str = replaying.LEARNED, reach: Reach | None = None
) -> dict[str, Any]:
    """Return how much agrees: the arrondissement by the point with the published one, the handler
    by the rules ("learned": the table that the city ships; "current": the rules as they stand) with
    the published one, and the near cases we would have proposed with every earlier report of the
    same subtype.

    :raises UnreadableError: if the file is not in the format of the City's export
    """
    read = list(exports.rows_of(text))
    rows = [one for one in read if isinstance(one, Reported)]
    found = replaying.placed(rows)
    told = replaying.compare(found, replaying.rules_named(rules))
    near_by, unknown = _near(found, reach or Reach())
    return {
        "rules": rules,
        "rows": len(read),
        "read": len(rows),
        "unread": _counted([one for one in read if isinstance(one, str)]),
        "outside_the_city": told.outside,
        "unknown_types": unknown,
        "territory_agree": told.territory.told(),
        "handler_agree": {"all": told.handler.told(), "held_out": told.held_out.told()},
        "unknown_handlers": dict(told.unknown_handlers.most_common()),
        **_shares(near_by),
        "misses": {
            "territory": told.territory_misses[:_TOLD],
            "handler": told.handler_misses[:_TOLD],
            "near": [
                {"earlier": one.earlier, "later": one.later}
                for one in near_by
                if not one.is_proposed
            ][:_TOLD],
        },
    }


def _shares(near_by: Sequence[_Pair]) -> dict[str, Any]:
    proposed = sum(one.is_proposed for one in near_by)
    first = sum(one.is_among_first for one in near_by)
    return {
        "near_pairs": len(near_by),
        "near_proposed": proposed,
        "near_share": round(proposed / len(near_by), 6) if near_by else None,
        "near_proposed_among_first": {"limit": PROPOSED, "proposed": first},
        "near_reports": len({one.later for one in near_by}),
    }


def _counted(reasons: Sequence[str]) -> dict[str, int]:
    return {reason: reasons.count(reason) for reason in sorted(set(reasons))}


def _near(found: Sequence[Placed], reach: Reach) -> tuple[list[_Pair], int]:
    """Return every pair of a report and an earlier one near it, by their lines in the file, and how
    many rows are of no known type and could not be asked for."""
    asked = [one for one in found if one.codes is not None and one.place is not None]
    # Of one day, the order of the file.
    asked.sort(key=lambda one: (one.row.day, one.row.place))
    seen = [Seen(kind=_kind(one), at=one.at, day=one.row.day) for one in asked]
    wanted = pairs.earlier(seen, radius_m=reach.radius_m, days=reach.days)
    unknown = sum(one.codes is None for one in found)
    return _proposed(asked, wanted, reach), unknown


def _kind(one: Placed) -> tuple[str, str]:
    return exports.plain(one.row.type), exports.plain(one.row.subtype)


def _proposed(asked: Sequence[Placed], wanted: dict[int, list[int]], reach: Reach) -> list[_Pair]:
    """Insert the rows as cases, ask the question of the report's page for each that has an earlier
    one near, and take everything back."""
    with transaction.atomic():
        cases = _insert(asked, reach)
        answers = _answers(cases, sorted(wanted), reach)
        transaction.set_rollback(True)
    places = {case.pk: place for place, case in enumerate(cases)}
    found = []
    for later, earlier in sorted(wanted.items()):
        # What came later the same day was not there yet, and a report is not near itself.
        there = [places[one] for one in answers[later] if places.get(one, later) < later]
        first = set(there[:PROPOSED])
        found += [
            _Pair(
                earlier=asked[one].row.place,
                later=asked[later].row.place,
                is_proposed=one in there,
                is_among_first=one in first,
            )
            for one in earlier
        ]
    return found


def _answers(cases: Sequence[Case], places: Sequence[int], reach: Reach) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for begin in range(0, len(places), _AT_ONCE):
        part = places[begin : begin + _AT_ONCE]
        questions = [_question(cases[place], reach) for place in part]
        for place, answer in zip(part, near.candidates(questions, limit=None), strict=True):
            found[place] = [one.case_id for one in answer]
    return found


def _question(case: Case, reach: Reach) -> Wanted:
    return Wanted(
        at=case.location,
        family=case.family,
        radius_m=reach.radius_m,
        days=reach.days,
        now=case.opened_at,
    )


def _insert(asked: Sequence[Placed], reach: Reach) -> list[Case]:
    kinds = _kinds(asked)
    initial = State.objects.filter(is_initial=True).order_by("order")[0]
    cases = [
        _case(place, one, kinds[_kind(one)], initial.pk, reach) for place, one in enumerate(asked)
    ]
    return Case.objects.bulk_create(cases, batch_size=_AT_ONCE)


def _case(place: int, one: Placed, kind: Subtype, state: str, reach: Reach) -> Case:
    opened_at = dt.datetime.combine(one.row.day, _NOON)
    return Case(
        id=new_public_id(),
        code=f"replay-{place}",
        subtype=kind,
        type_id=kind.type_id,
        family=kind.family,
        radius_m=reach.radius_m,
        location=one.at,
        arrondissement=one.place.arrondissement if one.place else 0,
        quartier=one.place.quartier if one.place else 0,
        state_id=state,
        opened_at=opened_at,
        changed_at=opened_at,
    )


def _kinds(asked: Sequence[Placed]) -> dict[tuple[str, str], Subtype]:
    """Return the subtype of each kind in the file; one that the catalogue does not know is made,
    and gone with the rest."""
    known = {one.code: one for one in Subtype.objects.all()}
    tops = dict(Category.objects.filter(parent=None).values_list("code", "id"))
    family = Subtype.objects.aggregate(last=Max("family"))["last"] or 0
    found: dict[tuple[str, str], Subtype] = {}
    for one in asked:
        top, code = one.codes or ("", "")
        if _kind(one) not in found:
            if not code:
                family += 1
            found[_kind(one)] = known[code] if code else _new(one, tops[top], family)
    return found


def _new(one: Placed, top: int, family: int) -> Subtype:
    return Subtype.objects.create(
        code=f"replay-{family}",
        category_id=top,
        type_id=top,
        published_as=one.row.subtype[:250],
        label_fr=one.row.subtype[:200],
        family=family,
        radius_m=RADIUS_M,
        days=DAYS,
    )
