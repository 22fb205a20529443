"""« Mon compte »: one thread with the City."""

from __future__ import annotations

import pytest

from parvis.account.testing import alice, chloe, mona, signed_in
from parvis.kernel import register
from parvis.relation.public import unread_count
from parvis.relation.testing import deliver_everything
from parvis.territory.testing import NOON

pytestmark = pytest.mark.django_db


def noted(action: str, *, about: str, by: str = "") -> None:
    register.record(register.Entry(action=action, object_ref=about, actor_ref=by, recorded_at=NOON))


def test_who_is_signed_out_is_led_to_sign_in(client):
    page = client.get("/mon-compte/")
    assert page.status_code == 302
    assert page["Location"] == "/mon-compte/connexion/?next=/mon-compte/"


def test_alice_is_greeted_and_finds_her_profile(client):
    page = signed_in(client, alice()).get("/mon-compte/").content.decode()
    assert "Bonjour Alice" in page
    assert "alice@<wbr>parvis.example" in page
    assert "11<sup>e</sup> arrondissement" in page
    assert "Se déconnecter" in page


def test_the_page_speaks_english_under_en(client):
    page = signed_in(client, alice()).get("/en/my-account/").content.decode()
    assert "Hello Alice" in page
    assert "My thread with the City" in page


def test_an_empty_thread_invites(client):
    page = signed_in(client, alice()).get("/mon-compte/", {"fil": "mailed"}).content.decode()
    assert "Rien ne s\u2019est encore dit" in page


def test_the_thread_tells_that_the_account_is_confirmed(client):
    person = alice()
    deliver_everything()
    page = signed_in(client, person).get("/mon-compte/")
    assert [m.first_day.isoformat() for m in page.context["thread"].months] == ["2015-06-01"]
    assert "Juin 2015" in page.content.decode()


def test_what_is_new_is_said_once_then_counted_no_more(client):
    person = alice()
    deliver_everything()
    signed_in(client, person)
    roof = client.get("/mon-compte/registre/").content.decode()
    assert "1 nouveau message" in roof
    assert "nouveau message" not in client.get("/plan/").content.decode()
    assert client.head("/mon-compte/").status_code == 200
    first = client.get("/mon-compte/").content.decode()
    assert first.count(">Nouveau<") == 1
    assert "nouveau message" not in first
    assert ">Nouveau<" not in client.get("/mon-compte/").content.decode()
    assert "nouveau message" not in client.get("/mon-compte/registre/").content.decode()


def test_what_is_new_to_alice_is_not_read_by_chloe(client):
    person, other = alice(), chloe()
    deliver_everything()
    signed_in(client, other).get("/mon-compte/")
    assert unread_count(person_id=person.id) == 1
    assert unread_count(person_id=other.id) == 0


@pytest.mark.parametrize("query", ["fil=nonsense", "avant=nonsense", "avant=%00", "fil=%00"])
def test_a_forged_address_does_no_harm(client, query):
    assert signed_in(client, alice()).get(f"/mon-compte/?{query}").status_code in (200, 400)


def test_alice_reads_who_did_what_to_her_file(client):
    person, moderator = alice(), mona()
    noted("account.closed", about=f"person:{person.id}", by=f"person:{moderator.id}")
    noted("some.thing", about=f"person:{person.id}")
    page = signed_in(client, person).get("/mon-compte/")
    told = [(deed.who, deed.what) for deed in page.context["deeds"][:2]]
    assert told == [
        ("Le programme de la Ville", "autre action\u00a0: some.thing"),
        ("Mona, modération", "compte fermé"),
    ]


def test_what_alice_did_herself_says_you(client):
    person = alice()
    noted("relation.mail_stopped", about=f"person:{person.id}", by=f"person:{person.id}")
    page = signed_in(client, person).get("/mon-compte/registre/")
    assert page.context["deeds"][0].who == "Vous"


def test_a_name_forgotten_is_not_invented(client):
    person = alice()
    noted("account.closed", about=f"person:{person.id}", by="person:not-a-person")
    page = signed_in(client, person).get("/mon-compte/registre/")
    assert page.context["deeds"][0].who == "Une personne dont le compte est fermé"


def test_chloe_does_not_see_what_concerns_alice(client):
    person = alice()
    noted("account.closed", about=f"person:{person.id}", by=f"person:{person.id}")
    page = signed_in(client, chloe()).get("/mon-compte/registre/")
    assert "account.closed" not in page.content.decode()
    assert all(deed.what != "compte fermé" for deed in page.context["deeds"])


def test_the_register_is_behind_sign_in(client):
    assert client.get("/mon-compte/registre/").status_code == 302


def test_only_city_staff_are_shown_the_way_to_the_desk(client):
    assert "Ouvrir mon bureau" in signed_in(client, mona()).get("/mon-compte/").content.decode()
    assert "Ouvrir mon bureau" not in (
        signed_in(client, chloe()).get("/mon-compte/").content.decode()
    )


def test_the_page_asks_the_database_little(client, django_assert_max_num_queries):
    signed_in(client, alice())
    with django_assert_max_num_queries(14):
        client.get("/mon-compte/")
