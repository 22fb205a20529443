"""What programs may ask of GeoReport, and how an answer is written as XML; no database."""

from __future__ import annotations

import datetime as dt

import pytest

from parvis.streets.api.georeport_xml import document
from parvis.streets.rules.georeport import (
    SPAN,
    Around,
    Unreadable,
    asked,
    attributes,
    moment,
    step_meant,
    updates_asked,
)

NOW = dt.datetime(2026, 6, 3, 10, tzinfo=dt.UTC)
MAY = "2026-05-01T00:00:00Z"


def day(text):
    return dt.datetime.fromisoformat(text)


def why(**said):
    with pytest.raises(Unreadable) as fault:
        asked(said, now=NOW)
    return fault.value.code, fault.value.argument


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ({}, "2026-03-05T10:00:00Z", "2026-06-03T10:00:00Z"),
        ({"start_date": MAY}, MAY, "2026-07-30T00:00:00Z"),
        ({"end_date": MAY}, "2026-01-31T00:00:00Z", MAY),
        ({"start_date": MAY, "end_date": "2026-05-02T00:00:00+02:00"}, MAY, "2026-05-01T22:00:00Z"),
        ({"start_date": "", "end_date": "  "}, "2026-03-05T10:00:00Z", "2026-06-03T10:00:00Z"),
        ({"start_date": "2026-01-31T00:00:00Z", "end_date": MAY}, "2026-01-31T00:00:00Z", MAY),
    ],
)
def test_a_question_covers_90_days_at_most(said, first, last):
    span = asked(said, now=NOW).requested
    assert (span.first, span.last) == (day(first), day(last))


def test_more_than_90_days_are_refused_and_not_shortened():
    a_second_more = {"start_date": "2026-01-30T23:59:59Z", "end_date": MAY}
    assert why(**a_second_more) == ("span_too_wide", "end_date")
    assert why(updated_after="2025-01-01T00:00:00Z", updated_before=MAY)[0] == "span_too_wide"
    assert why(start_date=MAY, end_date="2026-04-30T00:00:00Z")[0] == "span_upside_down"


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ({"start_date": "hier"}, ("date_unreadable", "start_date")),
        ({"start_date": "2026-05-01T00:00:00"}, ("date_without_zone", "start_date")),
        ({"start_date": "2026-05-01"}, ("date_without_zone", "start_date")),
        ({"start_date": "9999-12-31T00:00:00Z"}, ("date_unreadable", "start_date")),
        ({"end_date": "0001-01-01T00:00:00Z"}, ("date_unreadable", "end_date")),
        ({"end_date": "0001-01-01T00:00:00+14:00"}, ("date_unreadable", "end_date")),
        ({"status": "fermé"}, ("status_unknown", "status")),
        ({"page": "0"}, ("number_unreadable", "page")),
        ({"page": "1e3"}, ("number_unreadable", "page")),
        ({"page": "9999999"}, ("number_unreadable", "page")),
        ({"page_size": "1001"}, ("page_too_large", "page_size")),
        ({"lat": "48.85"}, ("place_incomplete", "long")),
        ({"radius": "50"}, ("place_incomplete", "radius")),
        ({"lat": "nan", "long": "2.3"}, ("number_unreadable", "lat")),
        ({"lat": "91", "long": "2.3"}, ("number_unreadable", "lat")),
        ({"lat": "48.8", "long": "2.3", "radius": "5001"}, ("radius_too_wide", "radius")),
        (
            {"service_request_id": ",".join(map(str, range(1001)))},
            ("too_many_ids", "service_request_id"),
        ),
    ],
)
def test_what_cannot_be_read_is_named(said, fault):
    assert why(**said) == fault


def test_ids_override_everything_else():
    found = asked({"service_request_id": "B7, C3,B7,", "start_date": "hier"}, now=NOW)
    assert (found.ids, found.requested, found.statuses) == (("B7", "C3"), None, frozenset())


def test_lists_are_separated_by_commas():
    found = asked({"service_code": "a, b,,a", "status": "OPEN,closed"}, now=NOW)
    assert (found.services, found.statuses) == ({"a", "b"}, {"open", "closed"})


def test_a_page_and_a_circle():
    found = asked({"page": "3", "page_size": "50", "lat": "48.85", "long": "2.37"}, now=NOW)
    assert (found.offset, found.page_size) == (100, 50)
    assert found.around == Around(lon=2.37, lat=48.85, metres=100)


def test_what_changed_may_be_asked_without_when_it_was_reported():
    found = asked({"updated_after": MAY}, now=NOW)
    assert found.requested is None
    assert found.updated.last - found.updated.first == SPAN


def test_updates_are_of_a_span_and_of_the_requests_that_are_named():
    found = updates_asked({"service_request_id": "B7"}, now=NOW)
    assert (found.ids, found.updated.first) == (("B7",), NOW - SPAN)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (MAY, "2026-05-01T00:00:00Z"),
        ("2026-05-01T00:00:00.5+14:00", "2026-04-30T10:00:00.5Z"),
        ("2026-03-29T02:30:00+01:00", "2026-03-29T01:30:00Z"),
        ("2026-10-25T02:30:00-05:00", "2026-10-25T07:30:00Z"),
        ("20260501T000000Z", MAY),
        ("2026-05-01T02:00:00 02:00", MAY),
    ],
)
def test_every_moment_with_a_zone_is_read(said, meant):
    assert moment(said, "x") == day(meant)


def test_answers_to_attributes_have_two_spellings():
    sent = [
        ("attribute[passage]", ["road"]),
        ("attribute[several][]", ["a", "b", " "]),
        ("attribute[several][1]", ["c"]),
        ("attribute[empty]", [""]),
        ("attribute[a][b]", ["no"]),
        ("attribute", ["no"]),
    ]
    assert attributes(sent) == {"passage": ["road"], "several": ["a", "b", "c"]}


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("closed", "done"),
        ("FIXED", "done"),
        ("Action scheduled", "scheduled"),
        ("to_requalify", "to_requalify"),
        ("open", ""),
        ("merged", "merged"),
        ("nonsense", ""),
    ],
)
def test_other_servers_words_are_understood(said, meant):
    assert step_meant(said, ["done", "scheduled", "to_requalify", "merged"]) == meant


def test_an_answer_is_written_as_xml():
    told = [{"service_code": "a&b", "metadata": True, "description": None, "lat": 48.5}]
    assert document("services", told).decode() == (
        "<?xml version='1.0' encoding='utf-8'?>\n"
        "<services><service><service_code>a&amp;b</service_code><metadata>true</metadata>"
        "<description /><lat>48.5</lat></service></services>"
    )


def test_what_no_xml_holds_is_left_out():
    written = document("errors", [{"description": "a\x00\x0b\ud800\ufffe<b>é"}]).decode()
    assert written.endswith("<description>a&lt;b&gt;é</description></error></errors>")
