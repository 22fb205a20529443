"""FranceConnect, played on the loopback: `python -m config.fakes.franceconnect <port>`.

It refuses what the real one refuses (error Y030007): no acr_values, a nonce under 22 characters, a
prompt other than login and consent; it signs userinfo, and `high` (FranceConnect+) encrypts it. For
whom a professional of Aidants Connect comes, it says so (`rep_scope`) to who asked.
"""

from __future__ import annotations

import hashlib
import sys
from typing import Any

from config.fakes import openid, serving

RETURN = "/mon-compte/franceconnect/retour/"
LEFT = "/mon-compte/franceconnect/au-revoir/"
_PIVOT = ("given_name", "family_name", "birthdate", "gender", "birthplace", "birthcountry")
_PROFILE = (
    "given_name",
    "given_name_array",
    "family_name",
    "birthdate",
    "gender",
    "preferred_username",
)
_SCOPES: dict[str, tuple[str, ...]] = {
    "openid": (),
    "profile": _PROFILE,
    "birth": ("birthplace", "birthcountry"),
    "identite_pivot": _PIVOT,
    "email": ("email",),
    "idp_id": ("idp_id",),
    **{name: (name,) for name in {*_PIVOT, *_PROFILE}},
}
_KNOWN = frozenset(
    {"acr_values", "client_id", "nonce", "redirect_uri", "response_type", "scope", "state"}
    | {"prompt", "idp_hint", "claims"}
)


def settings(address: str) -> dict[str, str]:
    """Return what makes a city use the provider at this address."""
    return {
        "PARVIS_FRANCECONNECT_URL": f"{address}{openid.PREFIX}",
        "PARVIS_FRANCECONNECT_CLIENT_ID": openid.CLIENT_ID,
        "PARVIS_FRANCECONNECT_CLIENT_SECRET": openid.CLIENT_KEY,
    }


def person(given: str, family: str, birthdate: str, gender: str, **told: Any) -> openid.Person:
    """Return somebody whose civil status is known; born in Paris unless `told` says otherwise."""
    claims: dict[str, Any] = {
        "given_name": given,
        "given_name_array": given.split(),
        "family_name": family,
        "birthdate": birthdate,
        "gender": gender,
        "birthplace": "75111",
        "birthcountry": "99100",
        **told,
    }
    said = claims.pop("sub_from", "".join(str(claims[name]) for name in _PIVOT))
    return openid.Person(
        sub=hashlib.sha256(said.encode()).hexdigest() + "v1",
        label=f"{given} {family}, {birthdate}",
        claims=claims,
    )


_YASMINE = person(
    "Yasmine",
    "BENALI",
    "1992-11-03",
    "female",
    birthplace="",
    birthcountry="99352",
    email="yasmine.benali@parvis.example",
)
PEOPLE = {
    # Alice already has an account of the demonstration under this address.
    "alice": person("Alice", "MARTIN", "1986-04-12", "female", email="alice@parvis.example"),
    "yasmine": _YASMINE,
    # A professional of Aidants Connect comes for her, with a mandate for two of the ten domains.
    "aidant": openid.Person(
        sub=_YASMINE.sub,
        label="Yasmine BENALI, helped by a professional of Aidants Connect (housing, leisure)",
        claims={**_YASMINE.claims, "rep_scope": ["logement", "loisirs"]},
    ),
    # A couple with one mailbox.
    "paul": person("Paul", "ROUSSEAU", "1948-01-30", "male", email="rousseau@parvis.example"),
    "jeanne": person("Jeanne", "ROUSSEAU", "1951-08-19", "female", email="rousseau@parvis.example"),
}


def provider(*, high: bool = False, **options: Any) -> openid.Provider:
    """Return FranceConnect, or FranceConnect+."""
    customs = openid.Customs(
        title="FranceConnect+ (played)" if high else "FranceConnect (played)",
        acr=("eidas2", "eidas3") if high else ("eidas1",),
        shortest_state=32,
        shortest_nonce=22,
        error="Y030007",
        scopes=_SCOPES,
        known=_KNOWN,
        prompts=frozenset({"login", "consent"}),
        # FranceConnect+ knows no professionals who help.
        on_request=frozenset() if high else frozenset({"rep_scope"}),
    )
    options.setdefault("redirect_uris", (openid.of_the_city(RETURN),))
    options.setdefault("after_logout", (openid.of_the_city(LEFT),))
    return openid.Provider(customs=customs, people=options.pop("people", PEOPLE), **options)


if __name__ == "__main__":
    serving.run(provider(), int(sys.argv[1]))
