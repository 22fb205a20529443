"""A person is asked in plain words what a service may know, once; and takes it back."""

from __future__ import annotations

import datetime as dt
import hashlib

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation

from parvis.account.testing import alice, chloe, signed_in
from parvis.kernel.errors import NotFound, Refused
from parvis.kernel.models import FactRecord
from parvis.kernel.register import about
from parvis.kernel.testing import at_once
from parvis.openid.actions import consenting, registering
from parvis.openid.models import Consent, Service
from parvis.openid.queries.consents import claims_given, ledger
from parvis.openid.tests.services_world import (
    BACK,
    NOON,
    a_library,
    a_wish,
    ada,
    agree,
    asked,
    in_force,
)

LATER = NOON + dt.timedelta(days=30)
SCOPE = "openid profile email residence"


def asking(client, library, **changes):
    """Open the page a service's request leads to."""
    sent = {"client_id": library.client_id, "redirect_uri": BACK, "scope": SCOPE, "state": "xyz"}
    return client.get(reverse("openid:consent"), sent | changes)


def answered(client, page, **typed):
    return client.post(page.wsgi_request.get_full_path(), typed)


def version(page):
    return page.context["question"].version


# --- what is asked --------------------------------------------------------------------------------


def test_the_page_says_who_asks_what_for_and_shows_the_very_values(db, client):
    page = asking(signed_in(client, alice()), a_library())
    text = page.content.decode()
    for words in ("Bibliothèques", "Direction des affaires culturelles", "Emprunter des documents"):
        assert words in text
    assert "Alice Martin" in text
    assert "alice@<wbr>parvis.example" in text
    assert "bibliotheques.example" in text
    assert page["Cache-Control"].startswith("max-age=0, no-cache, no-store")


def test_who_reads_english_reads_in_english_what_it_is_for_and_so_does_the_ledger(db, client):
    library = a_library()
    signed_in(client, alice())
    with translation.override("en"):
        text = asking(client, library).content.decode()
        agree(alice(), library)
        said = Consent.objects.get().text
        mine = client.get(reverse("openid:connected")).content.decode()
    for page in (text, said, mine):
        assert "Borrow documents." in page
        assert "Emprunter des documents." not in page
    # Whatever was read when agreeing, the page speaks the language it is read in.
    assert ledger(alice().id)[0].purpose == "Emprunter des documents."


def test_what_is_optional_is_not_ticked(db, client):
    page = asking(signed_in(client, alice()), a_library())
    ((tick),) = [line for line in page.content.decode().split("<label") if 'name="tell"' in line]
    assert 'value="residence_arrondissement"' in tick
    assert "checked" not in tick


def test_a_service_that_asks_for_less_shows_less(db, client):
    page = asking(signed_in(client, alice()), a_library(), scope="openid")
    assert page.context["question"].items == ()
    assert "alice@parvis.example" not in page.content.decode().split("<main")[1]


def test_a_host_is_shown_only_if_it_is_registered(db, client):
    page = asking(signed_in(client, alice()), a_library(), redirect_uri="https://evil.example/")
    assert "evil.example" not in page.content.decode().split("<main")[1].split("<form")[0]


def test_a_stranger_is_sent_to_sign_in_and_comes_back(db, client):
    answer = asking(client, a_library())
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("client_id", ["", "nobody", "\x00"])
def test_nobody_is_asked_for_a_service_that_is_not_there(db, client, client_id):
    assert asking(signed_in(client, alice()), a_library(), client_id=client_id).status_code == 404


def test_a_claims_parameter_that_cannot_be_read_asks_for_nothing(db, client):
    page = asking(signed_in(client, alice()), a_library(), scope="openid", claims="[{")
    assert page.context["question"].items == ()
    page = asking(client, a_library(name="Autre"), scope="openid", claims='["email"]')
    assert page.context["question"].items == ()
    page = asking(client, a_library(name="Encore"), scope="openid", claims="[" * 5000)
    assert page.context["question"].items == ()


def test_a_claims_parameter_asks_for_a_claim_of_the_contract(db, client):
    wanted = '{"userinfo": {"email": null, "phone_number": null}}'
    page = asking(signed_in(client, alice()), a_library(), scope="openid", claims=wanted)
    assert [one.claim for one in page.context["question"].items] == ["email"]


# --- yes and no -----------------------------------------------------------------------------------


