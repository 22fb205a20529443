"""What the pages of a household show: for whom one acts, who acts for one, what waits."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from parvis.account.public import Person, person_by_email, persons
from parvis.kernel import clock, register
from parvis.kernel.declarations import deeds, domains
from parvis.kernel.errors import NotFound
from parvis.mandates.models import Association, Ending, Kind, Mandate, Proof, State, Ward
from parvis.mandates.queries.rights import HELPER, erased_name, for_ref_of, in_force, name_of
from parvis.mandates.rules import domains as rules, terms

_WAITING = (State.OFFERED, State.ASKED, State.TO_CHECK)
# What two people settle between themselves is not for an agent to look through.
_INVITING = (State.OFFERED, State.ASKED)
_DEEDS = 50
_FOUND = 20
_SEARCH_MIN_LETTERS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Bond:
    """A mandate as the two it binds read it, in the active language.

    `name` is whom it is for, `by` who acts ("" where nobody has accepted yet), `asked_by_id` the
    account that asked for it or offered it, None if that is gone; `last_day` is the
    last day it covers, None if it is open; `state` is a value of `State`, and `in_force` tells
    whether one may act by it now.
    """

    id: uuid.UUID
    kind: str
    kind_label: str
    state: str
    state_label: str
    in_force: bool
    name: str
    by: str
    representative_id: uuid.UUID | None
    person_id: uuid.UUID | None
    ward_id: uuid.UUID | None
    invited: str
    domains: tuple[str, ...]
    proof: str
    proof_reference: str
    has_file: bool
    asked_by_id: uuid.UUID | None
    asked_at: dt.datetime
    begins_at: dt.datetime | None
    ends_at: dt.datetime | None
    last_day: dt.date | None
    reason: str
    ended_why: str

    @property
    def is_waiting(self) -> bool:
        """Tell whether somebody still has to say yes or no."""
        return self.state in _WAITING

    @property
    def is_for_child(self) -> bool:
        """Tell whether it is a parent's."""
        return self.kind == Kind.PARENT


def bonds_of(person: Person, *, now: dt.datetime) -> list[Bond]:
    """Return every mandate by which a person acts, acted or asked to act, the latest first."""
    rows = Mandate.objects.filter(
        Q(representative_id=person.id) | Q(asked_by_id=person.id, state=State.ASKED)
    )
    return _bonds(rows.order_by("-asked_at"), now=now)


def bonds_over(person: Person, *, now: dt.datetime) -> list[Bond]:
    """Return every mandate by which others act or acted for a person, the latest first."""
    over = Q(person_id=person.id) | Q(ward__account_id=person.id)
    return _bonds(Mandate.objects.filter(over).order_by("-asked_at"), now=now)


def invitations(person: Person, *, now: dt.datetime) -> list[Bond]:
    """Return what waits for a person's own yes or no: whoever confirmed the address may answer."""
    waiting = Mandate.objects.filter(
        invited=person.email, state__in=(State.OFFERED, State.ASKED)
    ).exclude(asked_by_id=person.id)
    return _bonds(waiting.order_by("asked_at"), now=now)


def waiting_to_be_checked(*, now: dt.datetime, limit: int = 100) -> list[Bond]:
    """Return what waits for an agent, the oldest first."""
    rows = Mandate.objects.filter(state=State.TO_CHECK).order_by("asked_at")[:limit]
    return _bonds(rows, now=now)


def look_for(typed: str, *, now: dt.datetime) -> list[Bond]:
    """Return the mandates an agent looks for, decided or not, the latest first: by every word of
    the name of who has no account, by the name or a number of an association, or by the whole
    address of either of the two."""
    words = typed.replace("\x00", "").split()
    if len("".join(words)) < _SEARCH_MIN_LETTERS:
        return []
    named = Q()
    for word in words:
        named &= Q(ward__given_names__icontains=word) | Q(ward__family_name__icontains=word)
    number = "".join(words).upper()
    group = Q(association__name__icontains=" ".join(words))
    group |= Q(association__rna=number) | Q(association__siret=number)
    owner = person_by_email(" ".join(words))
    either = Q(representative_id=owner.id) | Q(person_id=owner.id) if owner else Q(pk=None)
    found = Mandate.objects.filter(named | group | either)
    return _bonds(found.exclude(state__in=_INVITING).order_by("-asked_at")[:_FOUND], now=now)


