"""An agent opens a way back at the counter: what these tests do again and again."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.urls import reverse

from parvis.account.actions import counter
from parvis.account.actions.counter import Request
from parvis.account.models import Phone
from parvis.account.testing import MORNING, OPEN_SESAME, a_person, alice, bachir, signed_in

HERS = "nouvelle.alice@parvis.example"
TYPED = {
    "email": HERS,
    "paper": "passport",
    "reason": "T\u00e9l\u00e9phone vol\u00e9, bo\u00eete perdue.",
}


def reached_in_many_ways():
    """Save Alice with three addresses and a phone she showed to be hers, and one address more."""
    person = alice()
    for email, is_verified in (
        ("a.martin@parvis.example", True),
        ("ecole@parvis.example", True),
        ("nobody.showed@parvis.example", False),
    ):
        EmailAddress.objects.create(user_id=person.id, email=email, verified=is_verified)
    Phone.objects.create(person_id=person.id, number="+33612345678", verified_at=MORNING)
    return person


def ada():
    return a_person("Ada", "administrator")


def opened(about=None, *, by=None, now=MORNING, email=HERS):
    about, by = about or alice(), by or bachir()
    request = Request(person_id=about.id, email=email, reason=TYPED["reason"], paper="passport")
    return counter.open_recovery(request, by=by, now=now)


def proven(client, person):
    signed_in(client, person)
    client.post(reverse("account_reauthenticate"), {"password": OPEN_SESAME})
    return client
