"""Makes a round out of cases: in a short order, for one day, on foot or by vehicle."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from http import HTTPStatus

from django.db import transaction
from django.utils.translation import gettext as _

from parvis.account.public import Person, Reach
from parvis.kernel import register
from parvis.kernel.errors import NotFound, Refused
from parvis.streets.actions.clocks import local_day
from parvis.streets.models import Case, Handler, Mode, RouteSheet, RouteStop
from parvis.streets.permissions import reach_of_agent, require_agent
from parvis.streets.queries.life_words import refusal
from parvis.streets.queries.reach import require
from parvis.streets.queries.rounds import arrondissements_of
from parvis.streets.rules import rounds
from parvis.streets.rules.rounds import Point

NAME_MAX_LENGTH = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A round as it is wanted. `start` is where one sets out, in metres of Lambert-93; None to
    begin at an outer stop."""

    name: str
    day: dt.date
    mode: str
    start: Point | None = None
    handler: str = ""


@transaction.atomic
def make_round(
    *, case_ids: Collection[uuid.UUID], plan: Plan, by: Person, now: dt.datetime
) -> uuid.UUID:
    """Make a round of the open ones among these cases, in a short order, and return its id.

    :raises Forbidden: `needs_role`, `outside_territory`
    :raises NotFound: `no_such_handler`
    :raises Refused: `name_missing`, `planned_in_the_past`, `round_empty`, `round_too_long`
    """
    require_agent(by)
    name = " ".join(plan.name.split())
    if not name or len(name) > NAME_MAX_LENGTH:
        raise _unfit("name_missing", _("Name the round, in 1 to 120 characters."))
    if plan.day < local_day(now):
        raise refusal("planned_in_the_past")
    known = _open_cases(case_ids, plan, reach_of_agent(by))
    places = [place for _key, place in known]
    order = rounds.order(places, start=plan.start)
    sheet = RouteSheet.objects.create(
        name=name,
        day=plan.day,
        mode=plan.mode,
        starts_at=plan.start,
        handler=_handler(plan.handler),
        made_by_id=by.id,
        metres=round(rounds.length(places, order, start=plan.start)),
        made_at=now,
    )
    stops = [
        RouteStop(sheet=sheet, case_id=known[one][0], position=rank)
        for rank, one in enumerate(order, start=1)
    ]
    RouteStop.objects.bulk_create(stops)
    _record("streets.round_made", sheet, by, now, stops=len(stops))
    return sheet.pk


@transaction.atomic
def close_round(*, sheet_id: uuid.UUID, by: Person, now: dt.datetime) -> None:
    """Put a round away; closed twice is closed once.

    :raises Forbidden: `needs_role`, `outside_territory`
    :raises NotFound: `no_round`
    """
    require_agent(by)
    sheet = RouteSheet.objects.select_for_update().filter(pk=sheet_id).first()
    if sheet is None:
        raise NotFound("no_round", _("There is no such round."))
    require(reach_of_agent(by), arrondissements_of(sheet))
    if sheet.closed_at is None:
        sheet.closed_at = now
        sheet.save(update_fields=["closed_at"])
        _record("streets.round_closed", sheet, by, now)


def note_seen(
    *, sheet_id: uuid.UUID, case_id: uuid.UUID, outcome: str, seen_at: dt.datetime
) -> bool:
    """Note on a round that one was at a stop, and in which state it left the case; tell whether it
    is a stop of it. The first visit that is told counts."""
    stop = RouteStop.objects.filter(sheet=sheet_id, case=case_id)
    stop.filter(seen_at=None).update(outcome=outcome, seen_at=seen_at)
    return stop.exists()


def _open_cases(
    case_ids: Collection[uuid.UUID], plan: Plan, reach: Reach
) -> list[tuple[uuid.UUID, Point]]:
    """Return the open ones in an order that does not depend on how they were chosen."""
    rows = Case.objects.filter(pk__in=set(case_ids), is_open=True).order_by("pk")
    require(reach, rows.order_by().values_list("arrondissement", flat=True).distinct())
    known = list(rows.values_list("pk", "location"))
    most = rounds.most_stops(on_foot=plan.mode == Mode.FOOT)
    if not known:
        raise _unfit("round_empty", _("Choose one open report at least."))
    if len(known) > most:
        sentence = _("That is more than one round: choose %(n)s reports at most.")
        raise _unfit("round_too_long", sentence % {"n": most})
    return known


def _handler(code: str) -> Handler | None:
    if not code:
        return None
    handler = Handler.objects.filter(code=code).first()
    if handler is None:
        raise NotFound("no_such_handler", _("There is no such handler."))
    return handler


def _unfit(code: str, sentence: str) -> Refused:
    return Refused(code, sentence, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _record(action: str, sheet: RouteSheet, by: Person, now: dt.datetime, **details: int) -> None:
    register.record(
        register.Entry(
            action=action,
            object_ref=f"streets.round:{sheet.pk}",
            actor_ref=f"person:{by.id}",
            recorded_at=now,
            details=details,
        )
    )
