"""Leaving: what would go, what would stay and why is shown first; one who refuses stops all."""

from __future__ import annotations

import datetime as dt

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse
from django.utils import translation

from parvis.account.actions import closing
from parvis.account.models import Resident, RoleGrant
from parvis.account.queries import people
from parvis.account.rules import rights as rules
from parvis.account.testing import MORNING, OPEN_SESAME, a_person, alice, bachir, mona, signed_in
from parvis.account.tests.reading_world import Letter
from parvis.kernel import reading, register
from parvis.kernel.declarations import Keeps, keeps
from parvis.kernel.errors import Refused
from parvis.kernel.models import FactRecord, ReadingEntry, RegisterEntry

pytestmark = pytest.mark.django_db


def rehearsed(person):
    with translation.override("en"):
        told = closing.rehearse_closing(person_id=person.id, now=MORNING)
    return told, {kind.label: kind.left for module in told.modules for kind in module.kinds}


def everything_written():
    return (
        list(Resident.objects.order_by("pk").values()),
        list(RegisterEntry.objects.order_by("pk").values()),
        list(FactRecord.objects.order_by("pk").values()),
        list(ReadingEntry.objects.order_by("pk").values()),
        list(RoleGrant.objects.order_by("pk").values()),
    )


def refusing(_person_id, _now):
    raise Refused("tickets_unpaid", "Deux tickets de cantine ne sont pas payés.")


@pytest.fixture
def a_module_that_refuses(monkeypatch):
    canteen = Keeps(
        key="zz", label="Cantine", personal="", retention="", erase=refusing, about_people=True
    )
    monkeypatch.setitem(keeps._declared, "zz", canteen)


def test_the_rehearsal_tells_what_goes_and_what_stays_and_changes_nothing():
    person = mona()
    before = everything_written()
    told, left = rehearsed(person)
    assert everything_written() == before
    assert told.refusal == ""
    assert left["Your profile"] == rules.Left(erased=0, unnamed=0, kept=1)
    assert left["Your e-mail addresses"].erased == 1
    assert people.person(person.id) == person


def test_what_was_rehearsed_is_what_happens():
    reader, person = bachir(), mona()
    Letter.declare()
    reading.note(Letter.looked_at(reader, person, reason="Elle a appelé."), now=MORNING)
    told, _left = rehearsed(person)
    said = {kind.what for module in told.modules for kind in module.kinds if kind.left.stays}
    assert "" not in said
    assert closing.close_account(person_id=person.id, now=MORNING) is True
    assert not EmailAddress.objects.filter(user_id=person.id).exists()
    [line] = reading.concerning(f"person:{person.id}")
    assert (line.reader_ref, line.reason) == (f"person:{reader.id}", "")


def test_what_the_law_keeps_for_a_time_says_until_when():
    reader, person = bachir(), alice()
    Letter.declare()
    reading.note(Letter.looked_at(reader, person), now=MORNING)
    told, _left = rehearsed(person)
    until = {kind.until for module in told.modules for kind in module.kinds if kind.until}
    assert dt.date(2016, 6, 24) in until


def test_a_module_that_refuses_stops_all_of_them(a_module_that_refuses):
    person = mona()
    before = everything_written()
    with pytest.raises(Refused) as refusal:
        closing.close_account(person_id=person.id, now=MORNING)
    assert refusal.value.code == "tickets_unpaid"
    assert refusal.value.message == "Cantine — Deux tickets de cantine ne sont pas payés."
    assert everything_written() == before
    told, left = rehearsed(person)
    assert (told.refusal, left) == (refusal.value.message, {})


def test_the_page_says_who_refuses_and_has_no_button(client, a_module_that_refuses):
    person = mona()
    signed_in(client, person)
    client.post(reverse("account_reauthenticate"), {"password": OPEN_SESAME})
    page = client.get(reverse("account:close")).content.decode()
    assert "Deux tickets de cantine ne sont pas payés." in page
    assert "btn urgent" not in page
    assert client.post(reverse("account:close")).status_code == 409
    assert people.person(person.id) == person


def test_the_page_names_each_law(client):
    person = alice()
    signed_in(client, person)
    client.post(reverse("account_reauthenticate"), {"password": OPEN_SESAME})
    page = client.get(reverse("account:close")).content.decode()
    told = closing.rehearse_closing(person_id=person.id, now=MORNING)
    laws = {kind.law for module in told.modules for kind in module.kinds if kind.law}
    assert len(laws) >= 2
    assert all(law[:20] in page.replace("&#x27;", "'") for law in laws)


def test_roles_that_an_agent_gave_stay_without_them():
    giver, agent = a_person("Ada", "administrator"), bachir()
    a_person("Eva", "administrator")
    RoleGrant.objects.filter(person_id=agent.id).update(granted_by_id=giver.id)
    _told, left = rehearsed(giver)
    assert left["Roles that you were given, or gave"] == rules.Left(erased=1, unnamed=1, kept=0)
    closing.close_account(person_id=giver.id, now=MORNING)
    assert RoleGrant.objects.get(person_id=agent.id).granted_by_id is None


def test_the_register_keeps_that_it_was_done_and_no_detail():
    person = alice()
    ref = f"person:{person.id}"
    register.record(
        register.Entry(
            action="test.told", object_ref=ref, personal={"name": "Alice"}, recorded_at=MORNING
        )
    )
    closing.close_account(person_id=person.id, now=MORNING)
    line = RegisterEntry.objects.get(action="test.told")
    assert (line.object_ref, line.personal) == (ref, {})


def test_rows_are_told_apart_by_what_became_of_them():
    left = rules.what_is_left(before={1, 2, 3, 4}, there={2, 3, 4, 9}, after={4, 8})
    assert left == rules.Left(erased=1, unnamed=2, kept=1)
    assert left.stays == 3


def test_the_only_administrator_gives_the_role_to_somebody_else_before_leaving():
    person = a_person("Ada", "administrator")
    before = everything_written()
    told, _left = rehearsed(person)
    assert "Nobody else administers the whole city" in told.refusal
    with pytest.raises(Refused) as refusal:
        closing.close_account(person_id=person.id, now=MORNING)
    assert refusal.value.code == "last_administrator"
    assert everything_written() == before
    a_person("Eva", "administrator")
    assert closing.close_account(person_id=person.id, now=MORNING) is True
