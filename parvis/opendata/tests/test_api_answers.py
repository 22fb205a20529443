"""What the Explore API answers: the shapes that today's clients read."""

from __future__ import annotations

import datetime as dt

import pytest

from parvis.opendata.actions.describing import describe_all
from parvis.opendata.rules.descriptions import Description
from parvis.opendata.testing import MONDAY, TUESDAY
from parvis.opendata.tests.api_world import (
    API,
    SQUARE,
    TIDES,
    TREES,
    TREES_ROWS,
    get,
    the_trees,
)

pytestmark = pytest.mark.django_db
RECORDS = f"catalog/datasets/{TREES}/records"
FIRST = {
    "id": 1,
    "essence": "Érable; plane",
    "campagne": "2021",
    "plante": "2022-07-01T10:00:00+00:00",
    "hauteur": 5.0,
    "remarquable": True,
    "soins": ["taille", "arrosage"],
    "lieu": {"lon": 2.35, "lat": 48.85},
    "emprise": {"type": "Feature", "geometry": SQUARE, "properties": {}},
}
EMPTY = {**dict.fromkeys(FIRST), "id": 3}


@pytest.fixture(autouse=True)
def trees():
    return the_trees()


def test_a_page_of_rows_is_flat_typed_and_keeps_nulls(client):
    answer = get(client, RECORDS).json()
    assert list(answer) == ["total_count", "results"]
    assert answer["total_count"] == 3
    assert answer["results"][0] == FIRST
    assert answer["results"][2] == EMPTY


def test_every_address_answers_with_and_without_a_slash_at_the_end(client):
    for path in (
        "catalog/datasets",
        "catalog/facets",
        "catalog/exports",
        "catalog/exports/json",
        f"catalog/datasets/{TREES}",
        RECORDS,
        f"catalog/datasets/{TREES}/facets",
        f"catalog/datasets/{TREES}/attachments",
        f"catalog/datasets/{TREES}/exports",
        f"catalog/datasets/{TREES}/exports/json",
        f"catalog/datasets/{TREES}/versions",
    ):
        bare, slashed = get(client, path), get(client, f"{path}/")
        assert (bare.status_code, slashed.status_code) == (200, 200), path
        assert bare["Content-Type"].startswith("application/json; charset=utf-8"), path


def test_a_time_zone_moves_what_is_shown_and_what_is_grouped(client):
    shown = get(client, RECORDS, select="plante", timezone="Europe/Paris").json()["results"]
    assert [row["plante"] for row in shown] == [
        "2022-07-01T12:00:00+02:00",
        "2022-01-16T00:30:00+01:00",
        None,
    ]
    grouped = {"group_by": "day(plante) as jour", "select": "count(*) as n"}
    there = get(client, RECORDS, timezone="Europe/Paris", **grouped).json()["results"]
    assert {"jour": 16, "n": 1} in there
    assert {"jour": 15, "n": 1} in get(client, RECORDS, **grouped).json()["results"]


def test_where_may_come_twice_and_both_must_hold(client):
    response = client.get(f"{API}/{RECORDS}", {"where": ["id > 1", "hauteur > 7"]})
    assert [row["id"] for row in response.json()["results"]] == [2]


def test_a_limit_of_zero_only_counts(client):
    assert get(client, RECORDS, limit=0).json() == {"total_count": 3, "results": []}


def test_a_limit_of_minus_one_is_the_largest_page(client):
    assert len(get(client, RECORDS, limit=-1).json()["results"]) == 3


def test_groups_tell_how_many_they_are(client):
    answer = get(client, RECORDS, group_by="remarquable", select="count(*) as n").json()
    assert answer["total_count"] == 3
    assert sorted(map(str, answer["results"])) == [
        "{'remarquable': False, 'n': 1}",
        "{'remarquable': None, 'n': 1}",
        "{'remarquable': True, 'n': 1}",
    ]


def test_refine_and_exclude_choose_by_facets(client):
    refined = get(client, RECORDS, refine="campagne:2022").json()
    assert [row["id"] for row in refined["results"]] == [2]
    both = client.get(
        f"{API}/{RECORDS}", {"refine": ["essence:Érable; plane", 'essence:Frêne "pleureur"']}
    )
    assert both.json()["total_count"] == 2
    excluded = get(client, RECORDS, exclude="campagne:2022").json()
    assert [row["id"] for row in excluded["results"]] == [1, 3]


