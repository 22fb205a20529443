"""The table of routing as a file, and what another file would change of it."""

from __future__ import annotations

import csv
import datetime as dt
import io

from django.conf import settings
from django.utils.translation import gettext as _

from parvis.kernel.errors import Refused
from parvis.streets.models import Category, Handler, Subtype
from parvis.streets.queries.routing import Standing, standings
from parvis.streets.rules import tables
from parvis.streets.rules.routing import Route
from parvis.streets.rules.tables import COLUMNS, Fault, Known, Plan
from parvis.territory.public import zones

_TOLD = 5


def written(found: list[Standing]) -> str:
    """Return rules as a table that can be read again; dates are the first day, and the day after
    the last."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in sorted(found, key=lambda one: [str(part or "") for part in tables.key(one.route)]):
        writer.writerow([_harmless(cell) for cell in _cells(one)])
    return file.getvalue()


def _cells(one: Standing) -> list[str]:
    route, row = one.route, one.row
    said = (
        route.subtype,
        route.type,
        route.zone,
        route.quartier,
        route.arrondissement,
        route.handler,
        route.rank,
        route.first,
        route.until,
        row.why,
        row.seen,
        row.agreed,
    )
    return ["" if cell is None else str(cell) for cell in said]


def _harmless(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula; a rank below zero is a number."""
    return f"'{cell}" if cell[:1] in "=+@\t\r" and cell else cell


def known() -> Known:
    """Return the codes that a table may name today."""
    return Known(
        subtypes=set(Subtype.objects.values_list("code", flat=True)),
        types=set(Category.objects.filter(parent=None).values_list("code", flat=True)),
        zones={zone.code for zone in zones() if zone.closed_at is None},
        handlers=set(Handler.objects.filter(closed_at=None).values_list("code", flat=True)),
    )


def planned(text: str, *, day: dt.date) -> Plan:
    """Return what a table would change of the learned rules.

    :raises Refused: `table_wrong`, with its first faults
    """
    lines, faults = tables.read(text.removeprefix("\ufeff"), known())
    if faults or not lines:
        raise Refused("table_wrong", _sentences(faults), status=422)
    held = {one.row.pk: (one.route, one.row.is_learned) for one in standings()}
    return tables.plan(lines, held, day)


def shipped() -> list[Route]:
    """Return the table that the city's folder ships, as it was learned from the City's export."""
    path = settings.PARVIS_CITY_DIR / "streets" / "routing.csv"
    areas = {zone.code: zone.area_m2 for zone in zones()}
    every = Known(
        subtypes=set(Subtype.objects.values_list("code", flat=True)),
        types=set(Category.objects.values_list("code", flat=True)),
        zones=areas.keys(),
        handlers=set(Handler.objects.values_list("code", flat=True)),
    )
    lines, faults = tables.read(path.read_text(encoding="utf-8"), every)
    if faults:
        raise Refused("table_wrong", _sentences(faults), status=422)
    return [tables.with_area(line, areas) for line in lines]


def _sentences(faults: list[Fault]) -> str:
    said = [f"{_line(one)} {_words(one)}" for one in faults[:_TOLD]]
    if len(faults) > _TOLD:
        said.append(_("And %(n)s more.") % {"n": len(faults) - _TOLD})
    return " ".join(said) or _("This table has no line.")


def _line(fault: Fault) -> str:
    return _("Line %(n)s:") % {"n": fault.place}


def _words(fault: Fault) -> str:
    said = {
        "no_columns": _("there is no column named handler."),
        "too_long": _("the table has too many lines."),
        "unknown": _("nothing here is called « %(value)s »."),
        "number": _("« %(value)s » is no number that can stand there."),
        "day": _("« %(value)s » is no day. Write it like 2026-12-31."),
        "two_matters": _("a rule is about a kind or about a whole type, not both."),
        "two_grounds": _("a rule is on one ground: a zone, a quartier or an arrondissement."),
        "no_days": _("the last day comes before the first."),
        "twice": _("another line is about the same matter, ground and rank."),
    }
    return said[fault.code] % {"value": fault.value}
