"""Who asks with an access token, and all that decides what they are told, in one question."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from parvis.account.public import Named, named_beside, named_in
from parvis.kernel import asking
from parvis.openid.queries.logins import stands_for
from parvis.openid.rules.claims import Contract, parameter
from parvis.openid.rules.secrets import fingerprint

# Services ask this more often than all else together: writing the same through the mapper takes
# ten times as long as the answer.
_ASKED = """
SELECT token.scope, token.user_id, login.act, login.ended_at, code.claims,
    service.sector, service.operator, service.purpose_fr, service.purpose_en, service.claims,
    service.optional_claims, subject.sub, consent.claims, consent.contract, named.*
FROM openid_access_token AS token
JOIN openid_service AS service ON service.id = token.application_id
JOIN openid_login AS login ON login.id = token.login_id
LEFT JOIN openid_grant AS code ON code.id = token.grant_id
LEFT JOIN openid_subject AS subject
    ON subject.sector = service.sector AND subject.ref = 'person:' || login.person_id
LEFT JOIN openid_consent AS consent
    ON consent.person_id = login.person_id AND consent.service_id = service.id
    AND consent.withdrawn_at IS NULL
{named}
WHERE token.token_checksum = %s AND token.expires > %s AND service.closed_at IS NULL
""".replace("{named}", named_beside("token.user_id"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Bearer:
    """What an access token of a person stands for.

    `sub` is the name under which the sector knows the person, "" if it has none yet; `act` as a
    `Login` keeps it; `agreed` the claims the person agreed to under the present contract; `asked`
    the `claims` parameter of the code; `person` is None where the account is closed.
    """

    scopes: tuple[str, ...]
    person_id: uuid.UUID
    act: Mapping[str, Any] | None
    sector: str
    contract: Contract
    sub: str
    agreed: frozenset[str]
    asked: Mapping[str, Any]
    person: Named | None


def bearer(token: str, *, now: dt.datetime) -> Bearer | None:
    """Return what a token that is worth something stands for; None for any other, and for one of a
    program that acts for itself."""
    row = asking.row(_ASKED, [fingerprint(token), now])
    if row is None:
        return None
    scope, person_id, act, ended_at, asked, sector, *rest = row
    operator, purpose_fr, purpose_en, claims, optional, sub, agreed, version, *known = rest
    act = json.loads(act) if isinstance(act, str) else act
    contract = Contract(
        operator=operator,
        purpose_fr=purpose_fr,
        purpose_en=purpose_en,
        claims=frozenset(claims),
        optional=frozenset(optional),
    )
    if not stands_for(person_id, act=act, ended_at=ended_at, scope=scope, now=now):
        return None
    return Bearer(
        scopes=tuple(scope.split()),
        person_id=person_id,
        act=act,
        sector=sector,
        contract=contract,
        sub=sub or "",
        agreed=frozenset(agreed or ()) if version == contract.version else frozenset(),
        asked=parameter(asked),
        person=named_in(known),
    )
