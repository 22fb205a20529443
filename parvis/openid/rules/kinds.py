"""The kinds of programs that may sign people in, and what each needs: pure rules."""

from __future__ import annotations

from dataclasses import dataclass

WEB, APP, DEVICE, PROGRAM = "web", "app", "device", "program"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of program. `client_type` and `grant_type` are those of OAuth 2.0 (RFC 6749, section
    2.1); `comes_back` if a browser brings people back to it, at addresses that are registered."""

    client_type: str
    grant_type: str
    comes_back: bool
    has_persons: bool = True

    @property
    def has_secret(self) -> bool:
        """Tell whether it can keep a secret."""
        return self.client_type == "confidential"


KINDS = {
    WEB: Kind(client_type="confidential", grant_type="authorization-code", comes_back=True),
    APP: Kind(client_type="public", grant_type="authorization-code", comes_back=True),
    DEVICE: Kind(
        client_type="public",
        grant_type="urn:ietf:params:oauth:grant-type:device_code",
        comes_back=False,
    ),
    PROGRAM: Kind(
        client_type="confidential",
        grant_type="client-credentials",
        comes_back=False,
        has_persons=False,
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What an administrator types to register a service."""

    kind: str
    name: str
    operator: str
    purpose_fr: str
    purpose_en: str
    contact: str
    home_url: str = ""
    redirect_uris: tuple[str, ...] = ()
    post_logout_redirect_uris: tuple[str, ...] = ()
    backchannel_logout_uri: str = ""
    sector: str = ""
    claims: frozenset[str] = frozenset()
    optional_claims: frozenset[str] = frozenset()
    least_acr: str = ""


def kind_of(client_type: str, grant_type: str) -> str:
    """Return which kind a service is.

    :raises ValueError: if it is none of ours
    """
    for name, kind in KINDS.items():
        if (kind.client_type, kind.grant_type) == (client_type, grant_type):
            return name
    message = f"no kind of service has {client_type} and {grant_type}"
    raise ValueError(message)
