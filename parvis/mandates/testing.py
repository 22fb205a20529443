"""Ready-made mandates for every test, each granted the way people do it."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from parvis.account.public import Person
from parvis.account.testing import MORNING, bachir
from parvis.mandates.actions import answering, asking, deciding
from parvis.mandates.actions.inputs import NewAssociation, NewInvitation, NewWard, Paper

BORN = dt.date(2003, 5, 4)  # Dédé is twelve.
SEEN = "Family record book seen at the counter."


def a_child(**changes: Any) -> NewWard:
    """Return Dédé, as his mother adds him."""
    given: dict[str, Any] = {
        "kind": "parent",
        "given_names": "Dédé",
        "family_name": "Martin",
        "born_on": BORN,
        "paper": Paper(kind="family_book"),
    }
    return NewWard(**(given | changes))


def an_association(**changes: Any) -> NewAssociation:
    """Return an association, as one of its board asks to act for it."""
    given: dict[str, Any] = {
        "name": "Jardins de la Folie",
        "rna": "W751234567",
        "siret": "",
        "domains": ("participation",),
        "ends_on": dt.date(2016, 6, 30),
        "paper": Paper(kind="board_minutes"),
    }
    return NewAssociation(**(given | changes))


def granted_child(by: Person, *, now: dt.datetime = MORNING, **changes: Any) -> uuid.UUID:
    """Save a child held by a parent, whose paper Bachir saw; return the mandate's id."""
    mandate_id = asking.ask_for_ward(new=a_child(**changes), by=by, now=now)
    deciding.grant(mandate_id=mandate_id, reason=SEEN, by=bachir(), now=now)
    return mandate_id


def granted_association(by: Person, *, now: dt.datetime = MORNING, **changes: Any) -> uuid.UUID:
    """Save a mandate for an association, whose paper Bachir saw; return the mandate's id."""
    mandate_id = asking.ask_for_association(new=an_association(**changes), by=by, now=now)
    deciding.grant(mandate_id=mandate_id, reason=SEEN, by=bachir(), now=now)
    return mandate_id


def granted_between(
    represented: Person,
    representative: Person,
    *,
    domains: tuple[str, ...] = ("participation",),
    ends_on: dt.date = dt.date(2015, 12, 31),
    now: dt.datetime = MORNING,
) -> uuid.UUID:
    """Save a mandate that one person gave another, who said yes; return its id."""
    new = NewInvitation(email=representative.email, gives=True, domains=domains, ends_on=ends_on)
    mandate_id = asking.invite(new=new, by=represented, now=now)
    answering.accept(mandate_id=mandate_id, by=representative, now=now)
    return mandate_id
