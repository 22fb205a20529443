"""Programs of others, unmodified, over a real socket: georeport (XML and JSON) and civicbot."""

from __future__ import annotations

import pytest
from civicbot.http import HttpError, HttpTransport, RateLimiter
from civicbot.open311 import Open311Client, ValidationError
from civicbot.registry import Endpoint
from georeport import GeoReport

from parvis.kernel import clock
from parvis.streets.models import Report
from parvis.streets.testing import FRIDGE, TAG, the_streets
from parvis.streets.tests.georeport_world import HERE, WORDS, a_case, a_key, check

RATS = "presence-de-rats"


@pytest.fixture
def address(request):
    """The city behind a real socket."""
    # Asked for here, it starts when this test has its folders.
    return f"{request.getfixturevalue('live_server').url}/open311/v2"


def reads(program, codes):
    """Read everything that georeport knows how to ask."""
    services = {one["service_code"]: one for one in program.get_service_list()}
    assert services[FRIDGE]["group"] == "Objets abandonnés"
    definition = program.get_service_definition(FRIDGE)
    assert definition["service_code"] == FRIDGE
    listed = program.get_service_requests()
    assert {one["service_request_id"] for one in listed} == codes
    one = program.get_service_request(next(iter(codes)))
    assert one["status"] == "open"
    tags = program.get_service_requests(service_code=f"{FRIDGE},{TAG}", status="open")
    assert len(tags) == len(codes)
    with pytest.raises(OSError, match="404"):
        program.get_service_request("nothing")
    with pytest.raises(OSError, match="400"):
        program.get_service_requests(
            start_date="2020-01-01T00:00:00Z", end_date="2026-01-01T00:00:00Z"
        )


def civicbot(address):
    """Return civicbot as a program of this city, in no hurry to wait."""
    endpoint = Endpoint(id="paris", name="Paris", base_url=address, write=True)
    return Open311Client(endpoint, HttpTransport(rate_limiter=RateLimiter(0)))


def reports(program, key, **said):
    """Have civicbot send a report for good."""
    sent = {"lat": HERE[1], "lng": HERE[0], "api_key": key, **said}
    service = sent.pop("service", FRIDGE)
    prepared = program.create_request(
        service, dry_run=False, confirm="SEND", validate_remote=True, **sent
    )
    return prepared.response[0]


@pytest.mark.django_db(transaction=True)
def test_georeport_and_civicbot_work_unmodified(address):
    the_streets()
    key, now = a_key(), clock.now()
    codes = {a_case(now=now).code, a_case(TAG, now=now).code}
    reads(GeoReport(address), codes)
    reads(GeoReport(address, jurisdiction="paris.fr", output_format="xml"), codes)

    program = civicbot(address)
    check("services", program.list_services())
    check("service-definition", program.get_service_definition(RATS))
    check("requests", program.list_requests(status="open", page_size=10))
    told = reports(program, key, description=WORDS, attributes={"passage": "walk"})
    report = Report.objects.get(pk=told["token"])
    assert (report.text, report.answers) == (WORDS, {"passage": "walk"})
    assert program.get_token(told["token"])[0]["service_request_id"] == told["service_request_id"]
    assert program.get_request(told["service_request_id"])["service_code"] == FRIDGE
    by_id = program.list_requests(service_request_ids=sorted(codes))
    assert {one["service_request_id"] for one in by_id} == codes
    told = reports(
        program, key, service=RATS, attributes={"danger": "no"}, email="d@parvis.example"
    )
    assert Report.objects.get(pk=told["token"]).email == "d@parvis.example"

    before = Report.objects.count()
    with pytest.raises(ValidationError, match="danger"):
        reports(program, key, service=RATS)
    with pytest.raises(HttpError) as refusal:
        reports(program, "wrong")
    assert refusal.value.status == 403
    with pytest.raises(HttpError) as refusal:
        reports(program, key, lat=45.76, lng=4.83)
    assert (refusal.value.status, "outside_the_city" in refusal.value.body) == (400, True)
    assert Report.objects.count() == before
