"""The life cycle, the hours and the closed days as agents read them on the desk."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.dates import WEEKDAYS
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from parvis.account.public import Reach
from parvis.streets.models import (
    Case,
    ClockMode,
    ClosedDay,
    ClosingReason,
    Handler,
    ServiceHours,
    State,
    Transition,
)
from parvis.streets.queries import life
from parvis.streets.queries.life_words import (
    in_language,
    reason_label,
    reason_text,
    refusal,
    state_label,
    state_means,
    step_label,
)
from parvis.streets.queries.reach import require
from parvis.streets.rules import life as rules
from parvis.streets.rules.clock import Hours
from parvis.territory.public import Holiday, holidays_between


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A step that leads on from a state, and who may take it, in words."""

    label: str
    to: str
    who: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StateLine:
    """A state, what it means, what the clock does in it, and where one goes from there."""

    label: str
    means: str
    tone: str
    is_open: bool
    clock: str
    ways: tuple[Way, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonLine:
    """A reason to close, as people read it."""

    label: str
    text: str
    state: str
    wants_proof: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursLine:
    """When somebody works; `handler` is its code, "" for the City."""

    handler: str
    name: str
    days: tuple[tuple[str, str], ...]


def states() -> list[StateLine]:
    """Return the states in the order of the table, each with its ways on."""
    named = {one.pk: one for one in State.objects.order_by("order")}
    ways: dict[str, list[Way]] = {code: [] for code in named}
    for step in Transition.objects.order_by("after__order", "id"):
        to = state_label(named[step.after_id])
        ways[step.before_id].append(Way(label=step_label(step), to=to, who=_who(step.who)))
    return [
        StateLine(
            label=state_label(one),
            means=state_means(one),
            tone=one.tone,
            is_open=one.is_open,
            clock=str(ClockMode(one.clock).label),
            ways=tuple(ways[one.pk]),
        )
        for one in named.values()
    ]


def faults() -> list[str]:
    """Return what is wrong with the table of the city, in words."""
    said = {
        "no_initial_state": _("No report can begin: no state is an initial one."),
        "nothing_leads_to": _("Nothing leads to this state:"),
        "cannot_be_left": _("A report that comes here stays open for ever:"),
        "cannot_be_contradicted": _("Who reported cannot say that this is not settled:"),
        "unknown_deed": _("The register has no words for this step:"),
    }
    split = (one.partition(":") for one in rules.faults(life.cycle()))
    return [f"{said[code]} {what}".strip() for code, _colon, what in split]


def reasons() -> list[ReasonLine]:
    """Return the reasons to close that may be given."""
    rows = ClosingReason.objects.filter(retired_at=None).select_related("state")
    return [
        ReasonLine(
            label=reason_label(one),
            text=reason_text(one),
            state=state_label(one.state),
            wants_proof=one.wants_proof,
        )
        for one in rows.order_by("state__order", "order")
    ]


def hours() -> list[HoursLine]:
    """Return when the City works, then each handler that has hours of its own."""
    by_handler: dict[str, list[ServiceHours]] = {"": []}
    names = {"": _("The City")}
    for row in ServiceHours.objects.select_related("handler").order_by("weekday", "opens"):
        code = row.handler.code if row.handler else ""
        by_handler.setdefault(code, []).append(row)
        if row.handler:
            names[code] = row.handler.name
    ordered = sorted(by_handler, key=lambda code: (code != "", names[code]))
    return [
        HoursLine(handler=code, name=names[code], days=tuple(_day(h) for h in by_handler[code]))
        for code in ordered
    ]


def hours_of(handler: str) -> tuple[str, list[Hours]]:
    """Return the name of a handler (its code; "" for the City), and its own hours.

    :raises NotFound: `no_handler`
    """
    rows = ServiceHours.objects.filter(handler=None)
    name = _("The City")
    if handler:
        found = Handler.objects.filter(code=handler).first()
        if found is None:
            raise refusal("no_handler")
        name, rows = found.name, ServiceHours.objects.filter(handler=found)
    return name, [
        Hours(weekday=one.weekday, opens=one.opens, closes=one.closes)
        for one in rows.order_by("weekday", "opens")
    ]


def handlers() -> list[tuple[str, str]]:
    """Return the handlers that take cases: code and name."""
    rows = Handler.objects.filter(closed_at=None).order_by("name")
    return list(rows.values_list("code", "name"))


def closed_days(since: dt.date) -> list[ClosedDay]:
    """Return the days to come on which the City does not work, beside public holidays."""
    return list(ClosedDay.objects.filter(day__gte=since).order_by("day"))


def holidays(since: dt.date) -> list[Holiday]:
    """Return the public holidays of the coming year."""
    return holidays_between(since, since + dt.timedelta(days=365))


def weekdays() -> list[str]:
    """Return the days of the week from Monday, in the active language."""
    return [capfirst(str(name)) for _number, name in sorted(WEEKDAYS.items())]


def _day(one: ServiceHours) -> tuple[str, str]:
    hours = {"opens": _hour(one.opens), "closes": _hour(one.closes)}
    return weekdays()[one.weekday], _("%(opens)s to %(closes)s") % hours


def _hour(hour: dt.time) -> str:
    minutes = f"\u00a0{hour.minute:02d}" if hour.minute else ""
    return in_language(f"{hour.hour}\u00a0h{minutes}", f"{hour.hour}:{hour.minute:02d}")


def _who(who: list[str]) -> str:
    said = {
        rules.AGENT: _("agents"),
        rules.PARTNER: _("partners"),
        rules.REPORTER: _("who reported"),
        rules.PROGRAM: _("the program"),
    }
    return ", ".join(said.get(one, one) for one in who)


def case_to_correct(code: str, reach: Reach) -> Case:
    """Return the case of that number, shown to the public or not.

    :raises NotFound: `no_case`
    :raises Forbidden: `outside_territory`
    """
    rows = Case.objects.select_related("subtype", "subtype__type")
    found = rows.filter(code=code).first()
    if found is None:
        raise refusal("no_case")
    require(reach, [found.arrondissement])
    return found
