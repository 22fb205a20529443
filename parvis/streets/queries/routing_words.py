"""Rules of routing and their decisions, in the words of who reads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _, pgettext

from parvis.streets.models import Assignment, Category, Handler, RoutingRule, Subtype
from parvis.streets.queries.catalogue import label_of
from parvis.streets.rules import routing
from parvis.streets.rules.routing import Route
from parvis.territory.public import Zone, arrondissements, quartiers, zones
from parvis.ui.wording import number


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What codes are called in the active language; what is unknown is called by its code."""

    subtypes: Mapping[str, str]
    types: Mapping[str, str]
    handlers: Mapping[str, str]
    zones: Mapping[str, str]
    quartiers: Mapping[int, str]

    def handler(self, code: str) -> str:
        """Return the name of a handler; "" is nobody yet."""
        return self.handlers.get(code, code) if code else _("nobody yet: by hand")

    def about(self, route: Route) -> str:
        """Return what a rule is about."""
        if route.subtype is not None:
            return self.subtypes.get(route.subtype, route.subtype)
        if route.type is not None:
            kind = self.types.get(route.type, route.type)
            return _("%(type)s: everything") % {"type": kind}
        return _("Everything")

    def ground(self, route: Route) -> str:
        """Return where a rule holds."""
        if route.zone is not None:
            return self.zones.get(route.zone, route.zone)
        if route.quartier is not None:
            name = self.quartiers.get(route.quartier, str(route.quartier))
            return _("quartier %(name)s") % {"name": name}
        if route.arrondissement is not None:
            return arrondissement_name(route.arrondissement)
        return _("the whole city")


def names(routes: Iterable[Route] = ()) -> Names:
    """Return what the codes of rules are called; every code without any rule."""
    asked = list(routes)
    kinds = Subtype.objects.all()
    if asked:
        kinds = kinds.filter(code__in={one.subtype for one in asked})
    wants_zones = not asked or any(one.zone for one in asked)
    wants_quartiers = not asked or any(one.quartier for one in asked)
    return Names(
        subtypes={one.code: label_of(one) for one in kinds},
        types={one.code: label_of(one) for one in Category.objects.filter(parent=None)},
        handlers=dict(Handler.objects.values_list("code", "name")),
        zones={zone.code: zone.name for zone in zones()} if wants_zones else {},
        quartiers=_quartiers() if wants_quartiers else {},
    )


def _quartiers() -> dict[int, str]:
    return {
        one.number: one.name for parent in arrondissements() for one in quartiers(parent.number)
    }


def arrondissement_name(number: int) -> str:
    """Return « 11e arrondissement »."""
    if number == 1:
        return _("1st arrondissement")
    return pgettext("ordinal", "arrondissement %(number)s") % {"number": number}


def days(route: Route) -> str:
    """Return when a rule holds: "" for always."""
    first = date_format(route.first, "DATE_FORMAT") if route.first else ""
    last = ""
    if route.until:
        last = date_format(route.until - dt.timedelta(days=1), "DATE_FORMAT")
    if first and last:
        return _("from %(first)s to %(last)s") % {"first": first, "last": last}
    if first:
        return _("from %(first)s on") % {"first": first}
    return _("until %(last)s") % {"last": last} if last else ""


def broken(code: str, gap: tuple[dt.date, dt.date] | None = None) -> str:
    """Return what is wrong with a rule, and what to do; "" for a rule that is whole."""
    if code == routing.GAP and gap is not None:
        return _("Nobody has these days: %(days)s. Lengthen this rule, or let the next begin.") % {
            "days": days_between(*gap)
        }
    said = {
        routing.HANDLER_CLOSED: _("Its handler takes no cases any more. Name another."),
        routing.ZONE_CLOSED: _("Its zone is closed. Give the rule another ground, or end it."),
        routing.ZONE_EMPTY: _("Its zone has no outline. Draw one, or end the rule."),
        routing.GAP: _("Nobody has some days after it. Lengthen it, or let the next begin."),
    }
    return said.get(code, code)


