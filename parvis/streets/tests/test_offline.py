"""Rounds, and what was done on them without network: once each, however often it is sent."""

from __future__ import annotations

import uuid

import pytest
from django.urls import reverse

from parvis.account.testing import alice, bachir
from parvis.kernel import clock
from parvis.kernel.errors import Refused
from parvis.streets import testing
from parvis.streets.actions import offline, rounds
from parvis.streets.actions.rounds import Plan
from parvis.streets.models import (
    Case,
    Message,
    OfflineBatch,
    Photo,
    Report,
    RouteSheet,
    RouteStop,
    Step,
)
from parvis.streets.tests.field_world import (
    an_agent,
    another_agent,
    at,
    everything,
    page,
    photo,
    spread,
)
from parvis.streets.tests.life_cases import DAY, a_case, a_report, closed

pytestmark = pytest.mark.django_db


def kept(case, key=None, **said):
    return {
        "client_key": str(key or uuid.uuid4()),
        "case": str(case.pk),
        "to": "done",
        "reason": "gone_on_arrival",
        "done_at": clock.now().isoformat(),
        **said,
    }


def send(client, batch, actions):
    return client.post(
        reverse("streets:offline_batch"),
        {"batch": str(batch), "actions": actions},
        content_type="application/json",
    )


def test_twenty_closings_sent_twice_are_twenty_closings():
    testing.the_streets()
    cases, client, batch = spread(20), an_agent(), uuid.uuid4()
    actions = [kept(one) for one in cases]
    assert send(client, batch, actions[:12]).json()["answered"][0]["outcome"] == "done"
    # The network went away before the answer came: all is sent again, then in a new batch.
    again = send(client, batch, actions).json()["answered"]
    assert [one["is_news"] for one in again] == [False] * 12 + [True] * 8
    third = send(client, uuid.uuid4(), actions).json()["answered"]
    assert {one["outcome"] for one in third} == {"done"}
    assert Step.objects.filter(door="offline", after="done").count() == 20
    assert Message.objects.count() == 20
    assert Case.objects.filter(state="done", revision=2).count() == 20

    another, mine = another_agent(), kept(a_case(at(-500)))
    before = everything()
    answer = send(another, batch, [mine])
    assert (answer.status_code, answer.json()["code"]) == (409, "batch_of_another")
    assert everything() == before
    assert send(another, uuid.uuid4(), actions[:1]).status_code == 409
    assert Step.objects.filter(door="offline").count() == 20


def test_what_cannot_be_done_says_why_and_the_rest_is_done():
    testing.the_streets()
    done, fine, client, batch = closed(a_case()), a_case(at(200)), an_agent(), uuid.uuid4()
    actions = [kept(done), kept(fine), kept(a_case(at(400)), reason="work_done")]
    said = send(client, batch, actions).json()["answered"]
    assert [one["outcome"] for one in said] == ["already_there", "done", "proof_missing"]
    assert said[0]["said"].endswith(".")
    again = send(client, batch, actions).json()["answered"]
    assert [(one["outcome"], one["said"]) for one in again] == [
        (one["outcome"], one["said"]) for one in said
    ]
    before = everything()
    for broken in ({"batch": "x", "actions": []}, {"batch": str(batch)}, [], {"batch": None}):
        answer = client.post(
            reverse("streets:offline_batch"), broken, content_type="application/json"
        )
        assert (answer.status_code, answer.json()["code"]) == (422, "batch_unreadable")
    long = [kept(fine) for _one in range(offline.MOST + 1)]
    assert send(client, uuid.uuid4(), long).json()["code"] == "batch_too_long"
    assert everything() == before
    assert offline.forget_batches(now=clock.now() + 91 * DAY) == 1
    assert not OfflineBatch.objects.exists()


def test_a_form_with_a_photo_is_a_batch_of_its_own_and_marks_its_stop():
    testing.the_streets()
    [case, other], client, now = spread(2), an_agent(), clock.now()
    plan = Plan(name="Roquette", day=clock.city_day(now), mode="foot")
    sheet_id = rounds.make_round(case_ids=[case.pk, other.pk], plan=plan, by=bachir(), now=now)
    address, key = reverse("streets:offline_batch"), uuid.uuid4()
    told = {
        "client_key": key,
        "case": case.pk,
        "sheet": sheet_id,
        "to": "done",
        "reason": "work_done",
        "made_at": now.isoformat(),
    }
    json = {"HTTP_ACCEPT": "application/json"}
    refused = client.post(address, told, **json)
    assert (refused.status_code, refused.json()["code"]) == (409, "proof_missing")
    for _time in range(2):
        sent = client.post(
            address, told | {"client_key": uuid.UUID(int=7), "photo": photo()}, **json
        )
        assert (sent.status_code, sent.json()["case"]) == (200, str(case.pk))
    assert Photo.objects.filter(case=case).count() == 1
    stop = RouteStop.objects.get(sheet=sheet_id, case=case)
    assert (stop.outcome, stop.seen_at) == ("done", now)
    assert client.post(address, {"to": "done"}, **json).json()["code"] == "form_invalid"
    assert (
        client.post(
            address, told | {"case": uuid.uuid4(), "client_key": uuid.uuid4()}, **json
        ).json()["code"]
        == "no_case"
    )


