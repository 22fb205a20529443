"""A library that signs people in with the account, as an administrator registered it."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse

from parvis.account.testing import OPEN_SESAME, a_person, signed_in
from parvis.openid.actions import consenting, registering
from parvis.openid.models import Service
from parvis.openid.queries import consents
from parvis.openid.rules import claims as rules
from parvis.openid.rules.kinds import WEB, Wish

NOON = dt.datetime(2015, 7, 1, 10, tzinfo=dt.UTC)
BACK = "https://bibliotheques.example/callback"


def a_wish(**changes):
    """Return what Ada types to register the library."""
    typed = {
        "kind": WEB,
        "name": "Bibliothèques",
        "operator": "Direction des affaires culturelles",
        "purpose_fr": "Emprunter des documents.",
        "purpose_en": "Borrow documents.",
        "contact": "bibliotheques@parvis.example",
        "redirect_uris": (BACK,),
        "claims": frozenset({"name", "email", "residence_arrondissement"}),
        "optional_claims": frozenset({"residence_arrondissement"}),
    }
    return Wish(**typed | changes)


def a_library(**changes):
    """Register the library, and return it."""
    made = registering.register_service(wish=a_wish(**changes), by=None, now=NOON)
    return Service.objects.get(public_id=made.service_id)


def ada():
    """Save Ada, an administrator."""
    return a_person("Ada", "administrator")


def proved(client, person):
    """Return the client, signed in, its person having just typed the password again."""
    signed_in(client, person)
    answer = client.post(reverse("account_reauthenticate"), {"password": OPEN_SESAME})
    assert answer.status_code == 302, answer.content.decode()
    return client


def asked(person, service, scope="openid profile email residence"):
    """Return what the library asks a person."""
    scopes = tuple(scope.split())
    claims = rules.asked(scopes, {})
    return consents.question(person_id=person.id, service=service, scopes=scopes, claims=claims)


def agree(
    person, service, *, told=(), scope="openid profile email residence", now=NOON, asked_at=None
):
    """Let a person say yes to the library."""
    scopes = tuple(scope.split())
    answer = consenting.Answer(
        scopes=scopes,
        claims=rules.asked(scopes, {}),
        version=asked(person, service, scope).version,
        told=frozenset(told),
        asked_at=asked_at,
    )
    return consenting.agree(service_id=service.pk, by=person, answer=answer, now=now)


def in_force(person, service, scope="openid profile email residence", since=None):
    """Tell whether nothing more has to be asked."""
    scopes = tuple(scope.split())
    return consents.consent_in_force(
        person_id=person.id,
        service=service,
        scopes=scopes,
        claims=rules.asked(scopes, {}),
        since=since,
    )