def test_yes_is_written_down_with_the_words_that_were_read(db, client):
    library = a_library()
    page = asking(signed_in(client, alice()), library)
    answer = answered(client, page, yes="1", version=version(page))
    assert answer.status_code == 302
    where, _, query = answer["Location"].partition("?")
    assert where == reverse("oidc:authorize")
    assert "state=xyz" in query
    assert "denied" not in query
    kept = Consent.objects.get()
    assert (kept.person_id, kept.service) == (alice().id, library)
    assert kept.claims == ["name", "email"]
    assert kept.refused == ["residence_arrondissement"]
    assert kept.scopes == ["openid", "profile", "email", "residence"]
    assert kept.text_version == hashlib.sha256(kept.text.encode()).hexdigest()
    assert "Emprunter des documents." in kept.text
    assert "alice@parvis.example" not in kept.text
    assert kept.language == "fr"
    assert FactRecord.objects.filter(name="openid.consent_given").count() == 1
    (line,) = [
        one
        for one in about(f"openid.service:{library.public_id}")
        if one.action == "openid.consent_given"
    ]
    assert line.actor_ref == f"person:{alice().id}"


def test_no_writes_nothing_and_says_so_to_the_protocol(db, client):
    page = asking(signed_in(client, alice()), a_library())
    answer = answered(client, page, no="1", version=version(page))
    assert answer["Location"].startswith(reverse("oidc:authorize") + "?")
    assert "denied=1" in answer["Location"]
    assert not Consent.objects.exists()


def test_a_contract_that_changed_meanwhile_is_read_again(db, client):
    library = a_library()
    page = asking(signed_in(client, alice()), library)
    Service.objects.update(purpose_fr="Vendre des documents.")
    answer = answered(client, page, yes="1", version=version(page))
    assert answer.status_code == 409
    assert "Vendre des documents." in answer.content.decode()
    assert not Consent.objects.exists()


def test_a_closed_service_gets_no_consent(db):
    library = a_library()
    wanted = asked(alice(), library).version
    registering.close_service(service_id=library.public_id, by=ada(), now=NOON)
    answer = consenting.Answer(scopes=("openid",), claims=(), version=wanted, told=frozenset())
    with pytest.raises(NotFound) as refusal:
        consenting.agree(service_id=library.pk, by=alice(), answer=answer, now=NOON)
    assert refusal.value.code == "no_service"
    assert not Consent.objects.exists()


def test_words_nobody_read_are_not_agreed_to(db):
    answer = consenting.Answer(scopes=("openid",), claims=(), version="made up", told=frozenset())
    with pytest.raises(Refused) as refusal:
        consenting.agree(service_id=a_library().pk, by=alice(), answer=answer, now=NOON)
    assert refusal.value.code == "question_changed"
    assert not Consent.objects.exists()


# --- remembered -----------------------------------------------------------------------------------


def test_nothing_is_asked_twice(db):
    library = a_library()
    assert not in_force(alice(), library)
    agree(alice(), library)
    assert in_force(alice(), library)
    assert in_force(alice(), library, scope="openid email")
    assert not in_force(chloe(), library)


def test_more_is_asked_for_again_with_what_was_agreed_to_before(db):
    library = a_library()
    agree(alice(), library, scope="openid email")
    assert not in_force(alice(), library, scope="openid profile")
    claims = [one.claim for one in asked(alice(), library, "openid profile").items]
    assert claims == ["name", "email"]
    agree(alice(), library, scope="openid profile", now=LATER)
    assert in_force(alice(), library, scope="openid profile email")
    first, second = Consent.objects.order_by("pk")
    assert (first.withdrawn_at, second.withdrawn_at) == (LATER, None)


def test_what_the_contract_does_not_hold_is_not_asked_again_and_again(db):
    library = a_library()
    agree(alice(), library, scope="openid profile phone")
    assert in_force(alice(), library, scope="openid profile phone")


def test_coming_back_later_is_asked_for_by_itself(db):
    library = a_library()
    agree(alice(), library)
    assert not in_force(alice(), library, scope=f"{SCOPE} offline_access")
    agree(alice(), library, scope=f"{SCOPE} offline_access", now=LATER)
    assert in_force(alice(), library, scope=f"{SCOPE} offline_access")
    assert " 30 " in Consent.objects.latest("pk").text


@pytest.mark.parametrize(
    "change",
    [
        {"purpose_fr": "Vendre des documents."},
        {"purpose_en": "Sell documents."},
        {"operator": "Une société"},
        {"claims": a_wish().claims | {"locale"}},
        {"optional_claims": frozenset()},
    ],
)
def test_a_contract_that_changes_is_asked_for_again_and_tells_nothing_meanwhile(db, change):
    library = a_library()
    agree(alice(), library)
    registering.change_service(
        service_id=library.public_id, wish=a_wish(**change), by=ada(), now=LATER
    )
    library.refresh_from_db()
    assert not in_force(alice(), library)
    assert claims_given(person_id=alice().id, service=library, names=["name"]) == {}
    (line,) = ledger(alice().id)
    assert line.is_outdated


