"""Whoever asks for links to a new password in Alice's name floods her with a few mails and takes
none away from her."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from parvis.account.testing import OPEN_SESAME, alice, chloe
from parvis.kernel.models import OutgoingMail

pytestmark = pytest.mark.django_db
HOME, OFFICE = "192.0.2.8", "203.0.113.20"
ALICE, NOBODY = "alice@parvis.example", "nobody@parvis.example"
FROM_ONE_PLACE, BY_STRANGERS = 3, 6


def ask(client, place, email=ALICE):
    return client.post(reverse("account_reset_password"), {"email": email}, REMOTE_ADDR=place)


def mails(email=ALICE):
    return OutgoingMail.objects.filter(recipient=email, subject__contains="mot de passe").count()


def strangers_ask(email=ALICE, *, places=3):
    """Ask from places enough that none is heard any more."""
    for number in range(places):
        for _rank in range(FROM_ONE_PLACE):
            ask(Client(), f"198.51.100.{number}", email)


def signed_in_at(place, email=ALICE):
    browser = Client()
    typed = {"login": email, "password": OPEN_SESAME}
    browser.post(reverse("account_login"), typed, REMOTE_ADDR=place)
    return browser


def test_a_stranger_elsewhere_takes_nothing_away_from_who_asks_at_home():
    alice()
    answers = [ask(Client(), "198.51.100.1").status_code for _rank in range(FROM_ONE_PLACE + 1)]
    assert answers == [302] * FROM_ONE_PLACE + [429]
    assert ask(Client(), HOME).status_code == 302
    assert mails() == FROM_ONE_PLACE + 1


def test_who_is_refused_reads_how_long_to_wait():
    alice()
    said = [ask(Client(), OFFICE) for _rank in range(FROM_ONE_PLACE + 1)][-1]
    assert "essais en peu de temps." in said.text
    assert "Attendez 60 minutes, puis réessayez." in said.text
    hasty = [ask(Client(), HOME, f"{rank}@parvis.example") for rank in range(61)][-1]
    assert hasty.status_code == 429
    assert "Attendez 1 minute, puis réessayez." in hasty.text


def test_strangers_everywhere_together_cause_a_few_mails_in_an_hour():
    alice()
    strangers_ask()
    assert mails() == BY_STRANGERS


def test_alice_gets_her_link_on_the_device_she_knows_whatever_strangers_did():
    alice()
    tablet = signed_in_at(HOME)
    tablet.post(reverse("account_logout"))
    strangers_ask()
    assert ask(tablet, "198.51.100.1").status_code == 302, "even where a stranger used it all up"
    assert mails() == BY_STRANGERS + 1


def test_alice_gets_her_link_on_another_device_at_home_whatever_strangers_did():
    alice()
    signed_in_at(HOME)
    strangers_ask()
    ask(Client(), HOME)
    assert mails() == BY_STRANGERS + 1


def test_at_home_and_on_her_device_alice_gets_no_more_than_from_elsewhere():
    alice()
    tablet = signed_in_at(HOME)
    said = [ask(tablet, OFFICE).status_code for _rank in range(FROM_ONE_PLACE + 1)]
    said += [ask(Client(), HOME).status_code for _rank in range(FROM_ONE_PLACE + 1)]
    assert said == [302, 302, 302, 429] * 2
    assert mails() == 2 * FROM_ONE_PLACE


def test_the_device_of_another_person_is_one_of_a_stranger():
    alice(), chloe()
    hers = signed_in_at(HOME, "chloe@parvis.example")
    strangers_ask()
    assert ask(hers, HOME).status_code == 302
    assert mails() == BY_STRANGERS


def test_in_one_network_of_ipv6_a_visitor_is_one_visitor():
    alice()
    signed_in_at("2001:db8:1:2::7")
    strangers_ask()
    ask(Client(), "2001:db8:1:2::8")
    ask(Client(), "2001:db8:1:3::8")
    assert mails() == BY_STRANGERS + 1


def test_a_link_that_came_before_still_works_after_others_were_asked_for(client):
    alice()
    strangers_ask()
    first = OutgoingMail.objects.order_by("pk").filter(recipient=ALICE)[0].text
    page = client.get(re.search(r"http://localhost:8000(/\S+)", first).group(1))
    assert page.status_code == 302


@pytest.mark.parametrize("strangers", [0, 3])
@pytest.mark.parametrize("place", [HOME, OFFICE])
def test_who_watches_from_any_place_cannot_tell_whether_alice_has_an_account(place, strangers):
    """Neither at her home nor elsewhere, neither before nor after strangers used everything up."""
    alice(), chloe()
    signed_in_at(HOME)
    visitor = signed_in_at(HOME, "chloe@parvis.example")
    seen = {ALICE: [], NOBODY: []}
    for email, told in seen.items():
        strangers_ask(email, places=strangers)
        for _rank in range(FROM_ONE_PLACE + 1):
            with CaptureQueriesContext(connection) as asked:
                answer = ask(visitor, place, email)
            told.append((answer.status_code, answer.get("Location"), shapes(asked)))
    assert [status for status, *_more in seen[ALICE]] == [302, 302, 302, 429]
    assert seen[ALICE] == seen[NOBODY]


def test_a_mail_that_does_not_leave_is_written_all_the_same():
    """At home, where Alice's still leave, as elsewhere, where nobody's do."""
    alice()
    signed_in_at(HOME)
    strangers_ask()
    seen = []
    for place in (HOME, OFFICE):
        with CaptureQueriesContext(connection) as asked:
            ask(Client(), place)
        seen.append(shapes(asked))
    assert seen[0] == seen[1]
    assert mails() == BY_STRANGERS + 1


def shapes(asked):
    """Return what was asked of the database, whether a step was kept or undone."""
    verbs = [re.sub(r"\W.*", "", query["sql"]) for query in asked]
    return ["END" if verb in ("RELEASE", "ROLLBACK") else verb for verb in verbs]
