"""Administrators write the rules of routing: one by one, or as a whole table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from parvis.account.public import Person
from parvis.kernel import clock, register
from parvis.kernel.errors import NotFound, Refused
from parvis.streets.actions.routing import flag
from parvis.streets.models import Assignment, Category, Handler, RoutingRule, Subtype
from parvis.streets.permissions import require_administrator
from parvis.streets.queries import routing as queries, tables as table_queries
from parvis.streets.rules import tables
from parvis.streets.rules.routing import Route
from parvis.territory.public import close_zone, draw_zone, redraw_zone, zones

_OVERLAPS = "one_rule_per_subject_ground_rank_and_day"
_UNPROCESSABLE = 422


@transaction.atomic
def add_rule(*, route: Route, why: str, by: Person, now: dt.datetime) -> int:
    """Keep a rule, which routes from its first day on, and return its number.

    :raises Forbidden: `needs_role`
    :raises Refused: `rule_without_reason`, `rule_two_matters`, `rule_two_grounds`, `rule_no_days`,
        `no_such_handler`, `handler_closed`, `no_such_subtype`, `no_such_zone`, `zone_closed`,
        `rule_overlaps`
    """
    require_administrator(by)
    row = RoutingRule(written_at=now, written_by_id=by.id)
    _write(row, route, why)
    _record("streets.rule_added", row, route, by, now)
    check_rules(now=now)
    return row.pk


@transaction.atomic
def change_rule(*, rule_id: int, route: Route, why: str, by: Person, now: dt.datetime) -> None:
    """Write a rule anew; what was decided by it keeps the explanation of its time. A learned rule
    is an administrator's from then on.

    :raises NotFound: `no_such_rule`
    :raises Forbidden, Refused: as `add_rule` does
    """
    require_administrator(by)
    row = _locked(rule_id)
    row.is_learned, row.seen, row.agreed = False, 0, 0
    row.written_at, row.written_by_id = now, by.id
    _write(row, route, why)
    _record("streets.rule_changed", row, route, by, now)
    check_rules(now=now)


@transaction.atomic
def end_rule(*, rule_id: int, by: Person, now: dt.datetime) -> None:
    """Let a rule hold no more from today on; one that begins today holds until tonight, one that
    has not begun is gone.

    :raises NotFound: `no_such_rule`
    :raises Forbidden: `needs_role`
    :raises Refused: `rule_ended`, if it has ended already
    """
    require_administrator(by)
    row = _locked(rule_id)
    day = clock.city_day(now)
    if row.valid.upper is not None and row.valid.upper <= day:
        raise Refused("rule_ended", _("This rule has ended already."))
    route = next(one.route for one in queries.standings() if one.row.pk == rule_id)
    _record("streets.rule_ended", row, route, by, now)
    _end(row, day)
    check_rules(now=now)


@transaction.atomic
def import_table(*, text: str, by: Person, now: dt.datetime) -> tables.Plan:
    """Take a table over in the place of the learned rules, and return what it changed; the rules
    that administrators wrote themselves stay.

    :raises Forbidden: `needs_role`
    :raises Refused: `table_wrong`, with its first faults
    """
    require_administrator(by)
    day = clock.city_day(now)
    change = table_queries.planned(text, day=day)
    held = {one.row.pk: one.route for one in queries.standings()}
    free_from = {
        tables.key(held[row.pk]): _end(row, day)
        for row in RoutingRule.objects.select_for_update().filter(pk__in=change.end)
    }
    for number, line in change.same:
        RoutingRule.objects.filter(pk=number).update(seen=line.seen, agreed=line.agreed)
    for line in change.add:
        _take_over(line, free_from.get(tables.key(line.route)), by, now)
    register.record(
        register.Entry(
            action="streets.table_imported",
            object_ref="streets.table:learned",
            actor_ref=f"person:{by.id}",
            recorded_at=now,
            details={"added": len(change.add), "ended": len(change.end), "same": len(change.same)},
        )
    )
    check_rules(now=now)
    return change


@transaction.atomic
def draw_ground(*, name: str, geojson: str, source: str, by: Person, now: dt.datetime) -> str:
    """Keep a new zone, on which rules may stand at once, and return its code.

    :raises Forbidden: `needs_role`
    :raises Refused: as `territory.public.draw_zone` does
    """
    require_administrator(by)
    return draw_zone(name=name, geojson=geojson, source=source, by_ref=f"person:{by.id}", now=now)


@transaction.atomic
def redraw_ground(*, code: str, geojson: str, source: str, by: Person, now: dt.datetime) -> None:
    """Give a zone another outline, which routes the next report; its rules stay on it, those that
    broke for want of an outline are whole again, and what was routed keeps its explanation.

    :raises Forbidden: `needs_role`
    :raises Refused: as `territory.public.redraw_zone` does
    """
    require_administrator(by)
    redraw_zone(code=code, geojson=geojson, source=source, by_ref=f"person:{by.id}", now=now)
    check_rules(now=now)


@transaction.atomic
def close_ground(*, code: str, by: Person, now: dt.datetime) -> None:
    """Close a zone of the City, and note the rules that are broken by it.

    :raises Forbidden: `needs_role`
    :raises Refused: as `territory.public.close_zone` does
    """
    require_administrator(by)
    close_zone(code=code, by_ref=f"person:{by.id}", now=now)
    check_rules(now=now)


@transaction.atomic
def check_rules(*, now: dt.datetime) -> int:
    """Look at every rule that holds today or later: announce each that has broken, take the flag
    from each that is whole again, and return how many are broken."""
    day = clock.city_day(now)
    found = queries.standings()
    lost = queries.gaps(found)
    broken = 0
    for one in found:
        why = queries.why_broken(one, lost.get(one.row.pk), day)
        if why:
            broken += 1
            flag(one.row.pk, why, now=now)
        elif one.row.broken_because:
            RoutingRule.objects.filter(pk=one.row.pk).update(broken_because="", broken_at=None)
    return broken


def _take_over(line: tables.Line, free: dt.date | None, by: Person, now: dt.datetime) -> None:
    """Keep a line of a table as a learned rule, from the day on which its place is free."""
    route = line.route
    if free is not None and (route.first is None or route.first < free):
        route = replace(route, first=free)
    row = RoutingRule(
        is_learned=True, seen=line.seen, agreed=line.agreed, written_at=now, written_by_id=by.id
    )
    _write(row, route, line.why or f"{line.agreed} / {line.seen}")


def _locked(rule_id: int) -> RoutingRule:
    row = RoutingRule.objects.select_for_update().filter(pk=rule_id).first()
    if row is None:
        raise NotFound("no_such_rule", _("There is no such rule."))
    return row


def _write(row: RoutingRule, route: Route, why: str) -> None:
    """Fill a row and save it, or refuse."""
    _refuse_if(tables.fault_of(route))
    if not why.strip():
        raise _refused("rule_without_reason", _("Say why this rule is: people will read it."))
    row.handler = _handler(route.handler)
    row.subtype = _found(Subtype, route.subtype)
    row.type = _found(Category, route.type)
    row.zone_id = _zone(route.zone)
    row.quartier, row.arrondissement = route.quartier, route.arrondissement
    row.valid = DateRange(route.first, route.until)
    row.rank, row.why = route.rank, why.strip()[:300]
    row.broken_because, row.broken_at = "", None
    with _one_at_a_time():
        row.save()


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
    except IntegrityError as clash:
        if _OVERLAPS not in str(clash):
            raise
        sentence = _("Another rule says something of the same matter, ground, rank and days.")
        raise Refused("rule_overlaps", sentence) from clash


def _refuse_if(fault: str) -> None:
    said = {
        "two_matters": _("A rule is about a kind or about a whole type, not both."),
        "two_grounds": _("A rule is on one ground: a zone, a quartier or an arrondissement."),
        "no_days": _("The last day comes before the first."),
    }
    if fault:
        code = f"rule_{fault}"
        raise _refused(code, said[fault])


def _refused(code: str, sentence: str) -> Refused:
    return Refused(code, sentence, status=_UNPROCESSABLE)


def _handler(code: str) -> Handler:
    # Who ends a handler waits until the rule that names it stands, and sees it.
    rows = Handler.objects.select_for_update(no_key=True)
    found = rows.filter(code=code).first()
    if found is None:
        raise _refused("no_such_handler", _("There is no such handler."))
    if found.closed_at is not None:
        raise _refused("handler_closed", _("This handler takes no cases any more."))
    return found


def _found(model: Any, code: str | None) -> Any:
    if code is None:
        return None
    found = model.objects.filter(code=code).first()
    if found is None:
        raise _refused("no_such_subtype", _("There is no such kind of report."))
    return found


def _zone(code: str | None) -> int | None:
    if code is None:
        return None
    found = next((zone for zone in zones() if zone.code == code), None)
    if found is None:
        raise _refused("no_such_zone", _("There is no such zone."))
    if found.closed_at is not None:
        raise _refused("zone_closed", _("This zone is closed."))
    return found.id


def _end(row: RoutingRule, day: dt.date) -> dt.date | None:
    """Let a rule end, and return the first day without it; None if it never held."""
    begun = row.valid.lower
    is_used = Assignment.objects.filter(rule=row.pk).exists()
    if begun is not None and begun >= day and not is_used:
        row.delete()
        return None
    last = day if begun is None or begun < day else begun + dt.timedelta(days=1)
    row.valid = DateRange(begun, last)
    row.save(update_fields=["valid"])
    return last


def _record(action: str, row: RoutingRule, route: Route, by: Person, now: dt.datetime) -> None:
    register.record(
        register.Entry(
            action=action,
            object_ref=f"streets.rule:{row.pk}",
            actor_ref=f"person:{by.id}",
            recorded_at=now,
            details={
                "about": route.subtype or route.type or "",
                "ground": str(route.zone or route.quartier or route.arrondissement or ""),
                "handler": route.handler,
                "rank": route.rank,
            },
        )
    )
