"""Being let in: one step for who comes back, and the same for everybody in what is written."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from parvis.account.actions import counter
from parvis.account.models import CounterRecovery, Device, OpenSession, Outcome, Resident
from parvis.account.testing import OPEN_SESAME, alice, chloe
from parvis.account.tests.at_the_counter import opened

pytestmark = pytest.mark.django_db
EMAIL = "alice@parvis.example"
_WRITES = ("INSERT", "UPDATE", "DELETE", "WITH", "SAVEPOINT")


def sign_in(client, email=EMAIL):
    typed = {"login": email, "password": OPEN_SESAME}
    answer = client.post(reverse("account_login"), typed)
    assert answer.status_code == 302
    return answer


def written(client):
    with CaptureQueriesContext(connection) as asked:
        sign_in(client)
    return [one["sql"] for one in asked if one["sql"].strip().startswith(_WRITES)]


def test_who_comes_back_is_let_in_by_four_statements_that_write(client):
    alice()
    sign_in(client)
    client.cookies.pop("sessionid")
    statements = written(client)
    tables = ["kernel_count", "kernel_count", "residents_opensession", "django_session"]
    assert len(statements) == len(tables)
    for statement, table in zip(statements, tables, strict=True):
        assert table in statement
    assert Device.objects.count() == 1
    first, second = OpenSession.objects.order_by("opened_at")
    assert first.device_id == second.device_id
    assert Resident.objects.get(email=EMAIL).last_login == second.opened_at == second.seen_at


def test_who_comes_first_is_written_down_the_same_way(client):
    person = alice()
    sign_in(client)
    opened, device = OpenSession.objects.get(), Device.objects.get()
    assert (opened.person_id, opened.device_id) == (person.id, device.pk)
    assert Resident.objects.get(email=EMAIL).last_login == opened.opened_at


def test_the_device_of_somebody_else_is_a_new_one_for_whoever_comes_next(client):
    alice(), chloe()
    sign_in(client, "chloe@parvis.example")
    client.cookies.pop("sessionid")
    sign_in(client)
    owners = set(Device.objects.values_list("person__usual_name", flat=True))
    assert owners == {"Alice", "Chloé"}
    opened = OpenSession.objects.get(person__email=EMAIL)
    assert opened.device.person_id == opened.person_id


def test_a_device_that_was_forgotten_meanwhile_is_a_new_one(client):
    alice()
    sign_in(client)
    Device.objects.all().delete()
    client.cookies.pop("sessionid")
    sign_in(client)
    newest = OpenSession.objects.order_by("opened_at").last()
    assert newest.device == Device.objects.get()


def test_a_session_is_written_once_and_holds_what_its_request_put_in():
    alice()
    browser = Client()
    with CaptureQueriesContext(connection) as asked:
        sign_in(browser)
    about = [one["sql"] for one in asked if "django_session" in one["sql"]]
    assert len(about) == 1
    assert about[0].strip().startswith("INSERT")
    assert browser.get(reverse("account:security")).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_whoever_comes_back_stops_the_recovery_and_is_let_in_or_neither(client, monkeypatch):
    person = alice()
    sign_in(client)
    client.cookies.pop("sessionid")
    opened(person)
    before = Resident.objects.get(pk=person.id).last_login, Device.objects.get().last_seen_at

    def killed(*_args, **_named):
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(counter, "stop_at_sign_in", killed)
        with pytest.raises(SystemExit):
            client.post(reverse("account_login"), {"login": EMAIL, "password": OPEN_SESAME})
    assert OpenSession.objects.count() == 1
    assert CounterRecovery.objects.get().outcome == ""
    resident = Resident.objects.get(pk=person.id)
    assert (resident.last_login, Device.objects.get().last_seen_at) == before
    sign_in(client)
    assert (OpenSession.objects.count(), Device.objects.count()) == (2, 1)
    assert CounterRecovery.objects.get().outcome == Outcome.SIGNED_IN
