"""The agents' pages: a way back at the counter, text messages that went astray."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from parvis.account.models import CounterRecovery, Phone
from parvis.account.testing import MORNING, alice, bachir, chloe, mona, oscar, signed_in
from parvis.account.tests.at_the_counter import HERS, TYPED, ada, opened, proven
from parvis.kernel import reading
from parvis.kernel.models import OutgoingMail, OutgoingText, RegisterEntry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("operator")]


def test_the_page_shows_the_person_by_name_or_whole_address_and_the_look_is_logged(client):
    person, agent = alice(), bachir()
    signed_in(client, agent)
    page = reverse("account:recoveries")
    for words in ("Martin", "ALICE@parvis.example"):
        shown = client.get(page, {"q": words}).content.decode()
        assert reverse("account:open_recovery", args=[person.id]) in shown
        assert "alice@parvis.example" not in shown.replace(words, "")
    for words in ("", "al", "alice@parvis", "%", "\x00"):
        assert client.get(page, {"q": words}).context["found"] == []
    [look] = reading.concerning(f"person:{person.id}")
    assert (look.reader_ref, look.what) == (f"person:{agent.id}", "account.recovery")


def test_bachir_types_it_at_the_desk(client):
    person = alice()
    proven(client, bachir())
    path = reverse("account:open_recovery", args=[person.id])
    page = client.get(path).content.decode()
    assert "Alice Martin" in page
    answer = client.post(path, TYPED)
    assert answer["Location"] == reverse("account:recoveries")
    about = CounterRecovery.objects.get()
    assert (about.email, about.reason, about.paper) == (HERS, TYPED["reason"], "passport")
    assert client.post(path, TYPED).status_code == 409
    assert CounterRecovery.objects.count() == 1


def test_opening_asks_for_the_password_again(client):
    path = reverse("account:open_recovery", args=[alice().id])
    signed_in(client, bachir())
    assert client.post(path, TYPED)["Location"].startswith(reverse("account_reauthenticate"))
    assert CounterRecovery.objects.count() == 0


@pytest.mark.parametrize("who", [alice, mona, oscar])
def test_only_agents_and_administrators_open_one(client, who):
    about = chloe()
    assert client.get(reverse("account:recoveries")).status_code == 302
    proven(client, who())
    assert client.get(reverse("account:recoveries")).status_code == 403
    assert client.post(reverse("account:open_recovery", args=[about.id]), TYPED).status_code == 403
    assert CounterRecovery.objects.count() == 0


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", ""),
        ("email", "no address"),
        ("email", "chloe@parvis.example"),
        ("paper", "library_card"),
        ("paper", ""),
        ("reason", "court"),
        ("reason", "x" * 501),
    ],
)
def test_a_refused_form_is_given_back_and_tells_nobody(client, field, value):
    chloe()
    person = alice()
    proven(client, bachir())
    path = reverse("account:open_recovery", args=[person.id])
    answer = client.post(path, TYPED | {field: value})
    assert answer.status_code == 400
    assert answer.context["form"].errors[field]
    assert CounterRecovery.objects.count() == 0
    assert not OutgoingMail.objects.filter(recipient="alice@parvis.example").exists()


def test_what_has_to_be_mended_is_listed_in_the_order_of_the_page(client):
    proven(client, bachir())
    path = reverse("account:open_recovery", args=[alice().id])
    page = client.post(path, {"csrfmiddlewaretoken": "x"}).content.decode()
    named = re.findall(r'href="#(id_\w+)"', page)
    assert named == ["id_paper", "id_email", "id_reason"]
    assert sorted(named, key=lambda one: page.index(f'id="{one}"')) == named


def test_an_administrator_sees_lost_texts_without_their_words_and_puts_them_aside(client):
    person = alice()
    Phone.objects.create(person_id=person.id, number="+33612340000", verified_at=MORNING)
    opened(person)
    text = OutgoingText.objects.get()
    assert client.get(reverse("account:texts")).status_code == 302
    assert signed_in(Client(), bachir()).get(reverse("account:texts")).status_code == 403
    OutgoingText.objects.update(state="uncertain")
    signed_in(client, ada())
    page = client.get(reverse("account:texts")).content.decode()
    assert "•• •• •• •• 00" in page
    assert "+33612340000" not in page
    assert text.text not in page
    path = reverse("account:settle_text", args=[text.public_id])
    assert client.post(path, {"aside": "1"}).status_code == 302
    assert client.post(path, {"aside": "1"}).status_code == 409
    assert RegisterEntry.objects.filter(action="account.text_put_aside").count() == 1
