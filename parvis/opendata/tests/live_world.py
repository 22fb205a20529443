"""Bicycle stations that report one by one."""

from __future__ import annotations

import datetime as dt
from typing import Any

from parvis.opendata.queries import versions
from parvis.opendata.queries.engine import engine
from parvis.opendata.rules.descriptions import Description
from parvis.opendata.rules.live import Observed
from parvis.opendata.rules.odsql import tree
from parvis.opendata.rules.odsql.parsing import parse_order_by, parse_select, parse_where

STATIONS = "stations"
PAST = "stations-historique"
NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
FIELDS = (
    {"name": "code", "type": "text", "label": "Code"},
    {"name": "name", "type": "text", "label": "Station"},
    {"name": "bikes", "type": "int", "label": "Bikes"},
    {"name": "place", "type": "geo_point_2d", "label": "Place"},
    {"name": "due", "type": "datetime", "label": "Reported at"},
)
STATION = Description(
    dataset_id=STATIONS,
    metas={"default": {"title": "Stations"}},
    fields=FIELDS,
    key_fields=["code"],
    sort_fields=["code"],
)


def minutes(number: float) -> dt.datetime:
    """So many minutes after noon."""
    return NOON + dt.timedelta(minutes=number)


def report(code: str, bikes: int | None, at: float = 0, **more: Any) -> Observed:
    """What a station says at a minute after noon."""
    row = {"code": code, "name": f"Place {code}", "bikes": bikes, **more}
    return Observed(row=row, observed_at=minutes(at))


def rows(dataset_id: str = STATIONS, **clauses: Any) -> list[dict[str, Any]]:
    """What readers see at this moment."""
    version = versions.current(dataset_id)
    query = tree.Query(
        select=parse_select(clauses.get("select", "code, bikes")),
        where=parse_where(clauses["where"]) if "where" in clauses else None,
        order_by=parse_order_by(clauses.get("order_by", "")),
        limit=clauses.get("limit", 1_000),
        offset=clauses.get("offset", 0),
    )
    return engine().rows(version, query).rows


def bikes(dataset_id: str = STATIONS, **clauses: Any) -> dict[str, int | None]:
    """How many bikes each station has."""
    return {row["code"]: row["bikes"] for row in rows(dataset_id, **clauses)}
