"""What the first page says: what one can do here, and what is open at this moment."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from parvis.kernel.declarations import Happening, HappeningSource, Stone, happenings, stones
from parvis.portal.rules import Slab, lay, missing_stones


@dataclass(frozen=True, slots=True, kw_only=True)
class LaidStone:
    """A stone in its place: the verb, its live fact, its shape, and whether it is today's."""

    title: str
    sentence: str
    url: str
    icon: str
    slab: Slab
    today: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """Something open at this moment, and how much of its time is gone, in seconds."""

    happening: Happening
    gone: int
    whole: int


def _always(sentence: object) -> str:
    return str(sentence)


# Ways in that are always there: they fill the hole that some numbers of stones would leave.
_SPARE = (
    Stone(
        key="portal.district",
        label=_("Find my district"),
        url_name="territory:find",
        icon="pin",
        order=898,
        sentence=lambda _now: _always(_("By address, or on the map.")),
    ),
    Stone(
        key="portal.mine",
        label=_("Follow my requests"),
        url_name="portal:mine",
        icon="me",
        order=899,
        sentence=lambda _now: _always(_("All that the City answered you, on one thread.")),
    ),
    Stone(
        key="portal.site-map",
        label=_("Find your way"),
        url_name="portal:site_map",
        icon="walk",
        order=900,
        sentence=lambda _now: _always(_("The whole site on one page.")),
    ),
    Stone(
        key="portal.display",
        label=_("Adjust the display"),
        url_name="portal:display",
        icon="eye",
        order=901,
        sentence=lambda _now: _always(_("Light or dark, as you like.")),
    ),
)


def openings(*, now: dt.datetime) -> list[Opening]:
    """Return what is open now in the active language, the soonest deadline first."""
    found = [h for source in _sources() for h in source.find(now)]
    found.sort(key=lambda h: h.closes_at)
    return [
        Opening(
            happening=h,
            gone=int((now - h.opens_at).total_seconds()),
            whole=int((h.closes_at - h.opens_at).total_seconds()),
        )
        for h in found
        if h.opens_at <= now < h.closes_at
    ]


def _sources() -> list[HappeningSource]:
    return list(happenings)


def paving(opened: list[Opening], *, now: dt.datetime) -> list[LaidStone]:
    """Return the stones of the first page in the active language.

    The stone that leads to the soonest deadline is today's: it is laid first, and is the green one.
    """
    declared: list[Stone] = list(stones)
    if not declared:
        return []
    today = _todays(declared, opened)
    declared.sort(key=lambda stone: stone.key != today)
    declared.extend(_SPARE[: missing_stones(len(declared))])
    return [
        LaidStone(
            title=str(stone.label),
            sentence=stone.sentence(now),
            url=reverse(stone.url_name),
            icon=stone.icon,
            slab=slab,
            today=stone.key == today,
        )
        for stone, slab in zip(declared, lay(len(declared)), strict=True)
    ]


def _todays(declared: list[Stone], opened: list[Opening]) -> str:
    for opening in opened:
        for stone in declared:
            if opening.happening.url.startswith(reverse(stone.url_name)):
                return stone.key
    return ""
