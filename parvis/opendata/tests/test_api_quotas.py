"""Who may ask how often, and what every answer tells about it."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from parvis.opendata.actions import quotas
from parvis.opendata.models import ApiKey, DayCalls
from parvis.opendata.queries import keys
from parvis.opendata.tests.api_world import API, TREES, get, the_trees

pytestmark = pytest.mark.django_db
RECORDS = f"catalog/datasets/{TREES}/records"
EVENING = dt.datetime(2026, 3, 4, 22, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def trees():
    return the_trees()


@pytest.fixture(autouse=True)
def evening():
    with time_machine.travel(EVENING, tick=False):
        yield


def a_key(**changes):
    digest = keys.key_digest("secret")
    known = {"label": "Alice's map", "created_at": EVENING, "digest": digest}
    return ApiKey.objects.create(**{**known, **changes})


def test_every_answer_tells_what_is_left_until_midnight(client, settings):
    settings.PARVIS_OPENDATA_DAILY_CALLS = 5
    for left, path in ((4, RECORDS), (3, "catalog/datasets/nope"), (2, "catalog/exports/csv")):
        response = get(client, path)
        assert response["X-RateLimit-Limit"] == "5"
        assert response["X-RateLimit-Remaining"] == str(left)
        assert response["X-RateLimit-Reset"] == "2026-03-05 00:00:00+00:00"
    assert get(client, RECORDS, limit=999)["X-RateLimit-Remaining"] == "1"


def test_one_call_too_many_gets_the_known_body_and_midnight_forgets(client, settings):
    settings.PARVIS_OPENDATA_DAILY_CALLS = 1
    assert get(client, RECORDS).status_code == 200
    refused = get(client, RECORDS)
    assert refused.status_code == 429
    assert refused.json() == {
        "errorcode": 10002,
        "reset_time": "2026-03-05T00:00:00Z",
        "limit_time_unit": "day",
        "call_limit": 1,
        "error": "Too many requests on the domain. Please contact the domain administrator.",
    }
    assert refused["Retry-After"] == "7200"
    assert refused["X-RateLimit-Remaining"] == "0"
    assert refused["Access-Control-Allow-Origin"] == "*"
    with time_machine.travel(EVENING + dt.timedelta(hours=2), tick=False):
        assert get(client, RECORDS).status_code == 200


def test_an_export_counts_one_call_whatever_its_size(client):
    before = int(get(client, RECORDS)["X-RateLimit-Remaining"])
    exported = get(client, f"catalog/datasets/{TREES}/exports/csv")
    list(exported.streaming_content)
    assert int(exported["X-RateLimit-Remaining"]) == before - 1


def test_addresses_are_counted_apart_and_not_kept(client):
    assert get(client, RECORDS)["X-RateLimit-Remaining"] == "49999"
    there = client.get(f"{API}/{RECORDS}", REMOTE_ADDR="192.0.2.7")
    assert there["X-RateLimit-Remaining"] == "49999"
    kept = list(DayCalls.objects.values_list("caller", flat=True))
    assert len(kept) == 2
    assert all("192" not in one and "127" not in one for one in kept)
    with time_machine.travel(EVENING + dt.timedelta(days=1), tick=False):
        client.get(f"{API}/{RECORDS}", REMOTE_ADDR="192.0.2.7")
    assert DayCalls.objects.values("caller").distinct().count() == 3


@pytest.mark.parametrize("scheme", ["Apikey", "ApiKey", "apikey", "APIKEY"])
def test_a_key_has_its_own_count_in_any_case_of_its_scheme(client, scheme):
    a_key(daily_limit=10)
    response = client.get(f"{API}/{RECORDS}", headers={"Authorization": f"{scheme} secret"})
    assert (response["X-RateLimit-Limit"], response["X-RateLimit-Remaining"]) == ("10", "9")
    assert get(client, RECORDS, apikey="secret")["X-RateLimit-Remaining"] == "8"


@pytest.mark.parametrize("changes", [{"digest": "0" * 64}, {"revoked_at": EVENING}])
def test_a_key_that_is_not_valid_is_refused_and_counts_nothing(client, changes):
    a_key(**changes)
    response = get(client, RECORDS, apikey="secret")
    assert response.status_code == 401
    assert response.json() == {
        "error_code": "ForbiddenAccess",
        "message": "This API key is not valid.",
    }
    assert DayCalls.objects.count() == 0


def test_a_key_never_comes_back_in_a_link(client):
    a_key()
    answer = get(client, RECORDS, apikey="secret", include_links="true", limit=1).json()
    assert len(answer["_links"]) == 4
    assert "secret" not in str(answer)


def test_programs_of_any_origin_may_ask_first(client):
    response = client.options(f"{API}/{RECORDS}", headers={"Origin": "https://example.org"})
    assert (response.status_code, response.content) == (204, b"")
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "Authorization" in response["Access-Control-Allow-Headers"]
    assert DayCalls.objects.count() == 0


def test_behind_proxies_the_caller_is_who_the_nearest_trusted_one_names(client, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for forwarded in ("198.51.100.1", "6.6.6.6, 198.51.100.1"):
        client.get(f"{API}/{RECORDS}", headers={"X-Forwarded-For": forwarded})
    assert DayCalls.objects.get().calls == 2


def test_a_household_of_the_new_numbers_is_one_caller_and_a_port_makes_no_other(client, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for forwarded in ("2001:db8:1:2::7", "2001:db8:1:2:ffff::1", "[2001:db8:1:2::8]:4711"):
        client.get(f"{API}/{RECORDS}", headers={"X-Forwarded-For": forwarded})
    assert [one.calls for one in DayCalls.objects.all()] == [3]
    for forwarded in ("192.0.2.1", "192.0.2.1:80", "::ffff:192.0.2.1"):
        client.get(f"{API}/{RECORDS}", headers={"X-Forwarded-For": forwarded})
    assert [one.calls for one in DayCalls.objects.order_by("pk")] == [3, 3]
    for forwarded in ("2001:db8:1:3::7", "unknown", "[x", "1.2.3.4:x:y]"):
        client.get(f"{API}/{RECORDS}", headers={"X-Forwarded-For": forwarded})
    assert DayCalls.objects.count() == 6


def test_counts_of_more_than_a_month_ago_are_deleted():
    old, new = EVENING.date() - dt.timedelta(days=32), EVENING.date()
    for day in (old, new):
        DayCalls.objects.create(caller="key:x", day=day, calls=1)
    assert quotas.forget_old_counts(now=EVENING) == 1
    assert [one.day for one in DayCalls.objects.all()] == [new]
