"""ProConnect, played on the loopback: `python -m config.fakes.proconnect <port>`.

It refuses what the real one refuses (error Y000400): a state or a nonce under 32 characters, any
parameter it does not know; it tells amr only to who asks for it by the claims parameter, and
when somebody signed in only so or to who had them sign in (prompt=login). Without that, a session
of theirs answers at once.
"""

from __future__ import annotations

import sys
from typing import Any

from config.fakes import openid, serving

RETURN = "/mon-compte/proconnect/retour/"
LEFT = "/mon-compte/proconnect/au-revoir/"
CITY_OF_PARIS = "21750001600019"
CITY_OF_LYON = "21690123100011"
_SCOPES: dict[str, tuple[str, ...]] = {
    "openid": (),
    **{
        name: (name,)
        for name in ("given_name", "usual_name", "email", "uid", "siret", "idp_id", "phone")
    },
}
_KNOWN = frozenset(
    {"acr_values", "client_id", "nonce", "redirect_uri", "response_type", "scope", "state"}
    | {"prompt", "claims", "login_hint", "idp_hint"}
)


def settings(address: str) -> dict[str, str]:
    """Return what makes a city use the provider at this address."""
    return {
        "PARVIS_PROCONNECT_URL": f"{address}{openid.PREFIX}",
        "PARVIS_PROCONNECT_CLIENT_ID": openid.CLIENT_ID,
        "PARVIS_PROCONNECT_CLIENT_SECRET": openid.CLIENT_KEY,
        "PARVIS_PROCONNECT_SIRETS": CITY_OF_PARIS,
    }


def agent(given: str, usual: str, siret: str, **told: Any) -> openid.Person:
    """Return an agent of an organisation; `sub` is that of one identity provider."""
    handle = f"{given}.{usual}".lower()
    claims: dict[str, Any] = {
        "given_name": given,
        "usual_name": usual,
        "email": f"{handle}@agents.parvis.example",
        "uid": handle,
        "siret": siret,
        "idp_id": "71144ab3-ee1a-4401-b7b3-79b44f7daeeb",
        "amr": ["pwd"],
        **told,
    }
    return openid.Person(sub=f"agent-{handle}", label=f"{given} {usual}, {siret}", claims=claims)


PEOPLE = {
    "bachir": agent("Bachir", "Haddad", CITY_OF_PARIS, amr=["pwd", "totp", "mfa"]),
    "mona": agent("Mona", "Leroy", CITY_OF_PARIS),
    "stranger": agent("Camille", "Fontaine", CITY_OF_LYON),
}


def provider(**options: Any) -> openid.Provider:
    """Return ProConnect."""
    customs = openid.Customs(
        title="ProConnect (played)",
        acr=("eidas1",),
        shortest_state=32,
        shortest_nonce=32,
        error="Y000400",
        scopes=_SCOPES,
        known=_KNOWN,
        prompts=frozenset({"login", "consent", "none"}),
        needs_acr=False,
        told_on_request=True,
    )
    options.setdefault("redirect_uris", (openid.of_the_city(RETURN),))
    options.setdefault("after_logout", (openid.of_the_city(LEFT),))
    return openid.Provider(customs=customs, people=options.pop("people", PEOPLE), **options)


if __name__ == "__main__":
    serving.run(provider(), int(sys.argv[1]))