def other_parents(mandate_id: uuid.UUID) -> list[uuid.UUID]:
    """Return the accounts of who else was granted the child of a mandate as a parent, and did not
    give it up; nobody for a mandate of another kind."""
    ward_ids = Mandate.objects.filter(pk=mandate_id, kind=Kind.PARENT).values("ward_id")
    held = Mandate.objects.filter(ward_id__in=ward_ids, kind=Kind.PARENT, state=State.GRANTED)
    others = held.filter(ended_why="").exclude(pk=mandate_id)
    return list(others.exclude(representative=None).values_list("representative_id", flat=True))


def holders(ward_id: uuid.UUID, *, now: dt.datetime) -> list[uuid.UUID]:
    """Return the accounts of who acts at a moment for somebody of a household."""
    held = in_force(now).filter(ward_id=ward_id, representative__isnull=False)
    return list(held.values_list("representative_id", flat=True))


def to_check_count() -> int:
    """Return how many papers wait for an agent."""
    return Mandate.objects.filter(state=State.TO_CHECK).count()


def bond(mandate_id: uuid.UUID, *, now: dt.datetime) -> Bond:
    """Return one mandate, whoever asks.

    :raises NotFound: `no_mandate`
    """
    found = _bonds(Mandate.objects.filter(pk=mandate_id), now=now)
    if not found:
        raise no_mandate()
    return found[0]


def proof_file(mandate_id: uuid.UUID) -> str:
    """Return the name in the storage of the paper of a mandate.

    :raises NotFound: `no_mandate` if there is no such mandate, or it has no paper (any more)
    """
    name = Mandate.objects.filter(pk=mandate_id).values_list("proof_file", flat=True).first()
    if not name:
        raise no_mandate()
    return name


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """Whom a mandate is for, as an agent compares it with the paper; "" or None what is not."""

    given_names: str = ""
    family_name: str = ""
    born_on: dt.date | None = None
    has_account: bool = False
    rna: str = ""
    siret: str = ""
    asked_by: str = ""


def about(mandate_id: uuid.UUID) -> About:
    """Return whom a mandate is for, and who asks, by the name on their papers if they gave it."""
    row = Mandate.objects.select_related("ward", "association").get(pk=mandate_id)
    asking = (
        persons([row.representative_id]).get(row.representative_id)
        if row.representative_id
        else None
    )
    named = (asking.civil_name or asking.usual_name) if asking else ""
    if row.ward:
        return About(
            given_names=row.ward.given_names,
            family_name=row.ward.family_name,
            born_on=row.ward.born_on,
            has_account=row.ward.account_id is not None,
            asked_by=named,
        )
    if row.association:
        return About(rna=row.association.rna, siret=row.association.siret, asked_by=named)
    return About(asked_by=named)


def no_mandate() -> NotFound:
    """Return the one answer to who asks for a mandate that is not, or not theirs."""
    return NotFound("no_mandate", _("There is no such mandate, or it is not yours."))


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldWard:
    """A child or adult as who holds them reads it. `of_age_on` is None for an adult; `has_seat`
    tells whether a second parent may hold the child too."""

    id: uuid.UUID
    given_names: str
    family_name: str
    born_on: dt.date | None
    has_account: bool
    holders: list[str]
    of_age_on: dt.date | None
    has_seat: bool


def held_ward(ward_id: uuid.UUID, *, by: Person, now: dt.datetime) -> HeldWard:
    """Return a ward to somebody who acts for them at this moment.

    :raises NotFound: `no_mandate` for everybody else
    """
    held = [b for b in bonds_over_ward(ward_id, now=now) if b.in_force]
    if by.id not in {b.representative_id for b in held}:
        raise no_mandate()
    ward = Ward.objects.get(pk=ward_id)
    born = ward.born_on
    adult_on = terms.birthday(born, terms.MAJORITY) if born else None
    parents = [b for b in held if b.is_for_child]
    return HeldWard(
        id=ward.pk,
        given_names=ward.given_names,
        family_name=ward.family_name,
        born_on=born,
        has_account=ward.account_id is not None,
        holders=[b.by for b in held],
        of_age_on=adult_on if parents else None,
        has_seat=len(parents) == 1,
    )


def bonds_over_ward(ward_id: uuid.UUID, *, now: dt.datetime) -> list[Bond]:
    """Return every mandate over a ward, the first one first."""
    return _bonds(Mandate.objects.filter(ward_id=ward_id).order_by("asked_at"), now=now)


def refs_of(person_id: uuid.UUID) -> list[str]:
    """Return every name under which the register knows a person: their account's, and that of the
    file others kept for them before."""
    wards = Ward.objects.filter(account_id=person_id).values_list("pk", flat=True)
    return [f"person:{person_id}", *(f"mandates.ward:{ward_id}" for ward_id in wards)]


