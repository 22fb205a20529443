"""What a service may be told about a person: which claim each scope asks for, which the contract
allows, and which the person agreed to."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

OPENID = "openid"
SUB = "sub"
OFFLINE = "offline_access"

# OpenID Connect Core 1.0, section 5.4, less what the City does not know. `birth` has the names of
# FranceConnect (fournisseurs de service, « scopes »); `residence` is the City's own.
SCOPES: dict[str, tuple[str, ...]] = {
    OPENID: (SUB,),
    "profile": (
        "name",
        "given_name",
        "family_name",
        "nickname",
        "gender",
        "birthdate",
        "locale",
    ),
    "email": ("email", "email_verified"),
    "phone": ("phone_number", "phone_number_verified"),
    "residence": ("residence_arrondissement",),
    "birth": ("birthplace", "birthcountry"),
    OFFLINE: (),
}
CLAIMS = tuple(claim for claims in SCOPES.values() for claim in claims if claim != SUB)
# What says whether another claim was checked is told with it, and asks for nothing more.
CHECKED_WITH = {"email_verified": "email", "phone_number_verified": "phone_number"}
# What a contract may hold and a person is asked for.
AGREED_TO = tuple(claim for claim in CLAIMS if claim not in CHECKED_WITH)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """What a service may be told, who answers for it, and why it wants it, in French and English.
    `optional` is what a person may keep for themselves."""

    operator: str
    purpose_fr: str
    purpose_en: str
    claims: frozenset[str]
    optional: frozenset[str]

    @property
    def version(self) -> str:
        """Return the SHA-256 of what a person agrees to: any change of it is asked for again."""
        return _version(self)


@lru_cache(maxsize=256)
def _version(contract: Contract) -> str:
    words = [contract.operator, contract.purpose_fr, contract.purpose_en]
    told = [*words, sorted(contract.claims), sorted(contract.optional)]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()


def asked(scopes: Iterable[str], parameter: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the claims a request asks for, by scope or by its `claims` parameter (OpenID Connect
    Core 1.0, section 5.5), in alphabetical order; what we do not know is left out, as is `sub`,
    which nobody has to ask for."""
    wanted = {claim for scope in scopes for claim in SCOPES.get(scope, ())}
    for place in ("userinfo", "id_token"):
        named = parameter.get(place)
        wanted |= set(named) if isinstance(named, Mapping) else set()
    return tuple(sorted(wanted & set(CLAIMS)))


def parameter(text: str | None) -> Mapping[str, Any]:
    """Return what a `claims` parameter says; what cannot be read asks for nothing."""
    try:
        read = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}
    return read if isinstance(read, dict) else {}


def asked_in(
    place: str, parameter: Mapping[str, Any], scopes: Iterable[str] = (), *, acts: bool
) -> frozenset[str]:
    """Return the claims asked for in one place ("userinfo", "id_token"): by its part of the
    `claims` parameter, and by these scopes.

    Of who acts for another the name alone: what we know of them is not to be told of whom they act
    for.
    """
    named = parameter.get(place)
    wanted = {claim for scope in scopes for claim in SCOPES.get(scope, ())}
    wanted |= set(named) if isinstance(named, Mapping) else set()
    return frozenset(wanted & ({"name"} if acts else set(CLAIMS)))


def to_agree_to(claims: Iterable[str], contract: Contract) -> tuple[str, ...]:
    """Return what a person is asked for: the claims that the contract allows, in our own order."""
    wanted = {CHECKED_WITH.get(claim, claim) for claim in claims} & contract.claims
    return tuple(claim for claim in AGREED_TO if claim in wanted)


def to_give(claims: Iterable[str], contract: Contract, agreed: Iterable[str]) -> frozenset[str]:
    """Return the claims to give: in the contract, agreed to by the person, and asked for."""
    allowed = contract.claims & frozenset(agreed)
    return frozenset(one for one in claims if CHECKED_WITH.get(one, one) in allowed)


def why_refused(contract: Contract) -> str | None:
    """Return why a contract cannot be: "unknown_claim", "not_in_contract" (an optional claim that
    it does not hold), or None."""
    if not contract.claims <= frozenset(AGREED_TO):
        return "unknown_claim"
    if not contract.optional <= contract.claims:
        return "not_in_contract"
    return None
