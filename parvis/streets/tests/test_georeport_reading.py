"""Programs read GeoReport: services, definitions, requests, tokens, updates; nobody's words."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from parvis.kernel import clock
from parvis.streets.actions.merging import merge
from parvis.streets.actions.moving import move_case
from parvis.streets.models import Case, Photo, Report, Subtype
from parvis.streets.rules.places import hexagon_of
from parvis.streets.testing import FRIDGE, NOON, TAG, the_streets
from parvis.streets.tests.georeport_world import (
    API,
    HERE,
    WORDS,
    a_case,
    check,
    days,
    get,
    get_xml,
    private_kind,
    refused,
    w3,
)
from parvis.territory.public import in_degrees

pytestmark = pytest.mark.django_db
UPDATES = "servicerequestupdates"


@pytest.fixture
def noon(monkeypatch):
    """Stop the clock of the doors on a Wednesday."""
    monkeypatch.setattr(clock, "now", lambda: NOON)


@pytest.fixture
def streets(noon):
    del noon
    the_streets()


@pytest.mark.usefixtures("streets")
def test_what_may_be_reported_is_listed(client):
    answer, listed = get(client, "services")
    check("services", listed)
    for one in listed:
        check("service", one)
    by_code = {one["service_code"]: one for one in listed}
    assert by_code[FRIDGE] == {
        "service_code": FRIDGE,
        "service_name": "Autres objets encombrants abandonnés",
        "description": "Objets abandonnés.",
        "metadata": True,
        "type": "realtime",
        "keywords": by_code[FRIDGE]["keywords"],
        "group": "Objets abandonnés",
    }
    assert "frigo" in by_code[FRIDGE]["keywords"].split(", ")
    assert by_code[TAG]["metadata"] is False
    hidden = Subtype.objects.filter(is_reserved_to_agents=True) | Subtype.objects.exclude(
        not_ours_fr=""
    )
    assert not {one.code for one in hidden} & set(by_code)
    assert len(by_code) + hidden.count() == Subtype.objects.count()
    assert answer["Access-Control-Allow-Origin"] == "*"
    _answer, english = get(client, "services", locale="en")
    assert {one["group"] for one in english} >= {"Abandoned objects"}
    _answer, root = get_xml(client, "services")
    assert [one.findtext("service_code") for one in root.findall("service")] == [
        one["service_code"] for one in listed
    ]


@pytest.mark.usefixtures("streets")
def test_a_definition_asks_the_questions_of_the_kind_and_of_its_branch(client):
    _answer, told = get(client, f"services/{FRIDGE}")
    check("service-definition", told)
    (passage,) = told["attributes"]
    hint = passage.pop("datatype_description")
    assert hint
    assert passage == {
        "variable": True,
        "code": "passage",
        "datatype": "singlevaluelist",
        "required": False,
        "order": 1,
        "description": "Gêne-t-il le passage ?",
        "values": [
            {"key": "no", "name": "Non"},
            {"key": "walk", "name": "Oui, à pied ou en fauteuil"},
            {"key": "road", "name": "Oui, sur la chaussée"},
        ],
    }
    _answer, tree = get(client, "services/presence-de-rats", locale="en")
    (danger,) = tree["attributes"]
    assert (danger["code"], danger["required"]) == ("danger", True)
    assert danger["datatype_description"] == "Yes: Move away and call 18 or 112."
    _answer, root = get_xml(client, f"services/{FRIDGE}")
    assert root.tag == "service_definition"
    assert root.findtext("attributes/attribute/variable") == "true"
    assert root.findtext("attributes/attribute/values/value/key") == "no"
    reserved = Subtype.objects.filter(is_reserved_to_agents=True).first()
    for code in ("nothing", reserved.code, "x" * 300):
        assert refused(get(client, f"services/{code}")) == (404, "no_service")


def as_told(case):
    """Return how GeoReport tells a case that was just reported, but for its moments."""
    return {
        "service_request_id": case.code,
        "status": "open",
        "status_notes": "Nouveau. Le signalement est arrivé ; personne ne s'en occupe encore.",
        "service_name": "Autres objets encombrants abandonnés",
        "service_code": FRIDGE,
        "description": None,
        "agency_responsible": case.handler.name,
        "address": case.address,
        "address_id": None,
        "zipcode": "75011",
        "lat": HERE[1],
        "long": HERE[0],
        "media_url": None,
        "extended_attributes": {
            "state": "new",
            "handler": case.handler.code,
            "closed_because": None,
            "closed_datetime": None,
            "merged_into": None,
            "reports": 1,
            "contradictions": 0,
            "photos": [],
        },
    }


@pytest.mark.usefixtures("streets")
def test_a_request_says_where_it_stands_and_no_word_of_who_reported_it(client):
    case = a_case(answers={"passage": "road"})
    _answer, listed = get(client, "requests", extensions="true", locale="fr")
    check("requests", listed)
    (told,) = listed
    check("request", told)
    assert told["requested_datetime"] == "2026-06-03T12:00:00+02:00"
    assert dt.datetime.fromisoformat(told["expected_datetime"]) == case.due_at
    assert set(told) - set(as_told(case)) == {
        "service_notice",
        "requested_datetime",
        "updated_datetime",
        "expected_datetime",
    }
    assert {name: told[name] for name in as_told(case)} == as_told(case)
    xml, root = get_xml(client, f"requests/{case.code}")
    assert root.findtext("request/service_request_id") == case.code
    assert root.findtext("request/long") == str(HERE[0])
    assert root.find("request/description").text is None
    public_photo(client, case)
    for content in (xml.content, *(get(client, path)[0].content for path in ("requests", UPDATES))):
        for word in (*WORDS.split(", "), "dede@", "road"):
            assert word not in content.decode()


def public_photo(client, case):
    """Have a photo looked at, another not yet: the first is told."""
    shown = {"state": "shown", "shown": "x.jpg", "reviewed_at": NOON}
    Photo.objects.create(case=case, role="overview", taken_in_at=NOON, **shown)
    waiting = Photo.objects.create(case=case, role="close", state="to_review", taken_in_at=NOON)
    answer, (told,) = get(client, f"requests/{case.code}", extensions="true")
    check("request", told)
    assert told["media_url"].startswith("http://testserver/")
    assert len(told["extended_attributes"]["photos"]) == 1
    assert str(waiting.pk) not in answer.content.decode()


@pytest.mark.usefixtures("streets")
def test_a_place_that_is_not_public_is_told_as_a_hexagon_and_found_in_no_circle(client):
    case, known = a_case(private_kind()), a_case()
    _answer, (told,) = get(client, f"requests/{case.code}")
    middle = in_degrees([hexagon_of(case.location)])[0]
    assert (told["long"], told["lat"]) == middle != HERE
    assert (told["address"], told["zipcode"]) == (None, "75011")
    around = {"lat": HERE[1], "long": HERE[0], "radius": 5000}
    _answer, found = get(client, "requests", **around)
    assert [one["service_request_id"] for one in found] == [known.code]


@pytest.mark.usefixtures("streets")
def test_requests_are_chosen_by_kind_status_time_and_place(client):
    far = (2.3010, 48.8800)
    old, tag = a_case(now=days(-100)), a_case(TAG, now=days(-10))
    fridge, hidden = a_case(at=far, now=days(-1)), a_case(TAG, at=far)
    Case.objects.filter(pk=hidden.pk).update(is_shown=False)
    move_case(
        case_id=tag.pk, to="done", actor="", who="agent", door="desk",
        reason="gone_on_arrival", public_note="Plus rien.", now=NOON,
    )  # fmt: skip

    def found(**asked):
        _answer, listed = get(client, "requests", **asked)
        return [one["service_request_id"] for one in listed]

    assert found() == [fridge.code, tag.code]
    assert found(status="open") == [fridge.code]
    assert found(status="closed,open") == [fridge.code, tag.code]
    assert found(service_code=f"{TAG},nothing") == [tag.code]
    assert found(start_date=w3(days(-120)), end_date=w3(days(-90))) == [old.code]
    assert found(updated_after=w3(days(-2))) == [tag.code, fridge.code]
    assert found(lat=far[1], long=far[0], radius=20) == [fridge.code]
    ids = f"{old.code},{hidden.code},nothing"
    assert found(service_request_id=ids, status="closed") == [old.code]
    assert refused(get(client, f"requests/{hidden.code}")) == (404, "no_request")
    _answer, (closed,) = get(client, f"requests/{tag.code}")
    check("request", closed)
    assert (closed["status"], closed["updated_datetime"]) == ("closed", "2026-06-03T12:00:00+02:00")
    assert closed["status_notes"] == (
        "Service fait. Le service s'est rendu sur place et n'a rien constaté. Plus rien."
    )
    answer, page = get(client, "requests", page_size=1)
    assert [one["service_request_id"] for one in page] == [fridge.code]
    following = answer["Link"].removeprefix("<").partition(">")[0]
    assert following == f"http://testserver{API}/requests.json?page_size=1&page=2"
    answer = client.get(following)
    assert [one["service_request_id"] for one in json.loads(answer.content)] == [tag.code]
    assert "Link" not in answer


@pytest.mark.usefixtures("streets")
def test_updates_tell_each_step_and_a_token_leads_to_the_case(client):
    case = a_case(now=days(-2))
    move_case(
        case_id=case.pk, to="to_do", actor="", who="agent", door="desk",
        public_note="Nous passons demain.", note="Bachir s'en charge", now=days(-1),
    )  # fmt: skip
    answer, told = get(client, UPDATES, start_date=w3(days(-3)))
    assert [(one["service_request_id"], one["external_status_code"]) for one in told] == [
        (case.code, "new"),
        (case.code, "to_do"),
    ]
    assert (told[1]["status"], told[1]["description"]) == ("open", "Nous passons demain.")
    assert "Bachir" not in answer.content.decode()
    _answer, root = get_xml(client, UPDATES, service_request_id=case.code)
    assert root.tag == "service_requests_updates"
    assert root.findtext("request_update/update_id") == told[0]["update_id"]
    assert get(client, UPDATES, start_date=w3(days(-89.5)))[1] == told
    assert get(client, UPDATES, start_date=w3(NOON))[1] == []
    token = str(Report.objects.get(case=case).pk)
    _answer, found = get(client, f"tokens/{token}")
    assert found == [{"service_request_id": case.code, "token": token}]
    for unknown in ("nothing", "00000000-0000-4000-8000-000000000000"):
        assert refused(get(client, f"tokens/{unknown}")) == (404, "no_token")
    root_case = a_case(now=days(-3), email="alice@parvis.example")
    merge(case_id=case.pk, into=root_case.pk, actor="", now=NOON)
    _answer, root = get_xml(client, f"tokens/{token}")
    assert root.findtext("request/service_request_id") == root_case.code
    _answer, (merged,) = get(client, f"requests/{case.code}", extensions="true", locale="en")
    assert (merged["status"], merged["extended_attributes"]["merged_into"]) == (
        "closed",
        root_case.code,
    )
    assert merged["service_notice"] == f"It is followed as {root_case.code}."


def test_discovery_is_there_in_both_formats_before_anything_is_loaded(client):
    _answer, told = get(client, "discovery")
    assert set(told) == {"changeset", "contact", "key_service", "endpoints"}
    (endpoint,) = told["endpoints"]
    assert endpoint == {
        "specification": "http://wiki.open311.org/GeoReport_v2",
        "url": "http://testserver/open311/v2",
        "changeset": told["changeset"],
        "type": "production",
        "formats": ["text/xml", "application/json"],
    }
    _answer, root = get_xml(client, "discovery")
    assert root.findtext("endpoints/endpoint/url") == endpoint["url"]
    assert [one.text for one in root.iter("format")] == endpoint["formats"]
    assert get(client, "services")[1] == []


@pytest.mark.usefixtures("noon")
def test_errors_are_said_in_the_format_that_is_asked_for(client):
    wide = {"start_date": "2026-01-01T00:00:00Z", "end_date": "2026-05-01T00:00:00Z"}
    assert refused(get(client, "requests", **wide)) == (400, "span_too_wide")
    answer, root = get_xml(client, "requests", **wide, locale="en")
    assert (answer.status_code, root.findtext("error/code")) == (400, "400")
    assert root.findtext("error/description") == (
        "One question covers 90 days at most: ask several (end_date)."
    )
    assert refused(get(client, "requests", status="perdu")) == (400, "status_unknown")
    assert refused(get(client, "requests", service_code="a\x00")) == (400, "text_unreadable")
    assert refused(get(client, "requests/nothing")) == (404, "no_request")
    assert refused(get(client, "nothing")) == (404, "no_resource")
    for nul in ("requests/%00", "services/a%00b"):
        assert refused(get(client, nul)) == (404, "no_resource")
    assert refused(get(client, "services", jurisdiction_id="lyon.fr")) == (404, "no_jurisdiction")
    assert get(client, "services", jurisdiction_id="paris.fr")[0].status_code == 200
    many = "&".join(f"a{number}=1" for number in range(1, 250))
    answer = client.get(f"{API}/requests.json?{many}")
    assert refused((answer, json.loads(answer.content))) == (400, "request_unreadable")
    for path in ("services", "services/x/y", "requests.txt"):
        answer, root = client.get(f"{API}/{path}"), None
        assert (answer.status_code, answer["Content-Type"]) == (404, "text/xml; charset=utf-8")
    answer = client.put(f"{API}/requests.json")
    assert refused((answer, json.loads(answer.content))) == (405, "method_not_allowed")
    assert answer["Allow"] == "GET, POST, HEAD, OPTIONS"
    answer = client.options(f"{API}/requests.json")
    assert (answer.status_code, answer["Access-Control-Allow-Methods"]) == (
        204,
        "GET, HEAD, OPTIONS",
    )
    assert client.head(f"{API}/discovery.xml").status_code == 200