def days_between(first: dt.date, until: dt.date) -> str:
    """Return « du 1er au 4 juin »: until the day before the last."""
    last = until - dt.timedelta(days=1)
    if last <= first:
        return date_format(first, "DATE_FORMAT")
    return _("from %(first)s to %(last)s") % {
        "first": date_format(first, "DATE_FORMAT"),
        "last": date_format(last, "DATE_FORMAT"),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """A rule that matched a case: what it is about, where, to whom; what is wrong with it."""

    id: int
    about: str
    ground: str
    handler: str
    days: str
    rank: int
    broken: str
    decides: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyHere:
    """Why a case is with its handler: a sentence for everybody; for agents also every rule that
    matched, in order, and who decided when."""

    handler: str
    sentence: str
    code: str
    matched: tuple[Matched, ...] = ()
    note: str = ""
    at: dt.datetime | None = None


def why_here(case_id: Any) -> WhyHere | None:
    """Return why a case is where it is, None for one that was never routed."""
    made = (
        Assignment.objects.filter(case=case_id)
        .select_related("handler", "rule")
        .order_by("-pk")
        .first()
    )
    if made is None:
        return None
    handler = made.handler.name if made.handler else ""
    routes = [route_of_told(one) for one in made.why.get("rules", ())]
    known = names(routes)
    code = str(made.why.get("code", ""))
    return WhyHere(
        handler=handler,
        sentence=sentence(code, routes, known, handler=handler, rule=made.rule),
        code=code,
        matched=matched(routes, known),
        note=made.note,
        at=made.assigned_at,
    )


def route_of_told(told: Mapping[str, Any]) -> Route:
    """Return a rule as it was when an explanation was kept."""
    first, until = told.get("first"), told.get("until")
    return Route(
        id=told["id"],
        handler=told["handler"],
        subtype=told.get("subtype"),
        type=told.get("type"),
        zone=told.get("zone"),
        quartier=told.get("quartier"),
        arrondissement=told.get("arrondissement"),
        first=dt.date.fromisoformat(first) if first else None,
        until=dt.date.fromisoformat(until) if until else None,
        rank=told.get("rank", 0),
        broken_because=told.get("broken", ""),
    )


def matched(routes: Sequence[Route], known: Names) -> tuple[Matched, ...]:
    """Return rules in words; the first of them decides."""
    return tuple(
        Matched(
            id=one.id,
            about=known.about(one),
            ground=known.ground(one),
            handler=known.handler(one.handler),
            days=days(one),
            rank=one.rank,
            broken=broken(one.broken_because),
            decides=place == 0,
        )
        for place, one in enumerate(routes)
    )


def sentence(
    code: str,
    routes: Sequence[Route],
    known: Names,
    *,
    handler: str,
    rule: RoutingRule | None = None,
) -> str:
    """Return why, in one or two plain sentences."""
    if code == routing.BY_HAND:
        return _("An agent of the City sent it to %(handler)s.") % {"handler": handler}
    if not routes:
        return _("No rule says yet who treats this here: an agent of the City decides.")
    first = routes[0]
    if first.broken_because:
        return _("The rule that says who treats this has to be mended: an agent decides meanwhile.")
    said = _said(first, known, handler)
    if rule is not None and rule.is_learned and rule.seen:
        said += " " + _("Of %(seen)s such reports of the past, %(agreed)s went there.") % {
            "seen": number(rule.seen),
            "agreed": number(rule.agreed),
        }
    return said


def _said(route: Route, known: Names, handler: str) -> str:
    words = {"about": known.about(route), "ground": known.ground(route), "handler": handler}
    is_anything = route.subtype is None and route.type is None
    is_anywhere = route.zone is None and route.quartier is None and route.arrondissement is None
    if is_anything and is_anywhere:
        return _("Whatever no other rule is about goes to %(handler)s.") % words
    if is_anything:
        return _("Whatever is reported here (%(ground)s) goes to %(handler)s.") % words
    if is_anywhere:
        return _("« %(about)s » goes to %(handler)s, everywhere in the city.") % words
    return _("« %(about)s » goes to %(handler)s here (%(ground)s).") % words


def zones_open() -> list[Zone]:
    """Return the zones on which a rule may stand."""
    return [zone for zone in zones() if zone.closed_at is None]
