"""Streets and addresses that a few typed letters may mean, and the address nearest to a point."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from django.db import connection
from django.db.models import F, FloatField, Func, QuerySet, Value
from django.db.models.functions import Abs, Mod
from django.utils.translation import get_language, gettext as _

from parvis.kernel.geometry import PointField
from parvis.kernel.prepared import Prepared
from parvis.territory.models import AddressPoint, District, DistrictKind, Street
from parvis.territory.queries.ground import city, metres, places_of
from parvis.territory.rules import ground, likeness, words
from parvis.territory.rules.places import Address, Suggestion

MOST = 50
"""Suggestions that are given at most, whatever is asked."""
KNOWN_NUMBER = 0.06
"""How much likelier a street is when the number that was typed is known there."""
ALIKE = 0.5
"""How alike a district's name and the words must be; unlike streets, nobody knows them by heart."""
DISTRICT = 0.9
"""A district comes after a street that is as likely: people look for addresses."""

LEAST = 0.7
"""Beside the likeliest, what is less than so many times as likely is noise."""

# The index walks to the nearest names by the whole name (`<->`), by a part of it (`<->>`), and
# within the arrondissement that was said; the rules weigh them.
_STREETS = """
WITH near AS MATERIALIZED (
    (SELECT id FROM territory_street ORDER BY key <-> %(words)s LIMIT 30)
    UNION (SELECT id FROM territory_street ORDER BY key <->> %(words)s LIMIT 50)
    UNION (SELECT id FROM territory_street WHERE %(arrondissement)s > 0
           AND arrondissement = %(arrondissement)s ORDER BY key <-> %(words)s LIMIT 15)
)
SELECT id, name, kind, key, arrondissement, postcode, location[0], location[1],
    similarity(key, %(words)s), word_similarity(%(words)s, key)
FROM territory_street WHERE id = ANY (ARRAY(SELECT id FROM near))
"""


class _Street(NamedTuple):
    id: int
    name: str
    kind: str
    key: str
    arrondissement: int
    postcode: str
    x: float | None
    y: float | None
    alike: float
    part: float


def suggest(query: str, *, limit: int) -> list[Suggestion]:
    """Return our own streets, addresses and districts that `query` may mean, likeliest first."""
    wanted = words.read(query)
    limit = max(0, min(limit, MOST))
    found: list[Suggestion] = []
    if wanted.words:
        found += _streets(wanted, limit)
    if not wanted.number:
        found += _districts(wanted)
    best = max((one.score for one in found), default=0.0)
    likely = [one for one in found if one.score >= LEAST * best]
    return sorted(likely, key=lambda one: -one.score)[:limit]


def _streets(wanted: words.Wanted, limit: int) -> list[Suggestion]:
    asked: dict[str, str | int] = {
        "words": wanted.words,
        "arrondissement": wanted.arrondissement,
    }
    with connection.cursor() as cursor:
        cursor.execute(_STREETS, asked)
        near = [_Street(*row) for row in cursor.fetchall()]
    scored = [(_score(street, wanted), street) for street in near]
    likely = sorted(
        ((score, street) for score, street in scored if score),
        key=lambda one: (-one[0], len(one[1].name), one[1].name, one[1].arrondissement),
    )
    # A long street stands in several arrondissements; its number decides which one is meant.
    likely = likely[: limit + 4]
    known = _numbered([street.id for _score, street in likely], wanted) if wanted.number else {}
    found = [_suggestion(street, score, known.get(street.id)) for score, street in likely]
    if wanted.number and likely and likely[0][1].id not in known:
        ids = [street.id for _score, street in likely]
        nearest = _nearest_numbers([one for one in ids if one not in known], wanted)
        streets = zip(ids, found, strict=True)
        return [
            one if key in known else _as_typed(one, wanted, nearest.get(key))
            for key, one in streets
        ]
    return found


def _score(street: _Street, wanted: words.Wanted) -> float:
    return likeness.likelihood(
        wanted,
        key=street.key,
        kind=street.kind,
        arrondissement=street.arrondissement,
        alike=street.alike,
        part=street.part,
    )


def _numbered(streets: list[int], wanted: words.Wanted) -> dict[int, AddressPoint]:
    """Return the address of the wanted number in each street where it is known."""
    suffixes = {wanted.suffix, wanted.suffix[:1]}
    rows = AddressPoint.objects.filter(street__in=streets, number=wanted.number)
    exact = rows.filter(suffix__in=suffixes).order_by("suffix")
    return {row.street_id: row for row in exact}


def _nearest_numbers(streets: list[int], wanted: words.Wanted) -> dict[int, AddressPoint]:
    """Return the known address of each street whose number is nearest to the wanted one; of two,
    that on the same side."""
    rows = AddressPoint.objects.filter(street__in=streets).annotate(
        away=Abs(F("number") - wanted.number), other_side=Mod(Abs(F("number") - wanted.number), 2)
    )
    nearest = rows.order_by("street", "away", "other_side", "number", "suffix").distinct("street")
    return {row.street_id: row for row in nearest}


