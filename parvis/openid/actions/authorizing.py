"""From the request of a service to its code: what the person does in between, and the answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from django.core import signing
from django.http import QueryDict
from django.utils.translation import gettext as _

from parvis.account.public import has_second_factor
from parvis.kernel.errors import Refused
from parvis.openid.actions import logins, tokens
from parvis.openid.actions.signing import read_id_token
from parvis.openid.models import Service
from parvis.openid.queries.consents import consent_in_force
from parvis.openid.queries.issuing import issuer
from parvis.openid.queries.logins import ref_behind, service_by_client_id
from parvis.openid.rules import claims, requests
from parvis.openid.rules.steps import Situation, Step, next_step

_SALT = "parvis.openid.asked"
_NOT_AGREED = "The person did not agree."
# A person may take their time to find the telephone.
PATIENCE = dt.timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request whose service and address are known: whatever happens now, it can be answered."""

    service: Service
    redirect_uri: str
    parameters: Mapping[str, list[str]]
    asked_at: dt.datetime
    has_chosen: bool
    is_denied: bool

    def answer(self, **values: str) -> str:
        """Return the address that carries an answer back, with `state` and `iss` (RFC 9207)."""
        state = requests.one(self.parameters, "state")
        return requests.answer(self.redirect_uri, **values, state=state, iss=issuer())

    @property
    def stamp(self) -> str:
        """Return a proof of when this very request first arrived."""
        digest = requests.digest(self.parameters)
        return signing.dumps([self.asked_at.timestamp(), digest], salt=_SALT)


def receive(query: QueryDict, *, now: dt.datetime) -> Asked:
    """Return the request, if it comes from a service we know and is to be answered where that
    service said (RFC 9700, section 2.1: compared letter by letter).

    :raises Refused: `openid_unknown_service`, `openid_unknown_address`, `openid_broken_request`:
        nobody can be answered, a page is shown to the person
    """
    parameters = dict(query.lists())
    if requests.broken(parameters, ["client_id", "redirect_uri"]):
        raise _unsafe("openid_broken_request")
    service = service_by_client_id(requests.one(parameters, "client_id"))
    if service is None:
        raise _unsafe("openid_unknown_service")
    redirect_uri = requests.one(parameters, "redirect_uri")
    if not redirect_uri or redirect_uri not in service.redirect_uris.split():
        raise _unsafe("openid_unknown_address")
    asked_at = first_arrival(parameters, now=now)
    return Asked(
        service=service,
        redirect_uri=redirect_uri,
        parameters={k: v for k, v in parameters.items() if k not in requests.OURS},
        asked_at=asked_at or now,
        has_chosen=asked_at is not None and requests.CHOSEN in parameters,
        is_denied=requests.DENIED in parameters,
    )


def _unsafe(code: str) -> Refused:
    return Refused(
        code,
        _("This application did not ask the way it was registered: it learns nothing about you."),
        status=HTTPStatus.BAD_REQUEST,
    )


def first_arrival(parameters: requests.Parameters, *, now: dt.datetime) -> dt.datetime | None:
    """Return when a request first arrived, as its stamp proves; None without a good one."""
    try:
        at, digest = signing.loads(
            requests.one(parameters, requests.ASKED), salt=_SALT, max_age=PATIENCE
        )
    except signing.BadSignature:
        return None
    if digest != requests.digest(parameters):
        return None
    asked_at = dt.datetime.fromtimestamp(at, tz=dt.UTC)
    return asked_at if asked_at <= now else None


def proceed(asked: Asked, who: logins.Who | None, *, now: dt.datetime) -> Step | str:
    """Return what the person does next, or the address that answers the service."""
    if asked.is_denied:
        return asked.answer(error="access_denied", error_description=_NOT_AGREED)
    try:
        wanted = requests.read(asked.parameters)
        step = next_step(wanted, _situation(asked, wanted, who, now=now))
    except requests.Problem as problem:
        return asked.answer(error=problem.error, error_description=problem.description)
    if step is not Step.DONE or who is None:
        return step
    code = tokens.issue_code(asked.service, who, wanted, redirect_uri=asked.redirect_uri, now=now)
    return asked.answer(code=code)


def _situation(
    asked: Asked,
    wanted: requests.AuthorizationRequest,
    who: logins.Who | None,
    *,
    now: dt.datetime,
) -> Situation:
    def consents(since: dt.datetime | None) -> bool:
        return who is not None and consent_in_force(
            person_id=who.person_id,
            service=asked.service,
            scopes=wanted.scopes,
            claims=claims.asked(wanted.scopes, wanted.claims),
            since=since,
        )

    return Situation(
        now=now,
        asked_at=asked.asked_at,
        auth_time=who.proof.auth_time if who else None,
        acr=who.proof.acr if who else "",
        least_acr=asked.service.least_acr,
        is_expected=who is None or _is_expected(asked, wanted, who),
        has_chosen=asked.has_chosen,
        has_second_factor=lambda: who is not None and has_second_factor(who.person_id),
        consents=consents,
    )


def _is_expected(asked: Asked, wanted: requests.AuthorizationRequest, who: logins.Who) -> bool:
    """Tell whether the person is the one the request names, if it names one."""
    sector = asked.service.sector
    subs = {wanted.sub} - {""}
    if wanted.id_token_hint:
        hint = read_id_token(wanted.id_token_hint)
        if hint is None:
            raise requests.Problem(
                error="invalid_request", description="The id_token_hint is not one of ours."
            )
        subs.add(str(hint["sub"]))
    return all(ref_behind(sub, sector=sector) == who.ref for sub in subs)
