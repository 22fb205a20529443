"""Sends a case to who treats it, and keeps why."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db import transaction
from django.db.models import F

from parvis.account.public import Person
from parvis.kernel import register
from parvis.kernel.facts import announce
from parvis.streets import events
from parvis.streets.actions import clocks
from parvis.streets.actions.moving import locked_case
from parvis.streets.models import Assignment, Case, Handler, RoutingRule
from parvis.streets.permissions import require_administrator
from parvis.streets.queries import routing as queries
from parvis.streets.queries.life_words import refusal
from parvis.streets.rules import routing
from parvis.streets.rules.routing import Asked, Decision, Route


@transaction.atomic
def route_case(case: Case, *, now: dt.datetime, actor_ref: str = "") -> Assignment:
    """Send a case to the handler that the rules name today, and keep why; called by who has it
    locked.

    Where no rule is about it, or the first one is broken, the case waits without a handler: an
    agent sees it on the desk with the reason, and who looks after the rules is told.
    """
    return _send(case, _ruled(queries.asked_of(case, now=now), case, actor_ref, now=now))


def route_new(case: Case, *, inside: frozenset[str], now: dt.datetime) -> Assignment:
    """Decide as `route_case` does for a case that stands in these zones and is about to be written:
    give it its handler and its deadline. The caller writes it, then keeps why (`keep_routed`)."""
    made = _ruled(queries.asked_of(case, now=now, inside=inside), case, "", now=now)
    case.handler = made.handler
    clocks.reckon(case, is_new=True)
    return made


def keep_routed(case: Case, made: Assignment) -> None:
    """Keep why a case that has just been written went where it went, and announce it."""
    made.save(force_insert=True)
    _announce_routed(case, made, before="")


def _ruled(asked: Asked, case: Case, actor_ref: str, *, now: dt.datetime) -> Assignment:
    decision = routing.decide(queries.routes_about(case.subtype_id, case.type_id), asked)
    if decision.rule is not None and decision.code == "rule_broken":
        flag(decision.rule.id, decision.rule.broken_because, now=now)
    return Assignment(
        case_id=case.pk,
        handler=queries.handler(decision.handler),
        rule_id=decision.rule.id if decision.rule else None,
        why=explanation(decision, asked),
        actor_ref=actor_ref,
        assigned_at=now,
    )


@transaction.atomic
def assign_case(
    *, case_id: uuid.UUID, handler: str, actor_ref: str, note: str = "", now: dt.datetime
) -> Assignment:
    """Send an open case to a handler (its code) that an agent names; no rule says so.

    Its state stays: who takes it on moves it.

    :raises NotFound: `no_case`, `no_such_handler`
    :raises Refused: `handler_closed`, `case_closed`, `already_theirs`
    """
    case = locked_case(case_id)
    named = Handler.objects.filter(code=handler).first()
    if named is None:
        raise refusal("no_such_handler")
    if named.closed_at is not None:
        raise refusal("handler_closed")
    if not case.is_open:
        raise refusal("case_closed")
    if case.handler_id == named.pk:
        raise refusal("already_theirs")
    by_hand = Assignment(
        case_id=case.pk,
        handler=named,
        why={"code": routing.BY_HAND, "rules": []},
        note=note.strip()[:500],
        actor_ref=actor_ref,
        assigned_at=now,
    )
    made = _send(case, by_hand)
    register.record(
        register.Entry(
            action="streets.assigned",
            object_ref=f"streets.case:{case.pk}",
            actor_ref=actor_ref,
            recorded_at=now,
            details={"handler": named.code},
        )
    )
    return made


def route_waiting(*, by: Person, now: dt.datetime, most: int = 1_000) -> int:
    """Ask the rules again for the open cases that have no handler, the oldest first, and return how
    many have one now; each by itself.

    :raises Forbidden: `needs_role`
    """
    require_administrator(by)
    actor_ref = f"person:{by.id}"
    waiting = Case.objects.filter(is_open=True, handler=None).order_by("opened_at", "id")
    ids = list(waiting.values_list("pk", flat=True)[:most])
    sent = sum(_route_again(one, actor_ref, now) for one in ids)
    register.record(
        register.Entry(
            action="streets.waiting_routed",
            object_ref="streets.table:current",
            actor_ref=actor_ref,
            recorded_at=now,
            details={"asked": len(ids), "sent": sent},
        )
    )
    return sent


@transaction.atomic
def _route_again(case_id: uuid.UUID, actor_ref: str, now: dt.datetime) -> bool:
    rows = Case.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
    rows = rows.select_related("subtype", "type").filter(is_open=True, handler=None)
    case = rows.filter(pk=case_id).first()
    if case is None:
        return False
    asked = queries.asked_of(case, now=now)
    decision = routing.decide(queries.routes_about(case.subtype_id, case.type_id), asked)
    # What waits on waits for the reason that is kept already.
    return bool(decision.handler) and bool(route_case(case, now=now, actor_ref=actor_ref))


def flag(rule_id: int, why: str, *, now: dt.datetime) -> bool:
    """Note that a rule is broken and announce it, once; tell whether it was news."""
    whole = RoutingRule.objects.filter(pk=rule_id, broken_because="")
    if not whole.update(broken_because=why, broken_at=now):
        return False
    announce(events.RuleBroke(rule_id=rule_id, why=why), now=now)
    return True


def explanation(decision: Decision, asked: Asked) -> dict[str, Any]:
    """Return why a decision was taken, as it is kept: what was asked, and every rule that matched,
    the one that decided first."""
    return {
        "code": decision.code,
        "subtype": asked.subtype,
        "type": asked.type,
        "zones": sorted(asked.zones),
        "quartier": asked.quartier,
        "arrondissement": asked.arrondissement,
        "day": asked.day.isoformat(),
        "rules": [_told(one) for one in decision.matched],
    }


def _told(route: Route) -> dict[str, Any]:
    return {
        "id": route.id,
        "handler": route.handler,
        "subtype": route.subtype,
        "type": route.type,
        "zone": route.zone,
        "quartier": route.quartier,
        "arrondissement": route.arrondissement,
        "rank": route.rank,
        "first": route.first.isoformat() if route.first else None,
        "until": route.until.isoformat() if route.until else None,
        "broken": route.broken_because,
    }


def _send(case: Case, made: Assignment) -> Assignment:
    """Write the handler of a case and the reason, reckon its deadline by the handler's hours, and
    announce it."""
    before = _handler_of(case)
    is_first = not Assignment.objects.filter(case=case.pk).exists()
    made.save(force_insert=True)
    case.handler = made.handler
    case.changed_at = max(made.assigned_at, case.changed_at)
    clocks.reckon(case)
    Case.objects.filter(pk=case.pk).update(
        handler=made.handler,
        changed_at=case.changed_at,
        due_at=case.due_at,
        times_late=case.times_late,
        revision=F("revision") if is_first else F("revision") + 1,
    )
    case.revision += 0 if is_first else 1
    _announce_routed(case, made, before=before)
    return made


def _announce_routed(case: Case, made: Assignment, *, before: str) -> None:
    announce(
        events.CaseRouted(
            case_id=case.pk,
            code=case.code,
            handler=made.handler.code if made.handler else "",
            before=before,
            rule_id=made.rule_id,
        ),
        now=made.assigned_at,
    )


def _handler_of(case: Case) -> str:
    known = Case.objects.filter(pk=case.pk)
    return known.values_list("handler__code", flat=True).first() or ""
