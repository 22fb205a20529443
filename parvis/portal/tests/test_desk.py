"""The agents' desk: who may come in, and what waits there."""

from __future__ import annotations

import pytest

from parvis.account.testing import a_person, alice, bachir, mona, oscar, signed_in

pytestmark = pytest.mark.django_db


def test_who_is_signed_out_is_led_to_sign_in(client):
    page = client.get("/bureau/")
    assert page.status_code == 302
    assert page["Location"].startswith("/mon-compte/connexion/?next=")


def test_alice_is_told_that_the_desk_is_for_staff(client):
    page = signed_in(client, alice()).get("/bureau/")
    assert page.status_code == 403
    assert "role_needed" in page.content.decode()


@pytest.mark.parametrize("person", [bachir, mona, oscar])
def test_staff_are_greeted(client, person):
    someone = person()
    page = signed_in(client, someone).get("/bureau/")
    assert page.status_code == 200
    assert f"Bonjour {someone.usual_name}, rien ne vous attend" in page.content.decode()


def test_an_administrator_sees_her_queues_and_may_open_each(client):
    ada = a_person("Ada", "administrator")
    queues = signed_in(client, ada).get("/bureau/").context["queues"]
    assert queues
    for queue in queues:
        assert client.get(queue.url).status_code == 200, queue.url


def test_a_role_opens_only_its_own_queues(client):
    ada = a_person("Ada", "administrator")
    hers = {queue.url for queue in signed_in(client, ada).get("/bureau/").context["queues"]}
    theirs = {queue.url for queue in signed_in(client, mona()).get("/bureau/").context["queues"]}
    assert not hers & theirs


def test_the_desk_speaks_english_under_en(client):
    page = signed_in(client, mona()).get("/en/desk/").content.decode()
    assert "Hello Mona, nothing is waiting for you" in page
