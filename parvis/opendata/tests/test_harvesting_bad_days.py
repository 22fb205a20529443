"""A bad day over there: what is broken, silent, slow or endless changes nothing here."""

from __future__ import annotations

import pytest

from parvis.opendata.queries import catalogue, harvests
from parvis.opendata.testing import TUESDAY
from parvis.opendata.tests.harvest_world import (
    LOOPBACK,
    ROWS,
    a_remote,
    a_source,
    as_explore,
    csv_path,
    drip,
    elsewhere,
    ids,
    run,
    state,
    told,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def portal(settings):
    settings.PARVIS_OPENDATA_PRIVATE_NETWORKS = LOOPBACK
    with elsewhere() as server:
        yield server


def test_broken_datasets_stop_nobody_else_and_each_is_told(portal):
    strange = a_remote("champ")
    strange["fields"] = [{"name": "x", "type": "plan"}]
    as_explore(
        portal,
        {"metas": {}},
        a_remote("a"),
        a_remote("sans-titre", title=None),
        strange,
        {"dataset_id": "nu"},
        a_remote("a", title="Double"),
        a_remote("///"),
        a_remote("é\x00\ud800è", title="Nul\x00", keyword="seul", theme=["x" * 300, 7, None]),
        "texte",
        a_remote("z"),
    )
    report = run(a_source(portal.home))
    assert told(report) == [
        ("refused", "#1", "no_id"),
        ("refused", "sans-titre", "no_title"),
        ("refused", "champ", "strange_field"),
        ("refused", "nu", "no_metas"),
        ("refused", "a", "listed_twice"),
        ("refused", "#9", "no_id"),
        ("refused", "///", "no_id"),
        ("added", "ailleurs-a", ""),
        ("added", "ailleurs-e-e", ""),
        ("added", "ailleurs-z", ""),
    ]
    assert all(line["sentence"]["fr"] for line in report["lines"] if line["what"] == "refused")
    kept = catalogue.entry("ailleurs-e-e")
    assert (kept.title, kept.keywords) == ("Nul", ("seul",))
    assert kept.themes == ("x" * 200, "7")


def test_a_dataset_without_fields_is_none_the_worse(portal):
    # The catalogue of Paris writes 17 of its 501 datasets so.
    as_explore(portal, {**a_remote("a"), "fields": {}}, {**a_remote("b"), "fields": None})
    assert run(a_source(portal.home))["counts"] == {"added": 2}
    assert catalogue.entry("ailleurs-a").fields == []


def test_a_dataset_that_breaks_over_there_is_not_archived(portal):
    as_explore(portal, a_remote("a"), a_remote("b"), a_remote("c"))
    source = a_source(portal.home)
    run(source)
    broken = [a_remote(name, title="") for name in "abc"]
    as_explore(portal, *broken)
    report = run(source, TUESDAY)
    assert report["counts"] == {"refused": 3}
    assert len(ids()) == 3


def test_addresses_that_are_no_web_addresses_are_left_out(portal):
    bad = a_remote("a", license_url="javascript:alert(1)", source_domain_address="file:///etc")
    bad["attachments"] = [
        {"url": "javascript:x", "title": "x"},
        {"url": "odsfile://a.pdf", "id": "a_pdf", "title": "A", "mimetype": "application/pdf"},
    ]
    as_explore(portal, bad)
    run(a_source(portal.home))
    found = catalogue.entry("ailleurs-a")
    assert found.license_url == ""
    assert found.default["source_domain_address"] == portal.home
    assert [one["url"] for one in found.attachments] == [
        f"{portal.home}/api/explore/v2.1/catalog/datasets/a/attachments/a_pdf"
    ]


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ((500, {}, b""), "url_unreachable"),
        (b"<html>Bonjour</html>", "url_unreachable"),
        ((302, {"Location": "http://127.0.0.2:9/x"}, b""), "url_private"),
        ((302, {"Location": "file:///etc/passwd"}, b""), "url_unfit"),
        (drip, "url_too_slow"),
    ],
    ids=["error", "page", "private", "file", "slow"],
)
def test_a_source_that_does_not_answer_changes_nothing(portal, settings, answer, code):
    as_explore(portal, a_remote("a"))
    source = a_source(portal.home)
    run(source)
    before = state()
    settings.PARVIS_OPENDATA_FETCH_SECONDS = 0.3
    portal.answers["/api/explore/v2.1/catalog/exports/json"] = answer
    report = run(source, TUESDAY)
    assert (report["state"], report["code"], report["lines"]) == ("failed", code, [])
    assert set(report["sentence"]) == {"fr", "en"}
    assert state() == before
    assert harvests.named("Ailleurs").report == report


def test_an_answer_without_end_is_cut_off(portal, settings):
    settings.PARVIS_OPENDATA_FETCH_BYTES = 1_000
    as_explore(portal, a_remote("a", description="x" * 5_000))
    report = run(a_source(portal.home))
    assert (report["state"], report["code"]) == ("failed", "url_unreachable")
    assert ids() == []


def test_our_own_network_is_not_asked_without_leave(portal, settings):
    settings.PARVIS_OPENDATA_PRIVATE_NETWORKS = ()
    as_explore(portal, a_remote("a"))
    report = run(a_source(portal.home))
    assert report["code"] == "url_private"
    assert portal.asked == []


def test_rows_that_lead_into_a_private_network_are_not_fetched(portal):
    as_explore(portal, a_remote("a"), a_remote("b"))
    portal.answers[csv_path("a")] = (302, {"Location": "http://169.254.169.254/"}, b"")
    portal.answers[csv_path("b")] = ROWS
    report = run(a_source(portal.home, takes_records=True))
    assert told(report) == [
        ("refused", "a", "url_private"),
        ("added", "ailleurs-a", ""),
        ("added", "ailleurs-b", ""),
        ("published", "ailleurs-b", ""),
    ]


def test_a_run_ends_in_time_and_the_next_goes_on(portal, settings):
    settings.PARVIS_OPENDATA_HARVEST_SECONDS = -1.0
    as_explore(portal, a_remote("a"))
    source = a_source(portal.home)
    assert told(run(source)) == [("refused", "a", "run_too_long")]
    settings.PARVIS_OPENDATA_HARVEST_SECONDS = 60.0
    assert run(source)["counts"] == {"added": 1}
