"""The board and the page of a case on the desk, as an agent meets them."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from parvis.account.public import Reach
from parvis.account.testing import a_person, alice, signed_in
from parvis.kernel import clock, reading
from parvis.kernel.models import FactRecord
from parvis.streets import testing
from parvis.streets.models import Case, Handler, Message, Photo, PhotoRole, Step
from parvis.streets.queries import board
from parvis.streets.tests.field_world import (
    ADDRESS,
    SECRET_WORDS,
    an_agent,
    at,
    everything,
    page,
    photo,
)
from parvis.streets.tests.life_cases import NOON, a_case, a_report, closed

pytestmark = pytest.mark.django_db


def codes(**asked):
    shown = board.board(
        board.wanted_from(asked), Reach(None), page=1, now=NOON + dt.timedelta(days=60)
    )
    return [line.code for line in shown.lines]


def test_the_board_finds_by_handler_state_deadline_address_and_number():
    testing.the_streets()
    fridge = a_case()
    later = a_case(at(200), now=NOON + dt.timedelta(days=1))
    tag = a_case(at(400), subtype=testing.TAG)
    done = closed(a_case(at(600)))
    Case.objects.filter(pk=tag.pk).update(handler=None, due_at=None, priority=50)
    Case.objects.filter(pk=later.pk).update(address="1 place d'Aligre", arrondissement=12)
    assert codes() == [fridge.code, later.code, tag.code]
    assert codes(sort="priority") == [tag.code, fridge.code, later.code]
    assert codes(handler="none") == [tag.code]
    assert codes(handler="ramen") == [fridge.code, later.code]
    assert codes(state="late") == [fridge.code, later.code]
    assert codes(state="closed") == codes(state="done") == [done.code]
    assert codes(arrondissement="12") == codes(q="aligre") == [later.code]
    assert codes(q=tag.code.replace("-", "").lower()) == [tag.code]
    assert codes(type="nothing-of-the-kind", arrondissement="eleven") == []

    client = an_agent()
    answer, text = page(client, "board", handler="ramen", page="x")
    assert answer.status_code == 200
    assert text.count('name="case"') == 2
    assert 'name="f-handler" value="ramen"' in text
    assert 'data-tone="red"' in text
    assert reverse("streets:board") in client.get(reverse("portal:desk")).content.decode()


def test_only_agents_of_the_service_come_in():
    testing.the_streets()
    case = a_case()
    people = (alice(), a_person("Mona", "moderator"))
    before = everything()
    for client in [signed_in(Client(), one) for one in people]:
        for name, args in (("board", ()), ("bulk", ()), ("rounds", ()), ("desk_case", [case.code])):
            assert client.get(reverse(f"streets:{name}", args=args)).status_code == 403
        for name in ("bulk_ask", "round_make", "offline_batch"):
            assert client.post(reverse(f"streets:{name}")).status_code == 403
        moved = client.post(reverse("streets:desk_move", args=[case.code]), {"to": "to_do"})
        assert moved.status_code == 403
    assert everything() == before


def test_an_agent_reads_who_reported_and_it_is_written_down_once():
    testing.the_streets()
    case = a_case()
    person = alice()
    a_report(case, person=person, text=SECRET_WORDS)
    a_report(case, email=ADDRESS, email_confirmed_at=None)
    client = an_agent()
    for _look in range(2):
        answer, text = page(client, "desk_case", case.code)
        assert answer.status_code == 200
    for words in (SECRET_WORDS, ADDRESS, "Alice"):
        assert words in text
    [seen] = reading.concerning(f"person:{person.id}")
    assert (seen.what, seen.object_ref[:15]) == ("streets.report", "streets.report:")
    assert page(client, "desk_case", "00-0000-0")[0].status_code == 404


def test_a_step_is_taken_with_its_photo_and_a_refusal_keeps_what_was_typed():
    testing.the_streets()
    case, client = a_case(), an_agent()
    address = reverse("streets:desk_move", args=[case.code])
    typed = {
        "to": "done",
        "revision": case.revision,
        "reason": "work_done",
        "public_note": "Enlevé ce matin",
        "note": "Camion 12",
    }
    before = everything()
    refused = client.post(address, typed)
    assert refused.status_code == 422
    text = refused.content.decode()
    assert "Enlevé ce matin" in text
    assert "Camion 12" in text
    assert everything() == before

    assert client.post(address, typed | {"photo": photo()}).status_code == 302
    case.refresh_from_db()
    assert (case.state_id, case.reason_id) == ("done", "work_done")
    step = Step.objects.filter(case=case).latest("pk")
    assert (step.door, step.public_note, step.note) == ("desk", "Enlevé ce matin", "Camion 12")
    assert Photo.objects.get(case=case).role == PhotoRole.AFTER
    assert Message.objects.get(step=step).text == "Enlevé ce matin"

    before = everything()
    again = client.post(address, {"to": "to_do", "revision": case.revision - 1})
    assert again.status_code == 409
    assert client.post(address, {"to": "done", "revision": case.revision}).status_code == 409
    assert everything() == before
    assert client.post(address, {"to": "to_do", "revision": case.revision}).status_code == 302


def test_messages_and_joining_from_the_desk():
    testing.the_streets()
    case, other, client = a_case(), a_case(at(10)), an_agent()
    tell = reverse("streets:desk_tell", args=[case.code])
    assert client.post(tell, {"text": " "}).status_code == 422
    assert client.post(tell, {"text": "Nous passons jeudi."}).status_code == 302
    assert Message.objects.get(case=case).text == "Nous passons jeudi."
    join = reverse("streets:desk_merge", args=[case.code])
    before = everything()
    assert client.post(join, {"into": "zut"}).status_code == 404
    assert client.post(join, {"into": case.code}).status_code == 409
    assert everything() == before
    joined = client.post(join, {"into": other.code.lower()})
    assert joined["Location"] == reverse("streets:desk_case", args=[other.code])
    case.refresh_from_db()
    assert (case.state_id, case.merged_into_id) == ("merged", other.pk)


def test_a_link_is_shown_once_and_taken_back():
    testing.the_streets()
    case, client = a_case(), an_agent()
    made = client.post(reverse("streets:desk_lend", args=[case.code]))
    assert made.status_code == 200
    assert made["Cache-Control"].startswith("max-age=0")
    assert FactRecord.objects.get(name="streets.partner_asked").payload["handler"] == "ramen"
    link = case_links(case).get()
    assert link.token_hash not in made.content.decode()
    _answer, text = page(client, "desk_case", case.code)
    take_back = reverse("streets:link_take_back", args=[link.pk])
    assert take_back in text
    assert client.post(take_back).status_code == 302
    assert case_links(case).get().revoked_at <= clock.now()
    Case.objects.filter(pk=case.pk).update(handler=None)
    refused = client.post(reverse("streets:desk_lend", args=[case.code]))
    assert refused.status_code == 409
    assert Handler.objects.get(code="ramen").links.count() == 1


def case_links(case):
    return Handler.objects.get(code="ramen").links.filter(case=case)
