"""Tries another outline of a zone on reports of the past; nothing of it stays."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from parvis.account.public import Person
from parvis.kernel import clock
from parvis.streets.actions.routing_rules import redraw_ground
from parvis.streets.permissions import require_administrator
from parvis.streets.queries import routing as queries, simulation
from parvis.streets.queries.simulation import Simulation


def try_outline(*, code: str, geojson: str, past: str, by: Person, now: dt.datetime) -> Simulation:
    """Return which reports of the past ("cases", "export") would change handler if they came today
    and the zone had another outline. It is drawn, asked and taken back.

    :raises Forbidden, NotFound, Refused: as `routing_rules.redraw_ground` does
    """
    require_administrator(by)
    reports, day = simulation.past(past), clock.city_day(now)
    was = simulation.decided(queries.routes(), simulation.asked_of(reports, day))
    with transaction.atomic():
        redraw_ground(code=code, geojson=geojson, source="", by=by, now=now)
        # A smaller zone goes before a larger one: the rules are read again with its new area.
        would = simulation.decided(queries.routes(), simulation.asked_of(reports, day))
        transaction.set_rollback(True)
    return simulation.compared(reports, was=was, would=would)
