"""Programs send reports and partners tell what they did: with a key, once, all of it or nothing."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from parvis.account.testing import alice, chloe, signed_in
from parvis.kernel import clock, register
from parvis.kernel.models import FactRecord, RegisterEntry
from parvis.streets.actions.api_keys import revoke_key
from parvis.streets.models import ApiKey, Case, Handler, Photo, Report, Reporting, Step, Subtype
from parvis.streets.rules import georeport as rules
from parvis.streets.testing import FRIDGE, NOON, TAG, the_streets
from parvis.streets.tests.georeport_world import (
    API,
    HERE,
    WORDS,
    a_case,
    a_key,
    a_photo,
    days,
    get,
    is_uuid,
    post,
    refused,
)
from parvis.territory.public import in_metres, nearest_address

pytestmark = pytest.mark.django_db
PLACE = {"lat": HERE[1], "long": HERE[0]}
UPDATES = "servicerequestupdates"
EVERYTHING = (Case, Report, Photo, Step, FactRecord, RegisterEntry)


@pytest.fixture
def key(monkeypatch):
    """Load the street on a Wednesday at noon, and give Alice's program a key."""
    monkeypatch.setattr(clock, "now", lambda: NOON)
    the_streets()
    return a_key()


def stored():
    return [model.objects.count() for model in EVERYTHING]


def refuses(client, path="requests", files=(), **said):
    """Return the status and reason of a refusal, after which nothing is stored."""
    before = stored()
    found = refused(post(client, path, files, **said))
    assert stored() == before
    return found


def test_a_program_reports(client, key):
    # No session stands for a key, and a report is not that of who is signed in.
    signed_in(client, chloe())
    assert refuses(client, service_code=FRIDGE, **PLACE) == (403, "api_key_missing")
    answer, told = post(
        client, api_key=key, service_code=FRIDGE, description=WORDS, email="dede@parvis.example",
        first_name="Dédé", phone="0612345678", device_id="x", media_url="http://10.0.0.1/x.jpg",
        **{"attribute[passage]": "road"}, **PLACE,
    )  # fmt: skip
    assert answer.status_code == 201
    (one,) = told
    case, report = Case.objects.get(), Report.objects.get()
    assert one["service_request_id"] == case.code
    assert one["token"] == str(report.pk)
    assert is_uuid(one["token"])
    assert one["account_id"] is None
    assert "media_url" in one["service_notice"]
    assert (report.text, report.email, report.channel) == (WORDS, "dede@parvis.example", "api")
    assert (report.answers, report.email_confirmed_at) == ({"passage": "road"}, None)
    assert (report.api_key, report.person_id) == (ApiKey.objects.get(), None)
    assert ApiKey.objects.get().used_at == NOON
    assert case.handler is not None
    for word in ("Dédé", "0612345678", "10.0.0.1"):
        assert word not in str(vars(report))
    for fact in FactRecord.objects.all():
        assert "Roussel" not in json.dumps(fact.payload)
    _answer, found = get(client, f"tokens/{one['token']}")
    assert found[0]["service_request_id"] == case.code
    xml = client.post(f"{API}/requests.xml", {"api_key": key, "service_code": TAG, **PLACE})
    assert (xml.status_code, xml["Content-Type"]) == (201, "text/xml; charset=utf-8")
    assert xml.content.decode().count("<service_request_id>") == 1


def test_an_address_is_enough_and_one_that_nobody_knows_is_not(client, key):
    sent = {"api_key": key, "service_code": FRIDGE}
    known = nearest_address(lon=HERE[0], lat=HERE[1])
    answer, told = post(client, **sent, address_string=known.label)
    assert answer.status_code == 201, told
    case = Case.objects.get(code=told[0]["service_request_id"])
    assert case.location == pytest.approx(in_metres([(known.lon, known.lat)])[0], abs=0.2)
    assert (case.arrondissement, case.postcode) == (11, "75011")
    assert refuses(client, **sent, address_string="12 rue de nulle part") == (
        400,
        "address_unknown",
    )
    assert refuses(client, **sent, address_id="75111_8158_00012") == (400, "address_id_unknown")