def test_a_new_name_or_address_asks_nobody_again(db):
    library = a_library()
    agree(alice(), library)
    wish = a_wish(name="Bibliothèques et discothèques", redirect_uris=(BACK, f"{BACK}2"))
    changed = registering.change_service(
        service_id=library.public_id, wish=wish, by=ada(), now=LATER
    )
    library.refresh_from_db()
    assert changed is False
    assert in_force(alice(), library)


def test_a_consent_may_be_asked_for_since_a_moment(db):
    library = a_library()
    agree(alice(), library)
    assert in_force(alice(), library, since=NOON)
    assert not in_force(alice(), library, since=NOON + dt.timedelta(seconds=1))


def test_the_database_keeps_one_consent_in_force(db):
    library = a_library()
    agree(alice(), library)
    first = Consent.objects.get()
    first.pk, first.public_id = None, library.public_id
    with pytest.raises(IntegrityError), transaction.atomic():
        first.save(force_insert=True)


@pytest.mark.django_db(transaction=True)
def test_two_windows_that_say_yes_leave_one_consent():
    library, person = a_library(), alice()
    at_once([lambda: agree(person, library)] * 2)
    assert Consent.objects.filter(withdrawn_at=None).count() == 1
    assert Consent.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_windows_of_one_question_leave_one_line():
    library, person = a_library(), alice()
    first, second = at_once([lambda: agree(person, library, asked_at=NOON)] * 2)
    assert (first, Consent.objects.count()) == (second, 1)


@pytest.mark.parametrize(
    "another",
    [
        {"asked_at": LATER, "now": LATER},
        {"asked_at": NOON, "told": ["residence_arrondissement"]},
        {"asked_at": NOON, "scope": "openid email offline_access"},
    ],
)
def test_a_later_question_or_another_answer_is_a_line_of_its_own(db, another):
    library = a_library()
    agree(alice(), library, asked_at=NOON)
    agree(alice(), library, **another)
    assert Consent.objects.count() == 2


def test_a_page_that_is_sent_twice_leaves_one_line_and_leads_on_twice(db, client):
    library = a_library()
    signed_in(client, alice())
    wish = {"client_id": library.client_id, "redirect_uri": BACK, "response_type": "code"}
    wish |= {"scope": SCOPE, "code_challenge": "c" * 43, "code_challenge_method": "S256"}
    page = client.get(reverse("oidc:authorize"), wish, follow=True)
    sent = [answered(client, page, version=version(page), yes="1") for _time in range(2)]
    assert sent[0]["Location"] == sent[1]["Location"]
    assert client.get(sent[1]["Location"])["Location"].startswith(f"{BACK}?code=")
    assert Consent.objects.count() == 1


def test_a_clock_that_goes_back_takes_nothing_back(db):
    library = a_library()
    agree(alice(), library, now=LATER)
    consenting.withdraw(service_id=library.public_id, by=alice(), now=NOON)
    assert Consent.objects.get().withdrawn_at == LATER


# --- taken back -----------------------------------------------------------------------------------


def test_the_page_shows_what_each_service_knows(db, client):
    agree(alice(), a_library(), told=["residence_arrondissement"])
    page = signed_in(client, alice()).get(reverse("openid:connected"))
    text = page.content.decode()
    assert page.status_code == 200
    for words in ("Bibliothèques", "Emprunter des documents.", "alice@<wbr>parvis.example", "11"):
        assert words in text


def test_nobody_sees_what_others_connected(db, client):
    agree(alice(), a_library())
    page = signed_in(client, chloe()).get(reverse("openid:connected"))
    assert "Bibliothèques" not in page.content.decode().split("<main")[1]


def test_a_person_takes_it_back(db, client):
    library = a_library()
    agree(alice(), library)
    where = reverse("openid:withdraw", args=[library.public_id])
    answer = signed_in(client, alice()).post(where, follow=True)
    assert answer.redirect_chain == [(reverse("openid:connected"), 302)]
    assert Consent.objects.get().withdrawn_at is not None
    assert not in_force(alice(), library)
    assert claims_given(person_id=alice().id, service=library, names=["name"]) == {}
    assert FactRecord.objects.filter(name="openid.consent_withdrawn").count() == 1
    # What was agreed to before stays readable.
    assert [one.service for one in answer.context["past"]] == ["Bibliothèques"]


def test_nobody_takes_back_what_is_not_theirs(db, client):
    library = a_library()
    agree(alice(), library)
    where = reverse("openid:withdraw", args=[library.public_id])
    assert signed_in(client, chloe()).post(where).status_code == 404
    assert Consent.objects.get().withdrawn_at is None


def test_taking_back_twice_is_told(db, client):
    library = a_library()
    agree(alice(), library)
    where = reverse("openid:withdraw", args=[library.public_id])
    signed_in(client, alice()).post(where)
    assert client.post(where).status_code == 404
    assert FactRecord.objects.filter(name="openid.consent_withdrawn").count() == 1
