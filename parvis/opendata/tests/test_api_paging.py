"""Walking through a dataset: all pages together are the export, whatever the order."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, example, given, settings as property_settings, strategies as st

from parvis.opendata.rules.fields import Field, FieldType, Schema
from parvis.opendata.testing import MONDAY, TUESDAY, a_version
from parvis.opendata.tests.api_world import API, file, get

pytestmark = pytest.mark.django_db
HEIGHTS = "hauteurs"
PATH = f"catalog/datasets/{HEIGHTS}"
SCHEMA = Schema(
    (
        Field(name="nom", type=FieldType.TEXT),
        Field(name="rang", type=FieldType.INT),
        Field(name="taille", type=FieldType.DOUBLE),
    )
)
ROWS = [
    {"nom": nom, "rang": rang, "taille": taille}
    for nom in ("Orme", "orme", "Érable", None)
    for rang in (1, 1, 2, None)
    for taille in (0.5, None)
]
ORDERS = st.lists(
    st.builds(
        "{} {}".format,
        st.sampled_from(["nom", "rang", "taille", "length(nom)", "rang + 1"]),
        st.sampled_from(["asc", "desc"]),
    ),
    max_size=3,
).map(", ".join)


@pytest.fixture(autouse=True)
def heights():
    return a_version(ROWS, SCHEMA, dataset_id=HEIGHTS)


def by_offset(client, limit, **asked):
    """Walk by limit and offset, as the official client does."""
    offset, found = 0, []
    while True:
        answer = get(client, f"{PATH}/records", limit=limit, offset=offset, **asked).json()
        found += answer["results"]
        offset += limit
        if offset >= answer["total_count"]:
            return found


def by_cursor(client, limit, **asked):
    """Walk by the cursor that each page gives for the next."""
    cursor, found = "", []
    while cursor is not None:
        answer = get(client, f"{PATH}/records", limit=limit, next=cursor, **asked).json()
        assert answer["total_count"] == len(ROWS)
        found += answer["results"]
        cursor = answer["next"]
    return found


@given(order=ORDERS, limit=st.integers(7, 40))
@example(order="nom desc, rang asc", limit=3)
@property_settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_all_pages_together_are_the_export(client, order, limit):
    asked = {"order_by": order} if order else {}
    whole = json.loads(file(client, f"{PATH}/exports/json", **asked))
    assert len(whole) == len(ROWS)
    assert by_offset(client, limit, **asked) == whole
    assert by_cursor(client, limit, **asked) == whole


def test_nulls_come_last_both_ways(client):
    for way in ("asc", "desc"):
        found = by_offset(client, 10, order_by=f"taille {way}")
        assert [row["taille"] for row in found] == [0.5] * 16 + [None] * 16


def test_a_random_order_is_the_same_for_the_same_seed(client):
    first = by_offset(client, 7, order_by="random(3)")
    assert first == by_offset(client, 7, order_by="random(3)")
    assert sorted(map(str, first)) == sorted(map(str, ROWS))


def test_groups_are_walked_through_too(client):
    asked = {"group_by": "nom", "select": "count(*) as n"}
    whole = json.loads(file(client, f"{PATH}/exports/json", **asked))
    pages = [
        get(client, f"{PATH}/records", limit=1, offset=offset, **asked).json()["results"][0]
        for offset in range(4)
    ]
    assert pages == whole
    assert [row["n"] for row in whole] == [8, 8, 8, 8]


def test_the_next_page_is_told_in_the_header_of_every_page_but_the_last(client):
    response = get(client, f"{PATH}/records", limit=20)
    address = response["Link"].removeprefix("<").removesuffix('>; rel="next"')
    assert address.startswith(f"http://testserver{API}/{PATH}/records?limit=20&next=")
    following = client.get(address)
    assert len(following.json()["results"]) == 12
    assert "Link" not in following


def test_a_walk_stays_in_its_version_when_another_is_published(client):
    first = get(client, f"{PATH}/records", limit=30, next="").json()
    a_version([{"nom": "Autre"}], SCHEMA, dataset_id=HEIGHTS, now=TUESDAY)
    rest = get(client, f"{PATH}/records", limit=30, next=first["next"]).json()
    assert first["total_count"] == rest["total_count"] == 32
    assert len(rest["results"]) == 2
    assert rest["next"] is None


def test_a_cursor_that_is_none_of_ours_is_refused(client):
    for cursor in ("x", "WzEsMF0=", "bm9uc2Vuc2U"):
        response = get(client, f"{PATH}/records", next=cursor, order_by="nom")
        assert response.status_code == 400, cursor
    with_offset = get(client, f"{PATH}/records", next="", offset=10)
    assert with_offset.json()["error_code"] == "InvalidRESTParameterError"


def test_one_walks_past_the_window_of_offset_and_limit(client):
    schema = Schema((Field(name="n", type=FieldType.INT),))
    a_version([{"n": n} for n in range(10_250)], schema, dataset_id="long", now=MONDAY)
    path = "catalog/datasets/long/records"
    assert get(client, path, limit=100, offset=9_901).status_code == 400
    last = get(client, path, limit=100, offset=9_900)
    cursor = last["Link"].partition("next=")[2].partition(">")[0]
    beyond = get(client, path, limit=100, next=cursor).json()
    assert [beyond["results"][0], len(beyond["results"])] == [{"n": 10_000}, 100]
    linked = get(client, path, limit=100, offset=9_900, include_links="true").json()["_links"]
    assert [link["rel"] for link in linked] == ["self", "first", "next"]