def test_what_is_wrong_is_refused_and_nothing_is_stored(client, key):
    sent = {"api_key": key, "service_code": FRIDGE, **PLACE}
    tree = {"api_key": key, "service_code": "presence-de-rats", **PLACE}
    reserved = Subtype.objects.filter(is_reserved_to_agents=True).first().code
    named = Subtype.objects.filter(is_anonymous_allowed=False, is_reserved_to_agents=False).first()
    revoked = a_key("Ancien")
    revoke_key(key_id=ApiKey.objects.get(name="Ancien").pk, by=None, now=NOON)
    wrong = [
        ({**sent, "api_key": ""}, (403, "api_key_missing")),
        ({**sent, "api_key": "wrong"}, (403, "api_key_unknown")),
        ({**sent, "api_key": revoked}, (403, "api_key_unknown")),
        ({**sent, "service_code": ""}, (400, "argument_missing")),
        ({**sent, "service_code": "nothing"}, (404, "no_service")),
        ({**sent, "service_code": reserved}, (404, "no_service")),
        ({**sent, "lat": ""}, (400, "place_incomplete")),
        ({"api_key": key, "service_code": FRIDGE}, (400, "place_missing")),
        ({**sent, "lat": "x"}, (400, "number_unreadable")),
        ({**sent, "lat": 45.76, "long": 4.83}, (400, "outside_the_city")),
        ({**sent, "lat": HERE[0], "long": HERE[1]}, (400, "coordinates_inverted")),
        ({**sent, "lat": 48.8577, "long": 2.3405}, (400, "in_the_water")),
        ({**sent, "description": "a" * 4001}, (400, "description_too_long")),
        ({**sent, "description": "a\x00b"}, (400, "text_unreadable")),
        ({**sent, "email": "dede"}, (400, "email_invalid")),
        ({**sent, "attribute[size]": "3"}, (400, "attribute_unknown")),
        ({**sent, "attribute[passage]": "sea"}, (400, "answer_unknown")),
        (tree, (400, "question_unanswered")),
        ({**tree, "attribute[danger]": "yes"}, (400, "subtype_not_ours")),
        ({**sent, "service_code": named.code}, (400, "anonymous_not_allowed")),
        ({**sent, "account_id": str(chloe().id)}, (403, "account_of_another")),
        ({**sent, "service_request_id": "nothing"}, (404, "no_request")),
        ({**sent, "jurisdiction_id": "lyon.fr"}, (404, "no_jurisdiction")),
    ]
    assert [refuses(client, **said) for said, _why in wrong] == [why for _said, why in wrong]
    assert not Case.objects.exists()


def test_the_same_form_sent_twice_is_one_report(client, key):
    sent = {"api_key": key, "service_code": FRIDGE, "description": "un", **PLACE}
    first, told = post(client, **sent, key="un")
    again, twice = post(client, **sent, key="un")
    assert (first.status_code, told) == (again.status_code, twice)
    assert Report.objects.count() == 1
    sent["description"] = "deux"
    assert refused(post(client, **sent, key="un")) == (400, "idempotency_key_reused")
    red = [post(client, files=[a_photo()], key="photo", **sent)[1] for _time in range(2)]
    assert red[0] == red[1]
    blue = post(client, files=[a_photo(colour="blue")], key="photo", **sent)
    assert refused(blue) == (400, "idempotency_key_reused")
    assert (Report.objects.count(), Photo.objects.count()) == (2, 1)


def test_photos_come_with_the_form_and_are_not_public_before_they_are_looked_at(client, key):
    sent = {"api_key": key, "service_code": FRIDGE, **PLACE}
    _answer, told = post(client, files=[a_photo(), a_photo("b.jpg", colour="blue")], **sent)
    report = Report.objects.get()
    assert list(Photo.objects.order_by("taken_in_at", "id").values_list("report", "state")) == [
        (report.pk, "received"),
        (report.pk, "received"),
    ]
    _answer, (shown,) = get(client, f"requests/{told[0]['service_request_id']}")
    assert shown["media_url"] is None
    bad = SimpleUploadedFile("x.svg", b"<svg onload='alert(1)'/>", content_type="image/svg+xml")
    status, reason = refuses(client, files=[a_photo(), bad], **sent)
    assert (status, reason) == (400, "file_type_unknown")
    five = [a_photo(f"{number}.jpg") for number in range(5)]
    assert refuses(client, files=five, **sent) == (400, "too_many_photos")


def test_a_program_adds_a_voice_and_speaks_for_its_owner_only(client, key):
    case = a_case()
    sent = {"api_key": key, "service_code": FRIDGE, "service_request_id": case.code, **PLACE}
    _answer, told = post(client, **sent, account_id=str(alice().id))
    report = Report.objects.get(pk=told[0]["token"])
    assert (told[0]["service_request_id"], told[0]["account_id"]) == (case.code, str(alice().id))
    assert (report.role, report.person_id, report.email) == (Reporting.JOINS, alice().id, "")
    _answer, (shown,) = get(client, f"requests/{case.code}", extensions="true")
    assert shown["extended_attributes"]["reports"] == 2
    assert refuses(client, **sent, account_id=str(alice().id)) == (400, "already_yours")


