"""A passkey or an application is called what its owner calls it."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse

from parvis.account.actions import factors as actions
from parvis.account.queries.factors import factors_of
from parvis.account.rules import factors as rules
from parvis.account.testing import MORNING, OPEN_SESAME, alice, chloe, signed_in
from parvis.account.tests.passkey import Passkey
from parvis.kernel.errors import NotFound, Refused
from parvis.kernel.models import FactRecord, OutgoingMail, RegisterEntry

pytestmark = pytest.mark.django_db
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


def with_both(person):
    """Give a person a passkey and an application."""
    Passkey().add_to(person.id)
    typed = rules.app_code(SECRET, int(MORNING.timestamp()) // 30)
    actions.add_app(person_id=person.id, secret=SECRET, typed=typed, now=MORNING)
    return factors_of(person.id)


def proven(client, person):
    signed_in(client, person)
    client.post(reverse("account_reauthenticate"), {"password": OPEN_SESAME})
    return client


def kept():
    return (
        list(Authenticator.objects.order_by("pk").values()),
        RegisterEntry.objects.count(),
        FactRecord.objects.count(),
        OutgoingMail.objects.count(),
    )


def renamed(factor, person, name):
    actions.rename_factor(person_id=person.id, factor_id=factor.id, name=name, now=MORNING)


def test_alice_renames_both_on_the_page_of_security(client):
    person = alice()
    found = with_both(person)
    proven(client, person)
    for factor, typed, shown in (
        (found.passkeys[0], "  Mon   téléphone ", "Mon téléphone"),
        (found.app, "É" * 60, "É" * 60),
    ):
        page = reverse("account:rename_factor", args=[factor.id])
        assert page in client.get(reverse("account:security")).content.decode()
        assert client.get(page).context["form"].initial == {"name": factor.name}
        assert client.post(page, {"name": typed})["Location"] == reverse("account:security")
        assert shown in client.get(reverse("account:security")).content.decode()
    now = factors_of(person.id)
    assert (now.passkeys[0].name, now.app.name) == ("Mon téléphone", "É" * 60)
    # Nothing else of them has changed: they open the account as before.
    assert (now.passkeys[0].id, now.app.added_at) == (found.passkeys[0].id, found.app.added_at)
    lines = RegisterEntry.objects.filter(action="account.factor_renamed").order_by("pk")
    assert [line.details["factor"] for line in lines] == ["passkey", "app"]


@pytest.mark.parametrize("typed", ["", "   ", "x" * 61])
def test_a_name_that_is_none_or_too_long_changes_nothing(client, typed):
    person = alice()
    factor = with_both(person).passkeys[0]
    proven(client, person)
    before = kept()
    page = reverse("account:rename_factor", args=[factor.id])
    assert client.post(page, {"name": typed}).status_code == 400
    with pytest.raises(Refused) as refusal:
        renamed(factor, person, typed)
    assert (refusal.value.code, refusal.value.status) == ("no_name", 422)
    assert kept() == before


def test_the_same_name_again_is_no_change():
    person = alice()
    factor = with_both(person).passkeys[0]
    before = kept()
    renamed(factor, person, f" {factor.name}\n")
    assert kept() == before


def test_the_factor_of_somebody_else_keeps_its_name(client):
    theirs, person = with_both(chloe()).app, alice()
    proven(client, person)
    before = kept()
    page = reverse("account:rename_factor", args=[theirs.id])
    assert client.get(page).status_code == 404
    assert client.post(page, {"name": "Mine"}).status_code == 404
    with pytest.raises(NotFound):
        renamed(theirs, person, "Mine")
    assert kept() == before


def test_who_has_not_just_proved_it_is_them_is_asked_first(client):
    person = alice()
    factor = with_both(person).app
    before = kept()
    page = reverse("account:rename_factor", args=[factor.id])
    asked = signed_in(client, person).post(page, {"name": "Mine"})
    assert asked.status_code == 302
    assert reverse("account:rename_factor", args=[factor.id]) not in asked["Location"][:20]
    assert kept() == before


def test_what_is_typed_is_shown_as_it_was_typed(client):
    person = alice()
    factor = with_both(person).passkeys[0]
    renamed(factor, person, "<b>{{ 1 }}</b>")
    page = proven(client, person).get(reverse("account:security")).content.decode()
    assert "&lt;b&gt;{{ 1 }}&lt;/b&gt;" in page