def test_facets_are_counted_and_open_under_what_is_refined(client):
    path = f"catalog/datasets/{TREES}/facets"
    assert get(client, path, facet="campagne", refine="campagne:2021").json() == {
        "links": [],
        "facets": [
            {
                "name": "campagne",
                "facets": [
                    {
                        "name": "2021",
                        "count": 1,
                        "value": "2021",
                        "state": "refined",
                        "facets": [
                            {"name": "01", "count": 1, "value": "2021/01", "state": "displayed"}
                        ],
                    }
                ],
            }
        ],
    }
    names = [one["name"] for one in get(client, path).json()["facets"]]
    assert names == ["essence", "campagne"]


def test_rows_carry_their_name_size_and_links_where_asked(client):
    answer = get(client, RECORDS, include_links="true", include_app_metas="true", limit=1).json()
    (row,) = answer["results"]
    assert [link["rel"] for link in answer["_links"]] == ["self", "first", "last", "next"]
    assert len(row["_id"]) == 40
    assert row["_timestamp"] == MONDAY.isoformat()
    assert row["_size"] > 100
    assert [link["rel"] for link in row["_links"]] == ["self", "dataset", "catalog"]
    assert {name: row[name] for name in FIRST} == FIRST
    one = client.get(row["_links"][0]["href"])
    assert one.json() == FIRST


def test_one_row_is_found_by_its_name_and_another_name_is_told(client):
    name = get(client, RECORDS, include_app_metas="true", limit=1).json()["results"][0]["_id"]
    assert get(client, f"{RECORDS}/{name}", select="id").json() == {"id": 1}
    missing = get(client, f"{RECORDS}/{'0' * 40}")
    assert missing.status_code == 404
    assert missing.json() == {
        "error_code": "NotFoundResource",
        "message": f"The requested record {'0' * 40} does not exist.",
    }


def test_attachments_are_listed(client):
    assert get(client, f"catalog/datasets/{TREES}/attachments").json() == {
        "links": [],
        "attachments": [
            {
                "href": "odsfile://a.pdf",
                "metas": {
                    "mime-type": "application/pdf",
                    "title": "A",
                    "url": "odsfile://a.pdf",
                    "id": "a",
                },
            }
        ],
    }


def test_a_dataset_is_shown_with_its_fields_and_what_is_true_here(client):
    shown = get(client, f"catalog/datasets/{TREES}").json()
    assert list(shown) == [
        "dataset_id",
        "dataset_uid",
        "attachments",
        "has_records",
        "data_visible",
        "visibility",
        "features",
        "metas",
        "fields",
    ]
    assert shown["dataset_id"] == TREES
    assert shown["metas"]["default"]["records_count"] == 3
    assert shown["metas"]["parvis"]["source_records_count"] == 900
    assert shown["metas"]["default"]["description"] == "<p>Chaque <b>arbre</b> planté.</p>"
    assert shown["fields"][4] == {
        "name": "hauteur",
        "label": "Hauteur",
        "type": "double",
        "description": None,
        "annotations": {"unit": ["m"]},
    }


def test_a_dataset_that_is_not_held_says_so_and_where_its_rows_are(client):
    shown = get(client, f"catalog/datasets/{TIDES}").json()
    assert (shown["has_records"], shown["metas"]["default"]["records_count"]) == (False, 0)
    assert shown["metas"]["parvis"]["source_records_count"] == 12
    for path in ("records", "facets", "exports", "exports/csv", "versions"):
        answer = get(client, f"catalog/datasets/{TIDES}/{path}")
        assert answer.status_code == 404
        assert answer.json() == {
            "error_code": "NotFoundResource",
            "message": "The records of dataset marees are not held here: they are at"
            " https://opendata.paris.fr/explore/dataset/marees/.",
        }


# --- versions -------------------------------------------------------------------------------------


def test_any_past_version_is_read_by_number_and_by_date(client):
    the_trees(TREES_ROWS[:2], now=TUESDAY)
    assert get(client, RECORDS).json()["total_count"] == 2
    assert get(client, RECORDS, version=1).json()["total_count"] == 3
    before = (TUESDAY - dt.timedelta(minutes=1)).isoformat()
    assert get(client, RECORDS, as_of=before).json()["total_count"] == 3
    assert get(client, RECORDS, as_of="2026-03-03").json()["total_count"] == 2
    assert get(client, RECORDS, as_of="2026-03-01").status_code == 404
    assert get(client, RECORDS, version=9).json() == {
        "error_code": "NotFoundResource",
        "message": "We hold no such version of this dataset.",
    }