def test_a_page_without_scripts_does_it_at_once_and_leads_back_to_its_round():
    testing.the_streets()
    [first, second], client = spread(2), an_agent()
    plan = Plan(name="Roquette", day=clock.city_day(clock.now()), mode="foot")
    ids = [first.pk, second.pk]
    sheet = rounds.make_round(case_ids=ids, plan=plan, by=bachir(), now=clock.now())
    address, back = reverse("streets:offline_batch"), reverse("streets:round", args=[sheet])
    done = {"case": first.pk, "sheet": sheet, "to": "done", "reason": "work_done"}
    before = everything()
    refused = client.post(address, done, follow=True)
    assert refused.redirect_chain == [(back, 302)]
    [told] = refused.context["messages"]
    assert "photo" in str(told)
    assert everything()["Case"] == before["Case"]
    answer = client.post(address, done | {"photo": photo()}, follow=True)
    assert answer.redirect_chain == [(back, 302)]
    assert Case.objects.get(pk=first.pk).state_id == "done"
    assert Photo.objects.get(case=first).role == "after"
    assert RouteStop.objects.get(case=first).seen_at is not None
    alone = client.post(address, {"case": second.pk, "to": "done", "reason": "gone_on_arrival"})
    assert alone["Location"] == reverse("streets:board")
    assert client.post(address, {"to": "done"}).status_code == 422


def test_a_round_is_made_in_order_of_what_is_open():
    testing.the_streets()
    cases, client = spread(4), an_agent()
    gone = closed(cases.pop())
    ids = " ".join(str(one.pk) for one in (cases[2], cases[0], cases[1], gone))
    make = reverse("streets:round_make")
    today = clock.city_day(clock.now()).isoformat()
    typed = {"cases": ids, "name": "Roquette", "day": today, "mode": "foot", "step": "save"}
    before = everything()
    first = client.post(make, {"cases": ids})
    assert first.status_code == 200
    assert first.context["form"]["name"].value().startswith("Tournée du ")
    for wrong in (
        {"name": " "},
        {"day": "2020-01-01"},
        {"mode": "plane"},
        {"start": "zzqxw"},
        {"cases": str(gone.pk)},
        {"handler": "nobody"},
    ):
        assert client.post(make, typed | wrong).status_code == 422, wrong
    assert everything() == before
    made = client.post(make, typed)
    sheet = RouteSheet.objects.get()
    assert made["Location"] == reverse("streets:round", args=[sheet.pk])
    order = list(sheet.stops.order_by("position").values_list("case", flat=True))
    assert order in ([one.pk for one in cases], [one.pk for one in reversed(cases)])
    assert sheet.metres == 200


def test_a_round_is_walked_printed_and_put_away():
    testing.the_streets()
    cases, client, now = spread(3), an_agent(), clock.now()
    a_report(cases[0], email="x@example.org")
    Report.objects.filter(case=cases[0], email="").update(text="Derrière le banc")
    plan = Plan(name="Roquette", day=clock.city_day(now), mode="foot")
    ids = [one.pk for one in cases]
    rounds.make_round(case_ids=ids, plan=plan, by=bachir(), now=now)
    sheet = RouteSheet.objects.get()
    answer, text = page(client, "round", sheet.pk)
    assert answer.status_code == 200
    assert text.count("data-offline=") == 3
    assert "Derrière le banc" in text
    assert "x@example.org" not in text
    answer, text = page(client, "round_print", sheet.pk)
    assert answer.status_code == 200
    assert text.count("<path d=") >= 3
    assert "x@example.org" not in text
    assert client.post(reverse("streets:round_lend", args=[sheet.pk])).status_code == 409
    assert client.post(reverse("streets:round_close", args=[sheet.pk])).status_code == 302
    assert RouteSheet.objects.get().closed_at is not None
    assert "Roquette" in page(client, "rounds")[1]
    assert page(client, "round", uuid.uuid4())[0].status_code == 404


def test_a_round_has_no_more_stops_than_one_walks():
    testing.the_streets()
    cases = spread(41, reported=False)
    ids, now = [one.pk for one in cases], clock.now()
    plan = Plan(name="Trop", day=clock.city_day(now), mode="foot")
    for code, by, chosen in (
        ("round_too_long", bachir(), ids),
        ("round_empty", bachir(), []),
        ("needs_role", alice(), ids[:2]),
    ):
        with pytest.raises(Refused) as caught:
            rounds.make_round(case_ids=chosen, plan=plan, by=by, now=now)
        assert caught.value.code == code
    assert not RouteSheet.objects.exists()
    by_car = Plan(name="En camion", day=plan.day, mode="vehicle", start=at(-100))
    sheet_id = rounds.make_round(case_ids=ids, plan=by_car, by=bachir(), now=now)
    stops = RouteStop.objects.filter(sheet=sheet_id).order_by("position")
    assert list(stops.values_list("case", flat=True)) == ids
    assert RouteSheet.objects.get().metres == 4100
