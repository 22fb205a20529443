"""FranceConnect and ProConnect as the sign-in library (django-allauth) knows providers."""

from __future__ import annotations

import datetime as dt
import json
import time
from dataclasses import dataclass
from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.base.constants import AuthError
from allauth.socialaccount.providers.base.provider import Provider, ProviderAccount
from allauth.socialaccount.providers.oauth2.provider import OAuth2Provider
from allauth.socialaccount.providers.oauth2.views import OAuth2Adapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import get_random_string

from parvis.account.adapters import upstream_tokens as tokens
from parvis.account.adapters.upstream_arrivals import note_language, receive, trouble
from parvis.account.models import Vouching
from parvis.account.rules import identities as rules

# By which a party says that it cannot answer now (RFC 6749, 4.1.2.1).
_DOWN = {"server_error", "temporarily_unavailable"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """How the city deals with one of the two: its address, who we are there, what we ask for."""

    vouching: Vouching
    issuer: str
    client_id: str
    secret: str
    scopes: tuple[str, ...]
    contexts: frozenset[str]
    questions: dict[str, str]


def _setting(name: str) -> str:
    return str(getattr(settings, f"PARVIS_{name}", ""))


def party(vouched_by: str) -> Party | None:
    """Return how the city deals with one of the two, or None if it does not."""
    parties = {Vouching.FRANCECONNECT.value: _franceconnect, Vouching.PROCONNECT.value: _proconnect}
    found = parties[vouched_by]()
    return found if found.issuer else None


def _franceconnect() -> Party:
    level = _setting("FRANCECONNECT_LEVEL")
    return Party(
        vouching=Vouching.FRANCECONNECT,
        issuer=_setting("FRANCECONNECT_URL"),
        client_id=_setting("FRANCECONNECT_CLIENT_ID"),
        secret=_setting("FRANCECONNECT_CLIENT_SECRET"),
        scopes=("openid", "identite_pivot", "preferred_username", "email"),
        # What was asked for, or more.
        contexts=frozenset(one for one in ("eidas1", "eidas2", "eidas3") if one >= level),
        questions={"acr_values": level, **_for_whom(level)},
    )


def _for_whom(level: str) -> dict[str, str]:
    """Return what asks whether a professional of Aidants Connect acts for the person, and in what.

    It is asked for by name and never needed, so that who comes alone is not kept out;
    FranceConnect+ knows no such professionals.
    """
    if level != "eidas1" or not getattr(settings, "PARVIS_FRANCECONNECT_AIDANTS", True):
        return {}
    asked = {"rep_scope": None}
    return {"claims": json.dumps({"id_token": asked, "userinfo": asked}, separators=(",", ":"))}


def _proconnect() -> Party:
    return Party(
        vouching=Vouching.PROCONNECT,
        issuer=_setting("PROCONNECT_URL"),
        client_id=_setting("PROCONNECT_CLIENT_ID"),
        secret=_setting("PROCONNECT_CLIENT_SECRET"),
        scopes=("openid", "given_name", "usual_name", "email", "siret"),
        contexts=frozenset(),
        # How and when an agent signed in is told only to who asks for it by name.
        questions={"claims": _essential("amr", "auth_time")},
    )


def _essential(*names: str) -> str:
    """Return the question for claims of the identity token (OpenID Connect Core 1.0, 5.5.1)."""
    asked = {"id_token": {name: {"essential": True} for name in names}}
    return json.dumps(asked, separators=(",", ":"))


class CityAccount(ProviderAccount):
    """An account elsewhere: nothing of it is shown."""


class CityOAuth2Adapter(OAuth2Adapter):
    """Where a party has its endpoints, and what it tells once a code was given."""

    # Codes are exchanged by a program of ours.
    access_token_url = ""

    def __init__(self, request: HttpRequest, asked: Party) -> None:
        super().__init__(request)
        self.party = asked
        self.provider_id = asked.vouching.value

    @property
    def authorize_url(self) -> str:
        """Return where the browser is sent."""
        return str(tokens.discovery(self.party.issuer)["authorization_endpoint"])

    def get_provider(self) -> CityProvider:
        """Return the provider of this party."""
        return CityProvider(self.request, self.party)

    def get_callback_url(self, _request: HttpRequest, _app: SocialApp) -> str:
        """Return the address registered with the party: one, whatever the page's language."""
        with translation.override(settings.LANGUAGE_CODE):
            path = reverse(f"account:{self.provider_id}_return")
        return f"{settings.PARVIS_SITE_URL.rstrip('/')}{path}"

    def get_access_token_data(
        self, request: HttpRequest, app: Any, client: Any, pkce_code_verifier: Any = None
    ) -> dict[str, Any]:
        """Return what the party gives for the code that came back; neither knows of PKCE."""
        del client, pkce_code_verifier
        sent = {
            "grant_type": "authorization_code",
            "code": request.GET["code"],
            "redirect_uri": self.get_callback_url(request, app),
            "client_id": self.party.client_id,
            "client_secret": self.party.secret,
        }
        return tokens.exchange(self.party.issuer, sent)

    def complete_login(
        self, request: HttpRequest, app: Any, token: SocialToken, **kwargs: Any
    ) -> SocialLogin:
        """Return who came back; both what the token and what userinfo say was signed.

        :raises NotBelieved: if anything in it is not what the party would say to us now
        """
        del app
        asked = self.party
        opens = tokens.our_key() if asked.vouching is Vouching.FRANCECONNECT else None
        id_token = str(kwargs["response"].get("id_token", ""))
        claims = tokens.read(id_token, issuer=asked.issuer, opens=opens)
        expected = rules.Expected(
            iss=asked.issuer, client_id=asked.client_id, contexts=asked.contexts
        )
        wrong = rules.why_not_believed(claims, expected, now=time.time())
        if wrong:
            raise tokens.NotBelieved(wrong)
        told = tokens.userinfo(asked.issuer, token.token, opens=opens)
        if told.get("sub") != claims["sub"]:
            raise tokens.NotBelieved("userinfo is about somebody else")
        data = {"id_token": claims, "userinfo": told, "hint": id_token}
        login: SocialLogin = self.get_provider().sociallogin_from_response(request, data)
        return login


class CityProvider(OAuth2Provider):
    """A party outside as the library sees it; nothing of the question is left to the visitor."""

    account_class = CityAccount
    oauth2_adapter_class = CityOAuth2Adapter

    def __init__(self, request: HttpRequest, asked: Party) -> None:
        self.party = asked
        self.id = asked.vouching.value
        self.name = asked.vouching.label
        app = SocialApp(provider=self.id, client_id=asked.client_id, secret=asked.secret)
        super().__init__(request, app=app)

    @property
    def sub_id(self) -> str:
        """Return the name under which what was asked is noted."""
        return self.id

    def get_oauth2_adapter(self, request: HttpRequest) -> CityOAuth2Adapter:
        """Return what knows the endpoints."""
        return CityOAuth2Adapter(request, self.party)

    def get_scope(self) -> list[str]:
        """Return what we ask for: what an account needs, and no more."""
        return list(self.party.scopes)

    def begin(
        self,
        request: HttpRequest,
        *,
        process: str,
        next_url: str,
        now: dt.datetime,
        **more: str,
    ) -> Any:
        """Send the browser to the party with a fresh state and nonce, which the session keeps with
        the moment it left.

        `more` are parameters of this one question, such as prompt.
        """
        nonce = get_random_string(rules.NONCE_LENGTH)
        note_language(request)
        return self.redirect(
            request,
            process=process,
            next_url=next_url,
            nonce=nonce,
            left_at=now.timestamp(),
            scope=self.get_scope(),
            auth_params={**self.party.questions, "nonce": nonce, **more},
        )

    def extract_uid(self, data: dict[str, Any]) -> str:
        """Return the subject."""
        return str(data["id_token"]["sub"])


class UpstreamAdapter(DefaultSocialAccountAdapter):
    """What the library asks of the house when somebody comes back from outside."""

    def generate_state_param(self, _state: dict[str, Any]) -> str:
        """Return a state as long as the strictest party wants it."""
        return get_random_string(rules.STATE_LENGTH)

    def get_provider(
        self, request: HttpRequest, provider: Any, client_id: Any = None
    ) -> CityProvider:
        """Return one of our two; others do not exist here."""
        del client_id
        asked = party(provider)
        if asked is None:
            raise SocialApp.DoesNotExist(provider)
        return CityProvider(request, asked)

    def list_providers(self, request: HttpRequest) -> list[Provider]:
        """Return those the city deals with."""
        found = (party(name) for name in Vouching.values)
        return [CityProvider(request, one) for one in found if one]

    def populate_user(self, _request: HttpRequest, sociallogin: SocialLogin, _data: Any) -> Any:
        """Fill in nothing: our own actions open accounts."""
        return sociallogin.user

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Take over from the library: who may open which account is the city's own rule."""
        raise ImmediateHttpResponse(receive(request, sociallogin))

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: CityProvider,
        error: str | None = None,
        exception: Exception | None = None,
        extra_context: dict[str, Any] | None = None,
    ) -> None:
        """Say what went wrong and which other ways in there are."""
        state = (extra_context or {}).get("state")
        why = "not_believed"
        if error == AuthError.CANCELLED:
            why = "cancelled"
        elif isinstance(exception, tokens.Down) or (state and request.GET.get("error") in _DOWN):
            why = "down"
        elif exception is None and state is None:
            why = "lost"
        going_on = (state or {}).get("next")
        raise ImmediateHttpResponse(trouble(request, provider.id, why, going_on=going_on))