def test_versions_are_listed_newest_first_and_compared(client):
    shorter = [{**TREES_ROWS[0], "hauteur": 6.0}, TREES_ROWS[1]]
    the_trees(shorter, now=TUESDAY)
    listed = get(client, f"catalog/datasets/{TREES}/versions").json()
    assert listed["total_count"] == 2
    assert [(one["version"], one["records_count"]) for one in listed["results"]] == [(2, 2), (1, 3)]
    assert [one["is_current"] for one in listed["results"]] == [True, False]
    found = get(client, f"catalog/datasets/{TREES}/diff").json()
    assert (found["from"], found["to"]) == (1, 2)
    assert found["counts"] == {"added": 0, "removed": 1, "changed": 1}
    (changed,) = found["changed"]
    assert (changed["before"], changed["after"]) == ({"hauteur": 5.0}, {"hauteur": 6.0})
    assert found["removed"][0]["id"] == 3
    back = get(client, f"catalog/datasets/{TREES}/diff", **{"from": 2, "to": 1}).json()
    assert back["counts"] == {"added": 1, "removed": 0, "changed": 1}


def test_who_has_the_version_already_is_told_so_until_it_changes(client):
    first = get(client, RECORDS)
    tag = first["ETag"]
    again = client.get(f"{API}/{RECORDS}", headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    assert int(again["X-RateLimit-Remaining"]) == int(first["X-RateLimit-Remaining"]) - 1
    the_trees(TREES_ROWS[:2], now=TUESDAY)
    changed = client.get(f"{API}/{RECORDS}", headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed["ETag"] != tag


def test_an_answer_that_depends_on_the_hour_has_no_tag(client):
    assert "ETag" not in get(client, RECORDS, where="plante < now()")


# --- the catalogue as rows ------------------------------------------------------------------------


def ids(response):
    return [one["dataset_id"] for one in response.json()["results"]]


def test_datasets_are_asked_for_in_the_language_of_rows(client):
    path = "catalog/datasets"
    assert ids(get(client, path)) == [TREES, TIDES]
    assert ids(get(client, path, where='search(*, "arbre")')) == [TREES]
    assert ids(get(client, path, where="features='geo'")) == [TREES]
    assert ids(get(client, path, where='datasetid = "marees"')) == [TIDES]
    assert ids(get(client, path, where='default.theme = "Environnement"')) == [TREES]
    assert ids(get(client, path, where='dcat.creator = "Alice"')) == [TREES]
    assert ids(get(client, path, refine="default.theme:Environnement")) == [TREES]
    assert ids(get(client, path, order_by="title desc")) == [TIDES, TREES]
    assert ids(get(client, path, where="has_records")) == [TREES]


def test_words_bring_the_datasets_first_that_say_them(client):
    others = [
        Description(dataset_id=name, metas={"default": {"title": title}}, order=order)
        for order, (name, title) in enumerate([("a", "Les autres"), ("b", "Autre arbre")])
    ]
    describe_all(descriptions=others, now=MONDAY)
    asked = {"where": 'search(*, "arbres")'}
    assert ids(get(client, "catalog/datasets", **asked)) == [TREES, "b", "a"]
    assert ids(get(client, "catalog/datasets", **asked, limit=1, offset=1)) == ["b"]
    ordered = get(client, "catalog/datasets", **asked, order_by="dataset_id")
    assert ids(ordered) == ["a", TREES, "b"]
    walked = get(client, "catalog/datasets", **asked, limit=2, next="")
    rest = get(client, "catalog/datasets", **asked, limit=2, next=walked.json()["next"])
    assert sorted([*ids(walked), *ids(rest)]) == ["a", TREES, "b"]


def test_parts_of_datasets_are_selected_and_counted(client):
    path = "catalog/datasets"
    fields = get(client, path, select="dataset_id, fields", limit=1).json()["results"]
    assert list(fields[0]) == ["dataset_id", "fields"]
    assert fields[0]["fields"][0]["name"] == "id"
    flat = get(client, path, select="dataset_id, records_count as lignes").json()["results"]
    assert flat == [{"dataset_id": TREES, "lignes": 3}, {"dataset_id": TIDES, "lignes": 0}]
    grouped = get(client, path, select="count(*) as n", group_by="has_records").json()
    assert {"has_records": True, "n": 1} in grouped["results"]


def test_a_description_that_changes_is_found_at_once(client):
    get(client, "catalog/datasets")
    the_trees(TREES_ROWS[:1], now=TUESDAY)
    answer = get(client, "catalog/datasets", select="records_count", limit=1)
    assert answer.json()["results"] == [{"records_count": 1}]


def test_facets_of_the_catalogue_follow_a_refinement(client):
    answer = get(client, "catalog/facets", facet="theme", refine="has_records:true").json()
    assert answer["facets"] == [
        {
            "name": "theme",
            "facets": [
                {
                    "name": "Environnement",
                    "count": 1,
                    "value": "Environnement",
                    "state": "displayed",
                }
            ],
        }
    ]
