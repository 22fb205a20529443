"""Runs a service's sign-in against the City itself, over HTTP, and tells each step."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

import httpx
from cryptography.fernet import InvalidToken
from django.utils.translation import get_language, gettext as _
from jwcrypto.common import JWException
from jwcrypto.jwk import JWKSet
from jwcrypto.jwt import JWT

from parvis.openid.models import Service
from parvis.openid.queries import keys, trials
from parvis.openid.queries.issuing import issuer
from parvis.openid.rules import kinds, trials as rules
from parvis.openid.rules.trials import Trial

_SECONDS = 5.0
_LONGEST = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step as an administrator reads it: what was sent, what came back, what was checked."""

    title: str
    sent: str = ""
    answer: str = ""
    checks: tuple[tuple[str, bool], ...] = ()

    @property
    def is_right(self) -> bool:
        """Tell whether every check holds."""
        return all(holds for _what, holds in self.checks)


@dataclass(slots=True, kw_only=True)
class _Run:
    """A trial under way: the steps so far, and what is needed for the next."""

    trial: Trial
    service: Service
    now: dt.datetime
    client: httpx.Client
    steps: list[Step] = field(default_factory=list)
    found: dict[str, Any] = field(default_factory=dict)


def begin(
    service: Service, *, secret: str, scopes: tuple[str, ...], asked: Mapping[str, str]
) -> tuple[dict[str, str], str]:
    """Return what to remember of a trial, and where the browser goes first. `asked` are more
    parameters of the request, such as `prompt`.

    The secret is remembered sealed.
    """
    trial = Trial(
        service_id=str(service.public_id),
        scope=" ".join(scopes),
        secret_sealed=keys.seal().encrypt(secret.encode()).decode(),
        language=get_language() or "fr",
        **rules.new_secrets(),
    )
    request = {
        "client_id": service.client_id,
        "response_type": "code",
        "scope": trial.scope,
        "redirect_uri": trials.address(),
        "state": trial.state,
        "nonce": trial.nonce,
        "code_challenge": rules.challenge(trial.verifier),
        "code_challenge_method": "S256",
        **asked,
    }
    return asdict(trial), f"{trials.authorization_address()}?{urlencode(request)}"


def of_session(remembered: Mapping[str, str] | None) -> Trial | None:
    """Return the trial that was remembered, None if there is none."""
    return Trial(**remembered) if remembered else None


def finish(
    trial: Trial, service: Service, answer: Mapping[str, str], *, now: dt.datetime
) -> list[Step]:
    """Go on where the browser came back with an answer: code, tokens, what the service is told."""
    with _client() as client:
        run = _Run(trial=trial, service=service, now=now, client=client)
        if _discover(run) and _came_back(run, answer):
            grant = {
                "grant_type": "authorization_code",
                "code": answer["code"],
                "redirect_uri": trials.address(),
                "code_verifier": trial.verifier,
            }
            _tokens(run, grant, nonce=trial.nonce)
        return run.steps


def run_program(trial: Trial, service: Service, *, now: dt.datetime) -> list[Step]:
    """Get a token as a program that acts for itself."""
    with _client() as client:
        run = _Run(trial=trial, service=service, now=now, client=client)
        if _discover(run):
            _exchange(run, {"grant_type": "client_credentials"})
        return run.steps


def begin_device(
    trial: Trial, service: Service, *, now: dt.datetime
) -> tuple[list[Step], Trial, Mapping[str, Any]]:
    """Ask for a code as a device does; return the steps, what to remember, and what the device
    would show."""
    with _client() as client:
        run = _Run(trial=trial, service=service, now=now, client=client)
        shown: Mapping[str, Any] = {}
        if _discover(run):
            sent = {"client_id": str(service.client_id), "scope": trial.scope}
            title = _("The device asks for a code")
            shown = _post(run, title, "device_authorization_endpoint", sent)
        code = str(shown.get("device_code", ""))
        return run.steps, replace(trial, device_code=code), shown


def finish_device(trial: Trial, service: Service, *, now: dt.datetime) -> list[Step]:
    """Fetch the tokens of a device, once the person has said yes elsewhere."""
    with _client() as client:
        run = _Run(trial=trial, service=service, now=now, client=client)
        if _discover(run):
            grant = {"grant_type": kinds.KINDS[kinds.DEVICE].grant_type}
            _tokens(run, {**grant, "device_code": trial.device_code}, nonce="")
        return run.steps


# --- steps ----------------------------------------------------------------------------------------


def _discover(run: _Run) -> bool:
    address = f"{issuer()}/.well-known/openid-configuration"
    found = _asked(run, "GET", address)
    names = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")
    checks = (
        (_("The City answers at its own address"), bool(found)),
        (_("The issuer is the address itself"), found.get("issuer") == issuer()),
        (_("Every address that is needed is told"), all(found.get(name) for name in names)),
    )
    told = {name: found[name] for name in ("issuer", *names) if name in found} or found
    return _note(run, _("Discovery"), f"GET {address}", told, checks, keep=found)