def refs_of_ward(ward_id: uuid.UUID) -> list[str]:
    """Return every name under which the register knows a ward, with or without an account."""
    accounts = Ward.objects.filter(pk=ward_id, account__isnull=False)
    found = accounts.values_list("account_id", flat=True)
    return [f"mandates.ward:{ward_id}", *(f"person:{account}" for account in found)]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeedForMe:
    """Something somebody did for another, as that person reads it."""

    who: str
    what: str
    done_at: dt.datetime


def done_for(refs: Iterable[str]) -> list[DeedForMe]:
    """Return what was done for somebody by others, newest first, in the active language."""
    lines = register.done_for(refs, limit=_DEEDS)
    actors = persons(filter(None, (_person_id(line.actor_ref) for line in lines)))
    return [
        DeedForMe(
            who=_who(line.actor_ref, actors),
            what=_deed(line.action),
            done_at=line.recorded_at,
        )
        for line in lines
    ]


def names_of(refs: Iterable[str]) -> dict[str, str]:
    """Return what those are called who are no account, by the ref the register knows them by: wards
    by their given names, associations, professionals of Aidants Connect."""
    wanted: dict[str, list[str]] = {}
    for ref in refs:
        kind, _colon, key = ref.partition(":")
        wanted.setdefault(kind, []).append(key)
    found = {f"{HELPER}:{key}": _helper() for key in wanted.get(HELPER, [])}
    if wards := wanted.get("mandates.ward"):
        for ward in Ward.objects.filter(pk__in=wards):
            found[f"mandates.ward:{ward.pk}"] = ward.given_names or erased_name()
    if groups := wanted.get("mandates.association"):
        for group in Association.objects.filter(pk__in=groups):
            said = _("the association %(name)s") % {"name": group.name}
            found[f"mandates.association:{group.pk}"] = said
    return found


def domain_labels(keys: Iterable[str]) -> tuple[str, ...]:
    """Return what domains are called, in their order; everything is said in one word."""
    asked = set(keys)
    if rules.EVERYTHING in asked:
        return (_("Everything"),)
    return tuple(str(domain.label) for domain in domains if domain.key in asked)


def _person_id(ref: str) -> uuid.UUID | None:
    kind, _colon, key = ref.partition(":")
    try:
        return uuid.UUID(key) if kind == "person" else None
    except ValueError:
        return None


def _who(ref: str, actors: dict[uuid.UUID, Person]) -> str:
    if ref.startswith(f"{HELPER}:"):
        return _helper()
    actor = actors.get(_person_id(ref) or uuid.UUID(int=0))
    return actor.usual_name if actor else _("Someone whose account is closed")


def _helper() -> str:
    return _("A professional, through Aidants Connect")


def _deed(action: str) -> str:
    declared = deeds.get(action)
    return str(declared.label) if declared else action


def _bonds(rows: Any, *, now: dt.datetime) -> list[Bond]:
    found = list(rows.select_related("ward", "association"))
    people = persons(
        one for row in found for one in (row.representative_id, row.person_id) if one is not None
    )
    names = {person_id: person.usual_name for person_id, person in people.items()}
    return [_bond(row, names, now=now) for row in found]


def _last_day(row: Any) -> dt.date | None:
    if row.ends_at is None:
        last_day: dt.date | None = row.ends_on
        return last_day
    return clock.city_day(row.ends_at - dt.timedelta(microseconds=1))


def _bond(row: Any, names: dict[uuid.UUID, str], *, now: dt.datetime) -> Bond:
    granted = row.state == State.GRANTED
    begun = granted and row.begins_at <= now
    return Bond(
        id=row.pk,
        kind=row.kind,
        kind_label=str(Kind(row.kind).label),
        state=row.state,
        state_label=str(State(row.state).label),
        in_force=begun and (row.ends_at is None or row.ends_at > now),
        name=name_of(row, names) if for_ref_of(row) else row.invited,
        by=names.get(row.representative_id, row.invited if row.state == State.OFFERED else ""),
        representative_id=row.representative_id,
        person_id=row.person_id,
        ward_id=row.ward_id,
        invited=row.invited,
        domains=domain_labels(row.domains),
        proof=str(Proof(row.proof).label),
        proof_reference=row.proof_reference,
        has_file=bool(row.proof_file),
        asked_by_id=row.asked_by_id,
        asked_at=row.asked_at,
        begins_at=row.begins_at,
        ends_at=row.ends_at,
        last_day=_last_day(row),
        reason=row.reason,
        ended_why=str(Ending(row.ended_why).label) if row.ended_why else "",
    )
