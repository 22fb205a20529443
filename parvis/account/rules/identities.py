"""Whom an identity from outside may open which account: pure rules.

Sources: FranceConnect's qualification guide (point 17: no matching by e-mail alone), its claims of
the pivot identity, OpenID Connect Core 1.0 (3.1.3.7), OWASP ASVS 5.0 (6.8.1, 6.8.2, 6.8.4).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import unicodedata
import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from parvis.kernel.sirene import SIREN_LENGTH, SIRET_LENGTH, is_siret

# FranceConnect asks for 22 and 32 characters, ProConnect for 32 of both.
STATE_LENGTH = 43
NONCE_LENGTH = 43
# Clocks of two parties may differ by this much.
LEEWAY = 30
# As long as the longest session outside, ProConnect's, may be open.
LONGEST_OUTSIDE = dt.timedelta(hours=12)
# Whoever came back from outside has this long to say what they want.
ARRIVAL = dt.timedelta(minutes=30)
# An identity that opened nothing is forgotten; one that an agent looks at waits for them.
UNLINKED_DAYS = 3
PROPOSAL_DAYS = 30
INVITATION_DAYS = 7
FRANCE = "99100"
# OpenID Connect Core 1.0, section 2: a subject has at most 255 ASCII characters.
SUBJECT_LENGTH = 255
_PIVOT = ("given_name", "family_name", "birthdate", "gender", "birthplace", "birthcountry")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pivot:
    """The six facts of a civil status that FranceConnect vouches for; nobody edits them here.

    `birthplace` is the INSEE code of the commune, "" for a birth abroad; `birthcountry` that of the
    country (99100 for France); `gender` is "female" or "male".
    """

    given_name: str
    family_name: str
    birthdate: str
    gender: str
    birthplace: str
    birthcountry: str

    @classmethod
    def of(cls, claims: Mapping[str, Any]) -> Pivot | None:
        """Return the pivot identity that claims hold, or None if one of the six is missing."""
        told = {name: _one_line(claims.get(name)) for name in _PIVOT}
        if told["birthcountry"] and told["birthcountry"] != FRANCE:
            # FranceConnect drops the place of a birth abroad: no two spellings of it are one.
            told["birthplace"] = ""
        elif not told["birthplace"]:
            return None
        needed = [name for name in _PIVOT if name != "birthplace"]
        return cls(**told) if all(told[name] for name in needed) else None

    def digest(self, key: bytes) -> str:
        """Return what tells two equal civil statuses, and without the key nothing else."""
        canonical = json.dumps([_folded(value) for value in asdict(self).values()])
        secret = hmac.digest(key, b"parvis.account.pivot", hashlib.sha256)
        return hmac.new(secret, canonical.encode(), hashlib.sha256).hexdigest()


def _one_line(value: object) -> str:
    return " ".join(str(value).split()) if isinstance(value, str) else ""


def _folded(value: str) -> str:
    """Return a name as civil registers compare it: no case, no accent, hyphens as spaces."""
    bare = unicodedata.normalize("NFKD", value.replace("-", " ")).casefold()
    return "".join(letter for letter in bare if not unicodedata.combining(letter))


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """An identity the city has seen before; `person` is None while it opens no account."""

    iss: str
    sub: str
    person: uuid.UUID | None
    pivots: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """What an identity may do: open the account of `person`, or be `proposed` for these.

    A proposal opens nothing: the person, by the account's own means, or an agent confirms it.
    """

    person: uuid.UUID | None = None
    proposed: frozenset[uuid.UUID] = frozenset()


def match(*, iss: str, sub: str, pivots: frozenset[str], known: Iterable[Known]) -> Match:
    """Say which account an identity opens: the one of the same issuer and subject, or none.

    A civil status that is known under another subject is proposed. An e-mail address is not even
    looked at: couples, carers and elderly people share them.
    """
    seen = list(known)
    for one in seen:
        if (one.iss, one.sub) == (iss, sub) and one.person:
            return Match(person=one.person)
    alike = {one.person for one in seen if one.person and pivots & one.pivots}
    return Match(proposed=frozenset(alike))


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What an identity token must say to be believed; `contexts` are the levels that suffice."""

    iss: str
    client_id: str
    contexts: frozenset[str]


def why_not_believed(claims: Mapping[str, Any], expected: Expected, *, now: float) -> str:
    """Return what is wrong with the claims of a token whose signature is good, or "".

    One word: "iss", "aud", "azp", "exp", "iat", "auth_time", "sub", "acr". The level is that of the
    token, never what was asked for: a visitor may change the question.
    """
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    sub = claims.get("sub")
    checks = (
        ("iss", claims.get("iss") == expected.iss),
        ("aud", expected.client_id in audiences),
        ("azp", len(audiences) == 1 or claims.get("azp") == expected.client_id),
        ("exp", _number(claims.get("exp")) > now - LEEWAY),
        ("iat", _number(claims.get("iat")) <= now + LEEWAY),
        ("auth_time", _number(claims.get("auth_time")) <= now + LEEWAY),
        ("sub", isinstance(sub, str) and 0 < len(sub) <= SUBJECT_LENGTH),
        ("acr", not expected.contexts or claims.get("acr") in expected.contexts),
    )
    return next((name for name, is_good in checks if not is_good), "")


def shown_at(claims: Mapping[str, Any], *, left_at: dt.datetime, now: dt.datetime) -> dt.datetime:
    """Return when the person of a token showed, outside, who they are: its `auth_time`, which may
    be long before they left for there at `left_at`, since sessions stay open there.

    Where it is `left_at` or later, by our clock or theirs, they were asked this time. A token that
    does not say when rests on a session as old as one may be there.
    """
    told = _number(claims.get("auth_time"))
    if told < 0:
        return now - LONGEST_OUTSIDE
    if told < left_at.timestamp() - LEEWAY:
        return dt.datetime.fromtimestamp(told, tz=dt.UTC)
    return min(now, max(left_at, dt.datetime.fromtimestamp(told, tz=dt.UTC)))


def is_same_nonce(told: object, asked: str) -> bool:
    """Tell whether a token answers our very question."""
    return bool(asked) and isinstance(told, str) and hmac.compare_digest(told, asked)


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else -1.0


def belongs_to(siret: object, organisations: Collection[str]) -> bool:
    """Tell whether an establishment is one of these: a SIRET, or the SIREN of all of its own."""
    if not isinstance(siret, str) or not is_siret(siret):
        return False
    return any(
        len(one) in {SIREN_LENGTH, SIRET_LENGTH} and siret.startswith(one) for one in organisations
    )


def may_leave(*, ways_in: int) -> bool:
    """Tell whether an identity may be taken off an account: another way in must be left."""
    return ways_in > 1


def unlinked_before(now: dt.datetime) -> dt.datetime:
    """Return the moment before which an identity that opened nothing is forgotten."""
    return now - dt.timedelta(days=UNLINKED_DAYS)


def proposed_before(now: dt.datetime) -> dt.datetime:
    """Return the moment before which a proposal that nobody settled is dropped."""
    return now - dt.timedelta(days=PROPOSAL_DAYS)


def invited_before(now: dt.datetime) -> dt.datetime:
    """Return the moment before which an invitation is no longer good."""
    return now - dt.timedelta(days=INVITATION_DAYS)