def _came_back(run: _Run, answer: Mapping[str, str]) -> bool:
    checks = (
        (_("The City gave a code, and no error"), "code" in answer and "error" not in answer),
        (_("`state` is the one that was sent"), answer.get("state") == run.trial.state),
        (_("`iss` is the issuer (RFC 9207)"), answer.get("iss") == issuer()),
    )
    sent = f"GET {trials.address()}"
    return _note(run, _("The browser comes back"), sent, dict(answer), checks)


def _tokens(run: _Run, grant: dict[str, str], *, nonce: str) -> None:
    got = _exchange(run, grant)
    token = got.get("id_token")
    claims = _id_token(run, str(token), nonce) if token else {}
    if got.get("access_token") and run.found.get("userinfo_endpoint"):
        _userinfo(run, str(got["access_token"]), claims)


def _exchange(run: _Run, grant: dict[str, str]) -> Mapping[str, Any]:
    sent = dict(grant)
    secret = _secret(run.trial)
    if not secret:
        sent["client_id"] = str(run.service.client_id)
    elif grant["grant_type"] == "client_credentials":
        sent["scope"] = run.trial.scope
    who = (str(run.service.client_id), secret) if secret else None
    return _post(run, _("The service asks for tokens"), "token_endpoint", sent, who=who)


def _post(
    run: _Run,
    title: str,
    endpoint: str,
    sent: dict[str, str],
    *,
    who: tuple[str, str] | None = None,
) -> Mapping[str, Any]:
    address = str(run.found.get(endpoint, ""))
    got = _asked(run, "POST", address, data=sent, auth=who)
    head = f"POST {address}" + (f"\nAuthorization: Basic {who[0]}:…" if who else "")
    checks = ((_("The City says yes"), _is_yes(got)),)
    right = _note(run, title, f"{head}\n{rules.shown(sent)}", got, checks)
    return got if right else {}


def _id_token(run: _Run, token: str, nonce: str) -> dict[str, Any]:
    claims, header = _verified(run, token)
    checks = [
        (_("The signature is that of a published key"), bool(claims)),
        (_("`iss` is the issuer"), claims.get("iss") == issuer()),
        (_("`aud` is this service"), str(run.service.client_id) in rules.audience(claims)),
        (_("It has not expired"), claims.get("exp", 0) > run.now.timestamp()),
    ]
    if nonce:
        checks.append((_("`nonce` is the one that was sent"), claims.get("nonce") == nonce))
    _note(run, _("The ID token"), rules.shown(header), claims, tuple(checks))
    return claims


def _verified(run: _Run, token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the claims of a token, nothing if a published key did not sign it; and its header."""
    published = _asked(run, "GET", str(run.found.get("jwks_uri", "")))
    try:
        header = rules.header_of(token)
        # Times are told one by one, so that an administrator sees which is wrong.
        read = JWT(check_claims={}, algs=["RS256"])
        read.deserialize(token, JWKSet.from_json(json.dumps(published)))
        return json.loads(read.claims), header
    except (JWException, ValueError):
        return {}, {}


def _userinfo(run: _Run, access_token: str, claims: Mapping[str, Any]) -> None:
    address = str(run.found["userinfo_endpoint"])
    got = _asked(run, "GET", address, headers={"Authorization": f"Bearer {access_token}"})
    checks = (
        (_("The City says yes"), _is_yes(got)),
        (_("`sub` is the one of the ID token"), got.get("sub") == claims.get("sub")),
    )
    sent = f"GET {address}\nAuthorization: Bearer …"
    _note(run, _("The service asks about the person"), sent, got, checks)


def _note(
    run: _Run,
    title: str,
    sent: str,
    answer: Mapping[str, Any],
    checks: tuple[tuple[str, bool], ...],
    *,
    keep: Mapping[str, Any] | None = None,
) -> bool:
    step = Step(title=title, sent=sent, answer=rules.shown(answer), checks=checks)
    run.steps.append(step)
    run.found.update(keep or {})
    return step.is_right


# --- the wire -------------------------------------------------------------------------------------


def _client() -> httpx.Client:
    return httpx.Client(timeout=_SECONDS, trust_env=False)


def _asked(run: _Run, method: str, address: str, **options: Any) -> dict[str, Any]:
    """Return a JSON answer; `status` and `said` where there is none, or where it is a refusal."""
    try:
        response = run.client.request(method, address, **options)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return {"status": 0, "said": f"{type(error).__name__}: {error}"}
    try:
        read = response.json() if len(response.content) <= _LONGEST else None
    except ValueError:
        read = None
    if not isinstance(read, dict):
        return {"status": response.status_code, "said": response.text[:500]}
    return read if response.is_success else {"status": response.status_code, **read}


def _is_yes(got: Mapping[str, Any]) -> bool:
    return not {"status", "error"} & got.keys()


def _secret(trial: Trial) -> str:
    try:
        return keys.seal().decrypt(trial.secret_sealed.encode()).decode()
    except InvalidToken:
        return ""
