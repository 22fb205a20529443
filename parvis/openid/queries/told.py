"""What the City knows of a person, under the names of the claims."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from parvis.account.public import Named, civil_identity, named, verified_phone

_PHONE = frozenset({"phone_number", "phone_number_verified"})
_CIVIL = frozenset(
    {"given_name", "family_name", "gender", "birthdate", "birthplace", "birthcountry"}
)


def values(person_id: uuid.UUID, claims: Iterable[str]) -> dict[str, Any]:
    """Return the values of these claims; what the City does not know is left out.

    One query, one more for the phone number and one for the civil status where they are wanted.
    """
    wanted = frozenset(claims)
    found = named(person_id) if wanted else None
    return known_of(person_id, found, wanted) if found else {}


def known_of(person_id: uuid.UUID, found: Named, wanted: frozenset[str]) -> dict[str, Any]:
    """Return the same of a person whose name is known already."""
    known = _of_account(found)
    if wanted & _PHONE:
        known |= _of_phone(person_id)
    if wanted & _CIVIL:
        known |= _of_civil_status(person_id)
    return {claim: known[claim] for claim in sorted(wanted) if known.get(claim) not in {None, ""}}


def _of_account(found: Named) -> dict[str, Any]:
    return {
        "name": found.civil_name or found.usual_name,
        "nickname": found.usual_name,
        "locale": found.language,
        "email": found.email,
        # An open account has no other address than one that was confirmed.
        "email_verified": True,
        "residence_arrondissement": found.residence,
    }


def _of_phone(person_id: uuid.UUID) -> dict[str, Any]:
    number = verified_phone(person_id)
    return {"phone_number": number, "phone_number_verified": True} if number else {}


def _of_civil_status(person_id: uuid.UUID) -> dict[str, Any]:
    """Return what FranceConnect vouches for; what people type about themselves is not that."""
    identity = civil_identity(person_id)
    return {claim: getattr(identity, claim) for claim in _CIVIL} if identity else {}
