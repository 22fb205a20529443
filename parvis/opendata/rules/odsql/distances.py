"""Distances on a sphere, in plain SQL."""

from __future__ import annotations

import math
from collections.abc import Sequence

from sqlglot import exp

from parvis.opendata.rules.odsql.dialects import call, either, number, paren

RADIUS = 6_371_008.7714
"""Metres of the mean radius of the Earth, as the servers of this API take it."""
_HALF_TURN = 180.0


def metres(point: Sequence[exp.Expr], other: Sequence[exp.Expr]) -> exp.Expr:
    """Return the metres of the arc between two (longitude, latitude), by the haversine formula."""
    (lon1, lat1), (lon2, lat2) = point, other
    north, east = _half_sine(lat1, lat2), _half_sine(lon1, lon2)
    cosines = exp.Mul(
        this=call("cos", call("radians", lat1.copy())),
        expression=call("cos", call("radians", lat2.copy())),
    )
    chord = exp.Add(this=north, expression=exp.Mul(this=cosines, expression=east))
    # The least of 1 and null is 1 to an engine, and the arc of more than 1 an error.
    too_much = exp.GT(this=paren(chord.copy()), expression=number(1.0))
    within = call("sqrt", either(too_much, number(1.0), chord))
    return paren(exp.Mul(this=number(2 * RADIUS), expression=call("asin", within)))


def _half_sine(angle: exp.Expr, other: exp.Expr) -> exp.Expr:
    """Return the square of the sine of half the difference of two angles in degrees."""
    apart = paren(exp.Sub(this=angle.copy(), expression=other.copy()))
    return call(
        "power",
        call("sin", exp.Div(this=call("radians", apart), expression=number(2.0))),
        number(2.0),
    )


def box_around(
    longitude: float, latitude: float, reach: float
) -> tuple[float, float, float, float]:
    """Return the least box (west, south, east, north) of degrees that holds a circle; the whole
    turn near a pole and across the 180th meridian."""
    angle = reach / RADIUS * (1 + 1e-9)
    south, north = latitude - math.degrees(angle), latitude + math.degrees(angle)
    widest = math.sin(angle) / math.cos(math.radians(latitude)) if abs(latitude) < _POLE else 2.0
    if angle >= math.pi / 2 or widest >= 1 or max(abs(south), abs(north)) >= _POLE:
        return -_HALF_TURN, south, _HALF_TURN, north
    across = math.degrees(math.asin(widest))
    west, east = longitude - across, longitude + across
    if west < -_HALF_TURN or east > _HALF_TURN:
        return -_HALF_TURN, south, _HALF_TURN, north
    return west, south, east, north


_POLE = 90.0
