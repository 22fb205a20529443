"""The OpenID provider: django-oauth-toolkit, on our own models, as strict as RFC 9700 asks."""

from __future__ import annotations

from config import environment

# Private networks whose services may be told that somebody signed out, as 10.1.0.0/16.
PARVIS_OPENID_PRIVATE_NETWORKS = environment.words("PARVIS_OPENID_PRIVATE_NETWORKS")

OAUTH2_PROVIDER = {
    "OIDC_ENABLED": True,
    "OIDC_SERVER_CLASS": "parvis.openid.adapters.server.city_server",
    "OAUTH2_VALIDATOR_CLASS": "parvis.openid.adapters.validator.CityValidator",
    "ACCESS_TOKEN_GENERATOR": "parvis.openid.adapters.server.new_token",
    "REFRESH_TOKEN_GENERATOR": "parvis.openid.adapters.server.new_token",
    # A device's person is found by our validator.
    "OAUTH_PRE_TOKEN_VALIDATION": [],
    "PKCE_REQUIRED": True,
    # A code is good for a minute, a token for ten; whoever may come back asks with a refresh token.
    "AUTHORIZATION_CODE_EXPIRE_SECONDS": 60,
    "ACCESS_TOKEN_EXPIRE_SECONDS": 600,
    "REFRESH_TOKEN_EXPIRE_SECONDS": 30 * 24 * 60 * 60,
    "ROTATE_REFRESH_TOKEN": True,
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    "REFRESH_TOKEN_GRACE_PERIOD_SECONDS": 0,
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https", "http"],
    "ALLOW_URI_WILDCARDS": False,
    "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True,
    "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,
    "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,
    "COMPLIANT_BCP_RFC9700_REFRESH_TOKEN": True,
    "COMPLIANT_BCP_RFC9700_REDIRECT_URI_MATCHING": True,
    "COMPLIANT_BCP_RFC9700_PKCE_REQUIRED": True,
    "OIDC_SUBJECT_TYPES_SUPPORTED": ["pairwise"],
    "OIDC_RESPONSE_TYPES_SUPPORTED": ["code"],
    "OIDC_RP_INITIATED_LOGOUT_ENABLED": True,
}
