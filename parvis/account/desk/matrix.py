"""What each role opens, asked of the guards that stand at the addresses themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLResolver, get_resolver
from django.utils.translation import gettext as _

from parvis.account.models import Role
from parvis.account.permissions import Need, need_of
from parvis.account.queries.roles import service_label
from parvis.account.rules.roles import ANY_SERVICE, ANYWHERE, WHOLE_CITY
from parvis.kernel.declarations import city_services, desk_queues

# What stands for one of many in an address.
_ANY = re.compile(r"<[^>]+>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A guarded address, by its name and as it is written in the active language, and what it asks
    for. `label` is what the desk calls it, "" where it is reached from another page."""

    name: str
    address: str
    label: str
    need: Need

    @property
    def is_divided(self) -> bool:
        """Tell whether a role for one arrondissement opens it, for what lies there."""
        return self.need.territory == ANYWHERE

    @property
    def by_role(self) -> list[bool]:
        """Return, in the order of `Role`, whether each role opens it."""
        return [role in self.need.roles for role in Role.values]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """The addresses of one service, or of no service."""

    label: str
    openings: list[Opening]


def openings() -> list[Opening]:
    """Return every address behind `needs_role`, in the order of their addresses."""
    labels = {queue.url_name: str(queue.label) for queue in desk_queues}
    found = [
        Opening(name=name, address=address, label=labels.get(name, ""), need=need)
        for name, address, need in _guarded(get_resolver())
    ]
    return sorted(found, key=lambda one: one.address)


def sections() -> list[Section]:
    """Return the openings service by service, those of no service first."""
    labels = {ANY_SERVICE: _("The desk itself"), WHOLE_CITY: _("The whole city")}
    labels |= {one.key: service_label(one.key) for one in city_services}
    by_service: dict[str, list[Opening]] = {}
    for one in openings():
        by_service.setdefault(one.need.service, []).append(one)
    order = [*labels, *(key for key in by_service if key not in labels)]
    return [
        Section(label=labels.get(key, key), openings=by_service[key])
        for key in order
        if key in by_service
    ]


def _guarded(
    resolver: URLResolver, namespace: str = "", before: str = "/"
) -> Iterator[tuple[str, str, Need]]:
    for entry in resolver.url_patterns:
        address = before + _written(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _guarded(entry, inner, address)
            continue
        need = need_of(entry.callback)
        if need is not None:
            yield f"{namespace}{entry.name}", address, need


def _written(pattern: Any) -> str:
    plain = str(pattern).lstrip("^").removesuffix("$").removesuffix("\\Z")
    return _ANY.sub("…", plain)