def _as_typed(street: Suggestion, wanted: words.Wanted, nearest: AddressPoint | None) -> Suggestion:
    """Return a street as somebody typed it with a number that nobody knows."""
    asked = f"{wanted.number} {wanted.suffix}".strip()
    if nearest is None:
        return replace(street, asked_number=asked)
    lon, lat = _degrees(*nearest.location)
    number = f"{nearest.number} {nearest.suffix}".strip()
    return replace(street, lon=lon, lat=lat, asked_number=asked, nearest_number=number)


def _suggestion(street: _Street, score: float, address: AddressPoint | None) -> Suggestion:
    number, postcode = "", street.postcode
    point = (street.x, street.y)
    if address:
        number = f"{address.number} {address.suffix}".strip()
        postcode, point, score = address.postcode, address.location, score + KNOWN_NUMBER
    lon, lat = _degrees(*point)
    return Suggestion(
        kind="address" if address else "street",
        label=_label(number, street.name, postcode),
        number=number,
        street=street.name,
        postcode=postcode,
        arrondissement=street.arrondissement,
        lon=lon,
        lat=lat,
        score=round(min(1.0, score), 4),
    )


def _degrees(x: float | None, y: float | None) -> tuple[float, float] | tuple[None, None]:
    return (None, None) if x is None or y is None else ground.to_degrees(x, y)


def _label(number: str, street: str, postcode: str) -> str:
    return f"{number} {street}, {postcode} Paris".strip()  # the form of the post, in any language


def ordinal(number: int) -> str:
    """Return the rank of an arrondissement as plain text in the active language: 11e, 11th."""
    if (get_language() or "fr").startswith("fr"):
        return "1er" if number == 1 else f"{number}e"
    teens = {11, 12, 13}
    ending = "th" if number in teens else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _districts(wanted: words.Wanted) -> list[Suggestion]:
    """Return the arrondissement that is named by its number, or districts that bear these words."""
    if not wanted.words:
        rows = District.objects.filter(arrondissement=wanted.arrondissement)
        scored = rows.annotate(score=Value(1.0, output_field=FloatField()))
    else:
        said = Value(wanted.words)
        alike = Func(F("key"), said, function="similarity", output_field=FloatField())
        scored = District.objects.annotate(score=alike).filter(score__gte=ALIKE)
    return [_named(row, row.score) for row in scored.order_by("kind", "number")]


def _named(row: District, score: float) -> Suggestion:
    asked = {"name": row.name, "rank": ordinal(row.arrondissement)}
    if row.kind == DistrictKind.QUARTIER:
        label = _("Quartier %(name)s, %(rank)s arrondissement") % asked
    else:
        label = _("%(rank)s arrondissement, %(name)s") % asked
    frame = city().frame
    lon, lat = ground.to_degrees(*frame.back(row.label_x, row.label_y))
    return Suggestion(
        kind="district",
        label=label,
        number="",
        street="",
        postcode=f"750{row.arrondissement:02}",
        arrondissement=row.arrondissement,
        lon=lon,
        lat=lat,
        score=round(DISTRICT * score, 4),
    )


def streets_of(arrondissement: int) -> list[str]:
    """Return the names of the streets of an arrondissement that have a point."""
    rows = Street.objects.filter(arrondissement=arrondissement, location__isnull=False)
    return list(rows.order_by("key", "name").values_list("name", flat=True))


def nearest(lon: float, lat: float) -> Address | None:
    """Return the known address nearest to a point (WGS 84, degrees), or None outside the city.

    :raises Refused: if these cannot be coordinates of a place
    """
    point = metres(lon, lat)
    return nearest_to(point) if point is not None and places_of([point])[0] else None


def nearest_to(point: ground.Metres) -> Address | None:
    """Return the known address nearest to a point of the city (metres of Lambert-93)."""
    row = _NEAREST.first(*point)
    return _address(row) if row else None


def _nearest(x: float, y: float) -> QuerySet[AddressPoint]:
    away = Func(
        F("location"),
        Func(Value(x), Value(y), function="point", output_field=PointField()),
        template="%(expressions)s",
        arg_joiner=" <-> ",
        output_field=FloatField(),
    )
    rows = AddressPoint.objects.select_related("street").annotate(away=away)
    return rows.order_by("away")[:1]


_NEAREST = Prepared(_nearest, float, float)


def _address(row: AddressPoint) -> Address:
    number = f"{row.number} {row.suffix}".strip()
    lon, lat = ground.to_degrees(*row.location)
    return Address(
        label=_label(number, row.street.name, row.postcode),
        number=number,
        street=row.street.name,
        postcode=row.postcode,
        arrondissement=row.street.arrondissement,
        lon=lon,
        lat=lat,
    )
