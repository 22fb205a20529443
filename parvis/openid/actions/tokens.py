"""Codes and tokens: issuing them once, renewing them, and making them worth nothing."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F, OuterRef, Q, Subquery, TextField, Value
from django.db.models.functions import Cast, Concat, Least

from parvis.kernel import asking
from parvis.kernel.hurrying import Hurried
from parvis.kernel.prepared import Prepared
from parvis.openid.actions.logins import Code, Who, open_login
from parvis.openid.actions.signing import sign
from parvis.openid.actions.subjects import act_by, act_of, subject_by, subject_of
from parvis.openid.models import AccessToken, Grant, Login, RefreshToken, Service, Subject
from parvis.openid.queries import consents, logins, told
from parvis.openid.queries.bearers import Bearer
from parvis.openid.queries.issuing import issuer
from parvis.openid.queries.keys import signing_kid
from parvis.openid.rules.claims import asked_in, parameter, to_give
from parvis.openid.rules.requests import AuthorizationRequest
from parvis.openid.rules.secrets import fingerprint

CODE_LIFETIME = dt.timedelta(seconds=60)
TOKEN_LIFETIME = dt.timedelta(minutes=10)
REFRESH_LIFETIME = dt.timedelta(days=30)
# What these grants spend and what they keep is one statement (`keep`).
IN_ONE_STEP = frozenset({"authorization_code", "refresh_token"})


def issue_code(
    service: Service, who: Who, asked: AuthorizationRequest, *, redirect_uri: str, now: dt.datetime
) -> str:
    """Sign a person in to a service, and return a code for it, good once and for a minute; only its
    fingerprint is kept."""
    code = secrets.token_urlsafe(32)
    kept = Code(
        fingerprint=fingerprint(code),
        expires=now + CODE_LIFETIME,
        redirect_uri=redirect_uri,
        scope=" ".join(asked.scopes),
        challenge=asked.challenge,
        nonce=asked.nonce,
        claims=json.dumps(asked.claims),
    )
    open_login(service, who, now=now, code=kept)
    return code


# Under which name the sector of the service knows the person, if it does.
_KNOWN_AS = Subquery(
    Subject.objects.filter(
        sector=OuterRef("application__sector"),
        ref=Concat(Value("person:"), Cast(OuterRef("user_id"), TextField())),
    ).values("sub")[:1]
)


_SERVICE = ("authorization_grant_type", "client_id", "client_secret", "client_type", "closed_at")
_CONTRACT = ("sector", "operator", "purpose_fr", "purpose_en", "claims", "optional_claims")
_LOGIN = ("acr", "act", "amr", "auth_time", "ended_at", "person", "sid")
# What redeeming a code looks at: of all the moments that are kept beside, few are of use.
_READ = (
    *("claims", "code_challenge", "code_challenge_method", "expires", "nonce", "redirect_uri"),
    *("scope", "spent_at", "user__closed_at"),
    *(f"application__{one}" for one in (*_SERVICE, *_CONTRACT)),
    *(f"login__{one}" for one in _LOGIN),
)


def code_row(code: str, *, now: dt.datetime) -> Grant | None:
    """Return what a code stands for, spent or not, with what redeeming it takes; or None."""
    return _of_code.first(fingerprint(code), now)


_of_code: Prepared[Grant] = Prepared(
    lambda checksum, now: (
        Grant.objects.filter(code=checksum)
        .select_related("application", "user", "login")
        .only(*_READ)
        .annotate(known_as=_KNOWN_AS, signing_kid=signing_kid(now))[:1]
    ),
    str,
    dt.datetime,
)


def revoke_issued_for(grant: Grant, *, now: dt.datetime) -> None:
    """Make what a code was redeemed for worth nothing: somebody presented it twice (RFC 6749,
    section 4.1.2)."""
    _revoke(Q(grant=grant), now=now)


def revoke_family(token: RefreshToken, *, now: dt.datetime) -> None:
    """Make a refresh token worth nothing, and all that descends from the same sign-in."""
    family = RefreshToken.objects.filter(token_family=token.token_family)
    _revoke(Q(pk__in=family.values("access_token")), now=now)


def revoke(token: str, service: Service, *, now: dt.datetime) -> None:
    """Make a token of a service worth nothing, with what belongs to it (RFC 7009, section 2.1).

    A token of another service, or none at all, changes nothing.
    """
    checksum = fingerprint(token)
    refresh = RefreshToken.objects.filter(token_checksum=checksum, application=service).first()
    if refresh is not None:
        revoke_family(refresh, now=now)
        return
    _revoke(Q(token_checksum=checksum, application=service), now=now)


@transaction.atomic
def _revoke(what: Q, *, now: dt.datetime) -> None:
    # In one order: two who end the same tokens at one moment do not wait for each other for ever.
    locked = AccessToken.objects.filter(what).order_by("pk").select_for_update()
    ended = list(locked.values_list("pk", flat=True))
    tokens = AccessToken.objects.filter(pk__in=ended)
    RefreshToken.objects.filter(access_token__in=ended, revoked=None).update(revoked=now)
    tokens.update(expires=Least(F("expires"), now))


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """What a token is issued for. A program that acts for itself has no person and no login.

    `grant` is the code at the beginning; `replaced` the refresh token that was handed in.
    """

    service: Service
    scope: str
    person_id: uuid.UUID | None = None
    login: Login | None = None
    grant: Grant | None = None
    replaced: RefreshToken | None = None


# What was handed in is spent or retired, and both tokens are kept, in one step. The database
# decides who was first with a code or a refresh token: whoever comes second waits for the first,
# then finds it spent, and nothing is kept. A refresh token is all that its service has left: what
# takes its place waits for the disk.
_KEPT = Hurried("""
WITH spent AS (
    UPDATE openid_grant SET spent_at = %(now)s
    WHERE id = %(code)s AND spent_at IS NULL AND expires > %(now)s
    RETURNING id
), retired AS (
    UPDATE openid_refresh_token SET revoked = %(now)s, updated = %(now)s
    WHERE id = %(replaced)s AND revoked IS NULL
    RETURNING id
), kept AS (
    INSERT INTO openid_access_token (application_id, user_id, login_id, grant_id, scope,
        source_refresh_token_id, expires, token, token_checksum, resource, created, updated)
    SELECT %(service)s, %(person)s, %(login)s, %(grant)s, %(scope)s, %(replaced)s, %(expires)s,
        '', %(access)s, '[]', %(now)s, %(now)s
    WHERE (%(code)s IS NULL OR EXISTS (SELECT FROM spent))
        AND (%(replaced)s IS NULL OR EXISTS (SELECT FROM retired))
    RETURNING id
), refreshed AS (
    INSERT INTO openid_refresh_token (application_id, user_id, login_id, access_token_id,
        token_family, token, token_checksum, resource, created, updated)
    SELECT %(service)s, %(person)s, %(login)s, kept.id, %(family)s, '', %(refresh)s::text, '[]',
        %(now)s, %(now)s
    FROM kept WHERE %(refresh)s::text <> ''
)
SELECT id, CASE WHEN %(replaced)s IS NULL THEN {hurried} END FROM kept
""")


def keep(issue: Issue, *, access: str, refresh: str, now: dt.datetime) -> bool:
    """Keep the fingerprints of an access token and, unless it is "" or nobody's, of a refresh
    token, and tell whether they were kept: not if somebody else was faster with what was handed in
    for them, which is good for nothing any more."""
    has_refresh = refresh and issue.person_id is not None
    family = issue.replaced.token_family if issue.replaced else uuid.uuid4()
    grant = issue.grant.pk if issue.grant else None
    kept: dict[str, Any] = {
        "now": now,
        "service": issue.service.pk,
        "person": issue.person_id,
        "login": issue.login.pk if issue.login else None,
        "grant": grant,
        "code": None if issue.replaced else grant,
        "scope": issue.scope,
        "replaced": issue.replaced.pk if issue.replaced else None,
        "family": family,
        "expires": now + TOKEN_LIFETIME,
        "access": fingerprint(access),
        "refresh": fingerprint(refresh) if has_refresh else "",
    }
    return asking.row(_KEPT.now(), kept) is not None


def revoke_for(issue: Issue, *, now: dt.datetime) -> None:
    """Make worth nothing what somebody else got for what was handed in a second time."""
    if issue.replaced is not None:
        revoke_family(issue.replaced, now=now)
    elif issue.grant is not None:
        revoke_issued_for(issue.grant, now=now)


def id_token(issue: Issue, *, access: str, nonce: str, now: dt.datetime) -> str:
    """Return the signed ID token of a login (OpenID Connect Core 1.0, section 2).

    :raises ValueError: if nobody signed in
    """
    login = issue.login
    if login is None:
        msg = "an ID token is about a login"
        raise ValueError(msg)
    claims = {
        "iss": issuer(),
        "sub": _known_as(issue) or subject_of(login, issue.service),
        "aud": issue.service.client_id,
        "exp": int((now + TOKEN_LIFETIME).timestamp()),
        "iat": int(now.timestamp()),
        "auth_time": int(login.auth_time.timestamp()),
        "acr": login.acr,
        "amr": list(login.amr),
        "sid": str(login.sid),
        "at_hash": _half_hash(access),
        "nonce": nonce,
        "act": act_of(login, issue.service),
        **_for_id_token(login, issue),
    }
    kid = getattr(issue.replaced or issue.grant, "signing_kid", None) or ""
    return sign({name: value for name, value in claims.items() if value}, now=now, kid=kid)


def userinfo(found: Bearer) -> dict[str, Any] | None:
    """Return what a service is told about the person of an access token; None if their account is
    closed."""
    if found.person is None:
        return None
    act = act_by(found.act, found.sector)
    names = asked_in("userinfo", found.asked, found.scopes, acts=bool(found.act))
    given = told.known_of(found.person, to_give(names, found.contract, found.agreed))
    known_as = "" if found.act else found.sub
    return {
        "sub": known_as or subject_by(found.act, found.person_id, found.sector),
        **_renamed(given, found.act),
        **({"act": act} if act else {}),
    }


def introspection(token: str, service: Service, *, now: dt.datetime) -> dict[str, Any]:
    """Return what a token is worth, to the service it was issued to or to one of its sector; to
    any other it is worth nothing (RFC 7662, section 2.2)."""
    access = logins.access_token(token, now=now)
    refresh = None if access else logins.refresh_token(token, now=now)
    found = access or (refresh.access_token if refresh else None)
    owner = found.application if found else None
    if found is None or owner is None or owner.sector != service.sector:
        return {"active": False}
    about = {
        "active": True,
        "iss": issuer(),
        "client_id": owner.client_id,
        "aud": owner.client_id,
        "scope": found.scope,
        "token_type": "Bearer" if access else "refresh_token",
        "iat": int(found.created.timestamp()),
    }
    if access:
        about["exp"] = int(found.expires.timestamp())
    return about | _about_login(found.login, owner)


def _about_login(login: Login | None, service: Service) -> dict[str, Any]:
    if login is None:
        return {}
    act = act_of(login, service)
    return {
        "sub": subject_of(login, service),
        "auth_time": int(login.auth_time.timestamp()),
        "acr": login.acr,
        "amr": list(login.amr),
        **({"act": act} if act else {}),
    }


def _known_as(issue: Issue) -> str:
    """Return the name that came with the code; "" if it has none, or somebody else is acted for."""
    if issue.login is None or issue.login.act:
        return ""
    return str(getattr(issue.grant, "known_as", None) or "")


def _half_hash(token: str) -> str:
    half = hashlib.sha256(token.encode()).digest()[:16]
    return base64.urlsafe_b64encode(half).rstrip(b"=").decode()


def _for_id_token(login: Login, issue: Issue) -> dict[str, Any]:
    """Return the claims that a code asked to have in the ID token: only what the contract and the
    person allow."""
    asked = issue.grant.claims if issue.grant else ""
    names = asked_in("id_token", parameter(asked), acts=bool(login.act))
    if not names:
        return {}
    given = consents.claims_given(
        person_id=login.person_id, service=issue.service, names=sorted(names)
    )
    return _renamed(given, login.act)


def _renamed(given: dict[str, Any], act: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return what is told under the name of whoever is acted for."""
    return given | {"name": act["name"]} if act and "name" in given else given
