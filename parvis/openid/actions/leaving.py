"""What a service asks when somebody leaves (OpenID Connect RP-Initiated Logout 1.0)."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from django.http import QueryDict
from django.utils.translation import gettext as _

from parvis.kernel.errors import Refused
from parvis.openid.actions.signing import read_id_token
from parvis.openid.models import Login, Service
from parvis.openid.queries.logins import service_by_client_id
from parvis.openid.rules import requests


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """A person is to leave. `service` is who asks, if it is known; `back` is where they go then, ""
    for our own page; `session_ref` is the session the service means, "" if it does not say."""

    service: Service | None
    back: str
    session_ref: str

    def is_about(self, session_ref: str) -> bool:
        """Tell whether the service showed that it means this very session."""
        return bool(session_ref) and self.session_ref == session_ref


def receive(query: QueryDict) -> Leaving:
    """Return what is asked.

    :raises Refused: `openid_bad_hint`, `openid_unknown_service`, `openid_unknown_address`: nobody
        is signed out and nobody is sent anywhere, a page says so
    """
    parameters = dict(query.lists())
    hint = requests.one(parameters, "id_token_hint")
    claims = read_id_token(hint) if hint else {}
    if claims is None or requests.broken(parameters, sorted(parameters)):
        raise _refused("openid_bad_hint")
    client_id = requests.one(parameters, "client_id") or str(claims.get("aud", ""))
    if claims and claims.get("aud") != client_id:
        raise _refused("openid_bad_hint")
    service = service_by_client_id(client_id) if client_id else None
    if client_id and service is None:
        raise _refused("openid_unknown_service")
    login = Login.objects.filter(sid=claims["sid"]).first() if claims else None
    return Leaving(
        service=service,
        back=_back(service, parameters),
        session_ref=login.session_ref if login else "",
    )


def _back(service: Service | None, parameters: requests.Parameters) -> str:
    """Return where the person goes, with the service's `state`.

    Without a service that answers for it, an address leads nowhere.
    """
    wanted = requests.one(parameters, "post_logout_redirect_uri")
    if not wanted or service is None:
        return ""
    if wanted not in service.post_logout_redirect_uris.split():
        raise _refused("openid_unknown_address")
    return requests.answer(wanted, state=requests.one(parameters, "state"))


def _refused(code: str) -> Refused:
    return Refused(
        code,
        _("This application did not ask the way it was registered: nobody was signed out."),
        status=HTTPStatus.BAD_REQUEST,
    )
