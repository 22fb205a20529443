"""Who the provider is, and what it tells the world about itself."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import QueryDict
from django.urls import reverse

from parvis.openid.rules.assurance import ACR_VALUES
from parvis.openid.rules.claims import CLAIMS, SCOPES, SUB
from parvis.openid.rules.requests import DENIED, OURS, PROMPTS

AUTH_METHODS = ["client_secret_basic", "client_secret_post", "none"]
GRANT_TYPES = [
    "authorization_code",
    "refresh_token",
    "client_credentials",
    "urn:ietf:params:oauth:grant-type:device_code",
]


def issuer() -> str:
    """Return the name under which the provider signs: the address of the site."""
    return str(settings.PARVIS_SITE_URL).rstrip("/")


def address(name: str) -> str:
    """Return the full address of one of the provider's own pages."""
    return issuer() + reverse(f"oidc:{name}")


def metadata() -> dict[str, Any]:
    """Return what clients discover (OpenID Connect Discovery 1.0; RFC 8414)."""
    return {
        "issuer": issuer(),
        "authorization_endpoint": address("authorize"),
        "token_endpoint": address("token"),
        "userinfo_endpoint": address("userinfo"),
        "jwks_uri": address("jwks"),
        "end_session_endpoint": address("logout"),
        "introspection_endpoint": address("introspect"),
        "revocation_endpoint": address("revoke"),
        "device_authorization_endpoint": address("device_authorization"),
        "scopes_supported": list(SCOPES),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": GRANT_TYPES,
        "acr_values_supported": list(ACR_VALUES),
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": AUTH_METHODS,
        "introspection_endpoint_auth_methods_supported": AUTH_METHODS[:2],
        "revocation_endpoint_auth_methods_supported": AUTH_METHODS,
        "code_challenge_methods_supported": ["S256"],
        "claim_types_supported": ["normal"],
        "claims_supported": [SUB, "auth_time", "acr", "amr", "sid", "act", *CLAIMS],
        "claims_parameter_supported": True,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        "authorization_response_iss_parameter_supported": True,
        "backchannel_logout_supported": True,
        "backchannel_logout_session_supported": True,
        "prompt_values_supported": list(PROMPTS),
        "display_values_supported": ["page", "popup", "touch"],
        "ui_locales_supported": ["fr", "en"],
    }


def way_back(query: QueryDict, *, denied: bool) -> str:
    """Return where a person goes after they were asked to agree, with the request untouched."""
    going = query.copy()
    if denied:
        going[DENIED] = "1"
    name = "oidc:device" if "user_code" in query else "oidc:authorize"
    return f"{reverse(name)}?{going.urlencode()}"


def without_ours(query: QueryDict) -> QueryDict:
    """Return the request as the service sent it."""
    sent = query.copy()
    for name in OURS & set(sent):
        del sent[name]
    return sent
