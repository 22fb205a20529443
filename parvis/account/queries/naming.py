"""What a person told of themselves and what others vouch for about them, in one question."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from parvis.account.models import Vouching
from parvis.account.rules.identities import Pivot
from parvis.kernel import asking

# Services ask this at every sign-in, and again whenever they like: writing the same through the
# mapper takes ten times as long as the answer.
_KNOWN = """
SELECT usual_name, civil_name, email, language, residence,
    (
        SELECT number FROM residents_phone WHERE person_id = person.id
        ORDER BY verified_at DESC, id DESC LIMIT 1
    ) AS phone,
    (
        SELECT told FROM residents_identity
        WHERE person_id = person.id AND vouched_by = '{franceconnect}' AND pivot <> ''
        ORDER BY last_seen_at DESC, id DESC LIMIT 1
    ) AS vouched
FROM residents_resident AS person
WHERE id = {person} AND confirmed_at IS NOT NULL AND closed_at IS NULL
""".replace("{franceconnect}", Vouching.FRANCECONNECT.value)
_NAMED = _KNOWN.replace("{person}", "%s")


def named_beside(person: str) -> str:
    """Return what another statement joins to know this of the person in one of its columns, as
    `named.*`, for `named_in` to read; nothing in them for an account that is not open."""
    return f"LEFT JOIN LATERAL ({_KNOWN.replace('{person}', person)}) AS named ON true"


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What a person told of themselves, without their roles, and what others vouch for.

    `residence` is the number of an arrondissement; `phone` the number (E.164) that the person
    showed to be theirs last, or ""; `civil` the civil status that FranceConnect vouches for, as it
    said last, or None.
    """

    usual_name: str
    civil_name: str
    email: str
    language: str
    residence: int | None
    phone: str
    civil: Pivot | None


def named(person_id: uuid.UUID) -> Named | None:
    """Return this of a person with an open account, or None."""
    row = asking.row(_NAMED, [person_id])
    return named_in(row) if row else None


def named_in(row: Sequence[Any]) -> Named | None:
    """Return what the columns of `named_beside` say, None where they are empty."""
    usual_name, civil_name, email, language, residence, phone, vouched = row
    if language is None:
        return None
    return Named(
        usual_name=usual_name,
        civil_name=civil_name,
        email=email,
        language=language,
        residence=residence,
        phone=phone or "",
        civil=Pivot.of(json.loads(vouched)) if vouched else None,
    )


def civil_identity(person_id: uuid.UUID) -> Pivot | None:
    """Return the civil status that FranceConnect vouches for about a person with an open account;
    None without it."""
    found = named(person_id)
    return found.civil if found else None
