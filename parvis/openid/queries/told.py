"""What the City knows of a person, under the names of the claims."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from parvis.account.public import Named, named

_CIVIL = ("given_name", "family_name", "gender", "birthdate", "birthplace", "birthcountry")


def values(person_id: uuid.UUID, claims: Iterable[str]) -> dict[str, Any]:
    """Return the values of these claims; what the City does not know is left out.

    One query.
    """
    wanted = frozenset(claims)
    found = named(person_id) if wanted else None
    return known_of(found, wanted) if found else {}


def known_of(found: Named, wanted: frozenset[str]) -> dict[str, Any]:
    """Return the same of a person who is found already."""
    known = _of_account(found) | _of_phone(found) | _of_civil_status(found)
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


def _of_phone(found: Named) -> dict[str, Any]:
    return {"phone_number": found.phone, "phone_number_verified": bool(found.phone) or None}


def _of_civil_status(found: Named) -> dict[str, Any]:
    """Return what FranceConnect vouches for; what people type about themselves is not that."""
    return {claim: getattr(found.civil, claim) for claim in _CIVIL} if found.civil else {}
