"""The fixed cast of every test: who they are, and how they sign in."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.test import Client

from parvis.account.actions.opening import create_confirmed_account
from parvis.account.actions.roles import grant_role
from parvis.account.models import Phone, Resident, RoleGrant
from parvis.account.queries import people
from parvis.account.queries.people import Person

MORNING = dt.datetime(2015, 6, 25, 8, tzinfo=dt.UTC)
OPEN_SESAME = "un-bon-mot-de-passe"


def a_person(name: str, *roles: str, **changes: Any) -> Person:
    """Save a person with a confirmed address and these roles; twice is the same person."""
    email = changes.pop("email", f"{name.lower()}@parvis.example")
    known = people.person_by_email(email)
    if known:
        return known
    person_id = create_confirmed_account(
        email=email,
        password=OPEN_SESAME,
        usual_name=name,
        now=MORNING,
        **changes,
    )
    for role in roles:
        grant_role(person_id=person_id, role=role, by=None, now=MORNING)
    saved = people.person(person_id)
    if saved is None:
        raise LookupError(name)
    return saved


def limited(person: Person, **changes: Any) -> Person:
    """Keep every role of a person to a service, an arrondissement or a time, as `changes` say."""
    RoleGrant.objects.filter(person_id=person.id).update(**changes)
    saved = people.person(person.id)
    if saved is None:
        raise LookupError(person.usual_name)
    return saved


def alice() -> Person:
    """Save Alice, a resident of the 11th arrondissement."""
    return a_person("Alice", civil_name="Alice Martin", residence=11)


def bachir() -> Person:
    """Save Bachir, an agent."""
    return a_person("Bachir", "agent")


def chloe() -> Person:
    """Save Chloé, an outsider: she has an account and nothing to do with the matter."""
    return a_person("Chloé", email="chloe@parvis.example")


def dede() -> Person:
    """Save Dédé, who is twelve."""
    return a_person("Dédé", email="dede@parvis.example")


def mona() -> Person:
    """Save Mona, a moderator."""
    return a_person("Mona", "moderator")


def oscar() -> Person:
    """Save Oscar, an elected official."""
    return a_person("Oscar", "official")


def with_phone(person: Person, number: str) -> None:
    """Save that a number (E.164) was shown to be this person's."""
    Phone.objects.create(person_id=person.id, number=number, verified_at=MORNING)


def signed_in(client: Client, person: Person) -> Client:
    """Return the client, signed in as this person."""
    client.force_login(Resident.objects.get(pk=person.id))
    return client