def test_a_key_sends_so_much_a_minute(client, key, monkeypatch):
    monkeypatch.setattr("parvis.streets.api.keys.POSTS_A_MINUTE", 2)
    sent = {"api_key": key, "service_code": FRIDGE}
    for _time in range(2):
        assert refuses(client, **sent) == (400, "place_missing")
    before = stored()
    answer, told = post(client, **sent, **PLACE)
    assert refused((answer, told)) == (429, "too_many_calls")
    assert answer["Retry-After"] == "60"
    assert stored() == before
    other = a_key("Autre")
    assert post(client, **sent | {"api_key": other}, **PLACE)[0].status_code == 201
    assert rules.POSTS_A_MINUTE == 120


def test_reading_has_a_pace_too(client, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: days(1))
    monkeypatch.setattr("parvis.streets.api.keys.READS_A_MINUTE", 1)
    assert get(client, "discovery", jurisdiction_id="paris")[0].status_code == 200
    assert refused(get(client, "discovery")) == (429, "too_many_calls")


def test_more_than_four_photos_weigh_is_refused_unread(client):
    address, heavy = f"{API}/requests.json", {"Content-Length": "200000000"}
    answer = client.post(address, {"api_key": a_key()}, headers=heavy)
    assert refused((answer, json.loads(answer.content))) == (413, "body_too_large")
    assert ApiKey.objects.get().used_at is None


@pytest.fixture
def partner(key):
    """Report something, and give its handler's own system a key that tells what was done."""
    del key
    case = a_case()
    return case, a_key("Ramen", handler=case.handler.code)


def test_a_partner_tells_of_its_own_cases_alone(client, key, partner):
    case, theirs = partner
    other = Handler.objects.exclude(pk=case.handler_id).first()
    stranger = a_key("LIME", handler=other.code)
    done = {"service_request_id": case.code, "status": "closed", "description": "Enlevé."}
    wrong = [
        ({}, (403, "api_key_missing")),
        ({"api_key": key}, (403, "may_not_update")),
        ({"api_key": stranger}, (403, "request_of_another")),
        ({"api_key": theirs, "service_request_id": "nothing"}, (404, "no_request")),
        ({"api_key": theirs, "status": "open"}, (400, "status_unknown")),
        ({"api_key": theirs, "status": ""}, (400, "argument_missing")),
        ({"api_key": theirs, "expected_datetime": "demain"}, (400, "date_unreadable")),
        # What proves the end is missing; what no partner may do; what is no step from here.
        ({"api_key": theirs}, (400, "proof_missing")),
        ({"api_key": theirs, "status": "merged"}, (400, "not_yours_to_take")),
        ({"api_key": theirs, "status": "contradicted"}, (400, "no_such_step")),
    ]
    refusals = [refuses(client, UPDATES, **done | said) for said, _why in wrong]
    assert refusals == [why for _said, why in wrong]


def test_a_partner_schedules_and_then_says_that_it_is_done(client, partner):
    case, theirs = partner
    told = {"api_key": theirs, "service_request_id": case.code}
    post(client, UPDATES, **told, status="scheduled", expected_datetime="2026-06-05T08:00:00+02:00")
    case.refresh_from_db()
    assert (case.state_id, str(case.planned_on)) == ("scheduled", "2026-06-05")
    told |= {"status": "closed", "description": "Enlevé."}
    answer, content = post(client, UPDATES, [a_photo()], **told)
    assert answer.status_code == 201, content
    case.refresh_from_db()
    step = Step.objects.latest("id")
    assert content == [{"update_id": str(step.pk), "service_request_id": case.code}]
    assert (case.state_id, case.reason_id, step.public_note) == ("done", "work_done", "Enlevé.")
    assert (step.door, step.note) == ("georeport", "GeoReport: Ramen")
    photo = Photo.objects.get(case=case)
    assert (photo.role, photo.report_id) == ("after", None)
    (line, *_others) = register.about(f"streets.case:{case.pk}")
    assert (line.action, line.channel) == ("streets.done", "api")
    # Told again, it is no step; no photo is stored twice either.
    assert refuses(client, UPDATES, [a_photo()], **told) == (400, "already_there")
