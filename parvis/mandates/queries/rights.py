"""Who may act for whom at a moment, in what: the one answer every door asks for."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from parvis.account.public import persons
from parvis.kernel import acting
from parvis.kernel.acting import Acting
from parvis.mandates.models import Kind, Mandate, State
from parvis.mandates.rules import domains as rules

MANDATE = "mandates.mandate"
AIDANT = "mandates.aidant"
# Whose hands a professional's are: Aidants Connect does not tell us their name.
HELPER = "aidants_connect"


@dataclass(frozen=True, slots=True, kw_only=True)
class Right:
    """A mandate in force. `name` is whom it is for, `for_ref` as the register calls them.

    `person_id` is the account of whom it is for, None if they have none; `until` the first moment
    at which it is over, None if it is open.
    """

    id: uuid.UUID
    kind: str
    representative_id: uuid.UUID
    name: str
    for_ref: str
    person_id: uuid.UUID | None
    domains: frozenset[str]
    since: dt.datetime
    until: dt.datetime | None

    @property
    def by_ref(self) -> str:
        """Return the right as sessions and the register call it."""
        return f"{MANDATE}:{self.id}"

    def acting(self) -> Acting:
        """Return what this right is worth to who holds it."""
        return Acting(
            actor_ref=f"person:{self.representative_id}",
            for_ref=self.for_ref,
            by_ref=self.by_ref,
            name=self.name,
            domains=self.domains,
            until=self.until,
        )


def in_force(now: dt.datetime) -> QuerySet[Mandate, Any]:
    """Return the mandates by which somebody may act at this moment."""
    return Mandate.objects.filter(
        Q(ends_at=None) | Q(ends_at__gt=now), state=State.GRANTED, begins_at__lte=now
    ).select_related("ward", "association")


def mandates_of(person_id: uuid.UUID, *, now: dt.datetime) -> list[Right]:
    """Return for whom a person may act at this moment, children first, then by name."""
    rows = list(in_force(now).filter(representative_id=person_id))
    names = _names(rows)
    rights = [right_of(row, names) for row in rows]
    order = list(Kind.values)
    return sorted(rights, key=lambda right: (order.index(right.kind), right.name))


def rights_over(person_id: uuid.UUID, *, now: dt.datetime) -> list[Right]:
    """Return who may act at this moment for a person with an account."""
    over = Q(person_id=person_id) | Q(ward__account_id=person_id)
    rows = list(in_force(now).filter(over).order_by("begins_at"))
    names = _names(rows)
    return [right_of(row, names) for row in rows]


def may_act(person_id: uuid.UUID, *, now: dt.datetime) -> bool:
    """Tell whether a person may act for anybody at all at this moment; one cheap query."""
    return bool(in_force(now).filter(representative_id=person_id).exists())


def may(person_id: uuid.UUID, for_ref: str, domain: str, *, now: dt.datetime) -> bool:
    """Tell whether a person may do something of a domain for another at this moment."""
    rights = mandates_of(person_id, now=now)
    return any(r.for_ref == for_ref and r.acting().covers(domain) for r in rights)


def standing(person_id: uuid.UUID, right: str, now: dt.datetime) -> Acting | None:
    """Vouch for a mandate: what it is worth to a person at this moment, None if nothing."""
    try:
        mandate_id = uuid.UUID(right)
    except ValueError:
        return None
    row = in_force(now).filter(pk=mandate_id, representative_id=person_id).first()
    return right_of(row, _names([row])).acting() if row else None


def aidant_standing(person_id: uuid.UUID, right: str, _now: dt.datetime) -> Acting | None:
    """Vouch for a professional whom Aidants Connect let sign in for the person of the session.

    `right` lists the names of its `rep_scope`; one that names nothing we know is worth nothing.
    """
    covered = rules.from_rep_scope(right)
    person = persons([person_id]).get(person_id)
    if not covered or person is None:
        return None
    return Acting(
        actor_ref=f"{HELPER}:professional",
        for_ref=f"person:{person_id}",
        by_ref=f"{AIDANT}:{' '.join(rules.to_rep_scope(covered))}",
        name=person.usual_name,
        domains=covered,
    )


def right_of(row: Any, names: dict[uuid.UUID, str]) -> Right:
    """Return a granted mandate as others may know it; `names` are those of accounts."""
    held_by_account = row.person_id or (row.ward.account_id if row.ward else None)
    return Right(
        id=row.pk,
        kind=row.kind,
        representative_id=row.representative_id,
        name=name_of(row, names),
        for_ref=for_ref_of(row),
        person_id=held_by_account,
        domains=acting.EVERY_DOMAIN if rules.EVERYTHING in row.domains else frozenset(row.domains),
        since=row.begins_at,
        until=row.ends_at,
    )


def for_ref_of(row: Any) -> str:
    """Return whom a mandate is for as the register calls them: by their account, where they have
    one."""
    account = row.person_id or (row.ward.account_id if row.ward else None)
    if account:
        return f"person:{account}"
    if row.ward_id:
        return f"mandates.ward:{row.ward_id}"
    return f"mandates.association:{row.association_id}" if row.association_id else ""


def name_of(row: Any, names: dict[uuid.UUID, str]) -> str:
    """Return what the one a mandate is for is called."""
    if row.ward:
        return row.ward.given_names or erased_name()
    if row.association:
        return str(row.association.name)
    return names.get(row.person_id, _("Someone whose account is closed"))


def erased_name() -> str:
    """Return what somebody is called whose file was emptied."""
    return _("Somebody whose file was erased")


def _names(rows: list[Any]) -> dict[uuid.UUID, str]:
    found = persons(row.person_id for row in rows if row.person_id)
    return {person_id: person.usual_name for person_id, person in found.items()}
