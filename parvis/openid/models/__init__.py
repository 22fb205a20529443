"""What the provider remembers: services, keys, consents, sign-ins, the tokens of the library."""

from __future__ import annotations

from parvis.openid.models.consents import Consent
from parvis.openid.models.keys import SigningKey
from parvis.openid.models.logins import Login, LogoutMessage, Subject
from parvis.openid.models.services import Service
from parvis.openid.models.tokens import AccessToken, DeviceGrant, Grant, IDToken, RefreshToken

__all__ = [
    "AccessToken",
    "Consent",
    "DeviceGrant",
    "Grant",
    "IDToken",
    "Login",
    "LogoutMessage",
    "RefreshToken",
    "Service",
    "SigningKey",
    "Subject",
]
