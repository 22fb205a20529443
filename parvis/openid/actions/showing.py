"""The services of a demonstration city, with ids and secrets that everybody may know."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction

from parvis.openid.actions.registering import register_service
from parvis.openid.models import Service
from parvis.openid.queries import trials
from parvis.openid.rules import kinds
from parvis.openid.rules.kinds import Wish
from parvis.openid.rules.secrets import seal


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoService:
    """A service of the demonstration city. `client_secret` is "" for a public one."""

    client_id: str
    client_secret: str
    wish: Wish


def _secret(of: str) -> str:
    return f"parvis-{of}-2015"


_CITY = "Parvis, démonstration"
_LIBRARIES = "bibliotheques.parvis.example"
SERVICES = (
    DemoService(
        client_id="demo-bibliotheques",
        client_secret=_secret("bibliotheques"),
        wish=Wish(
            kind=kinds.WEB,
            name="Bibliothèques",
            operator=_CITY,
            purpose_fr="Emprunter, réserver et prolonger des documents avec une seule carte.",
            purpose_en="Borrow, reserve and renew documents with a single card.",
            contact="bibliotheques@parvis.example",
            redirect_uris=("http://localhost:8411/callback", "http://127.0.0.1:8411/callback"),
            post_logout_redirect_uris=("http://localhost:8411/",),
            backchannel_logout_uri="http://127.0.0.1:8411/backchannel-logout",
            sector=_LIBRARIES,
            claims=frozenset({"name", "email", "phone_number", "locale"}),
            optional_claims=frozenset({"phone_number", "locale"}),
        ),
    ),
    DemoService(
        client_id="demo-liseuse",
        client_secret="",
        wish=Wish(
            kind=kinds.APP,
            name="La liseuse de poche",
            operator=_CITY,
            purpose_fr="Retrouver ses emprunts et ses listes de lecture sur son téléphone.",
            purpose_en="Find your loans and your reading lists on your phone.",
            contact="bibliotheques@parvis.example",
            redirect_uris=("http://localhost:8412/callback", "http://127.0.0.1:8412/callback"),
            post_logout_redirect_uris=("http://localhost:8412/",),
            sector=_LIBRARIES,
            claims=frozenset({"nickname", "locale"}),
            optional_claims=frozenset({"locale"}),
        ),
    ),
    DemoService(
        client_id="demo-piscines",
        client_secret=_secret("piscines"),
        wish=Wish(
            kind=kinds.WEB,
            name="Piscines",
            operator=_CITY,
            purpose_fr="Acheter des entrées au tarif qui correspond à son âge et à son quartier.",
            purpose_en="Buy tickets at the price for your age and your neighbourhood.",
            contact="piscines@parvis.example",
            redirect_uris=("http://localhost:8413/callback", "http://127.0.0.1:8413/callback"),
            post_logout_redirect_uris=("http://localhost:8413/",),
            backchannel_logout_uri="http://127.0.0.1:8413/backchannel-logout",
            sector="piscines.parvis.example",
            claims=frozenset({"email", "birthdate", "residence_arrondissement"}),
            optional_claims=frozenset({"birthdate", "residence_arrondissement"}),
        ),
    ),
)


def demo_services() -> tuple[DemoService, ...]:
    """Return the services of the demonstration, for people and programs to sign in to."""
    return SERVICES


@transaction.atomic
def register_cast(*, now: dt.datetime) -> None:
    """Register the services that are not there yet, and let our test page be answered for each,
    wherever the city answers today."""
    for one in SERVICES:
        known = Service.objects.filter(client_id=one.client_id)
        if not known.exists():
            made = register_service(wish=one.wish, by=None, now=now)
            sealed = seal(one.client_secret) if one.client_secret else ""
            Service.objects.filter(public_id=made.service_id).update(
                client_id=one.client_id, client_secret=sealed
            )
        known.update(redirect_uris=" ".join([*one.wish.redirect_uris, trials.address()]))
