"""What bad input gets: the bodies that today's clients know, word for word, and never a 500."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings as property_settings, strategies as st

from parvis.opendata.tests.api_world import API, TREES, get, the_trees

pytestmark = pytest.mark.django_db
RECORDS = f"catalog/datasets/{TREES}/records"
EXPORT = f"catalog/datasets/{TREES}/exports"


@pytest.fixture(autouse=True)
def trees():
    return the_trees()


def refused(client, path, status=400, /, **asked):
    response = get(client, path, **asked)
    assert response.status_code == status
    assert response["Content-Type"] == "application/json; charset=utf-8"
    answer = response.json()
    assert list(answer) == ["error_code", "message"]
    return answer["error_code"], answer["message"]


PARAMETERS = [
    ({"limit": 101}, "limit", "101", "-1 <= limit <= 100"),
    ({"limit": -2}, "limit", "-2", "-1 <= limit <= 100"),
    ({"limit": "ten"}, "limit", "ten", "-1 <= limit <= 100"),
    ({"limit": "9" * 40}, "limit", "9" * 40, "-1 <= limit <= 100"),
    ({"limit": 20001, "group_by": "id"}, "limit", "20001", "-1 <= limit <= 20000"),
    ({"offset": -1}, "offset", "-1", ">= 0"),
    ({"offset": 10000}, "sum of offset + limit", "10010", "<= 10000"),
    ({"offset": 9901, "limit": 100}, "sum of offset + limit", "10001", "<= 10000"),
    ({"offset": 19999, "group_by": "id"}, "sum of offset + limit", "20009", "<= 20000"),
    ({"timezone": "Mars/Phobos"}, "timezone", "Mars/Phobos", "the name of a time zone"),
    ({"timezone": "../../etc/passwd"}, "timezone", "../../etc/passwd", "the name of a time zone"),
    ({"lang": "xx"}, "lang", "xx", "one of en fr nl pt it ar de es ca eu sv"),
    ({"include_links": "maybe"}, "include_links", "maybe", "true or false"),
    ({"version": "last"}, "version", "last", ">= 1"),
    (
        {"as_of": "yesterday"},
        "as_of",
        "yesterday",
        "a date such as 2026-01-31 or 2026-01-31T12:00:00+01:00",
    ),
]


@pytest.mark.parametrize(("asked", "name", "found", "expected"), PARAMETERS)
def test_a_parameter_out_of_its_bounds_is_named(client, asked, name, found, expected):
    assert refused(client, RECORDS, **asked) == (
        "InvalidRESTParameterError",
        f"Invalid value for {name} API parameter: {found} was found but {expected} is expected.",
    )


CLAUSES = [
    ("where", "departement = 75", "Unknown field: departement."),
    ("select", "departement", "Unknown field: departement."),
    ("order_by", "departement", "Unknown field: departement."),
    ("group_by", "departement", "Unknown field: departement."),
    ("refine", "departement:75", "Unknown field: departement."),
    ("select", "sum(essence)", "StatAggregation only supports numeric or date expression."),
    ("where", "campagne > date'-01'", "Invalid date to parse '-01'."),
]


@pytest.mark.parametrize(("clause", "text", "fault"), CLAUSES)
def test_a_clause_that_means_nothing_is_told_with_its_fault(client, clause, text, fault):
    for path in (RECORDS, f"{EXPORT}/csv"):
        assert refused(client, path, **{clause: text}) == (
            "ODSQLError",
            f"ODSQL query is malformed: {fault} Clause(s) containing the error(s): {clause}.",
        )


def test_a_clause_that_cannot_be_read_is_told_with_its_place(client):
    assert refused(client, RECORDS, where='contains(objet, "x")') == (
        "ODSQLError",
        'ODSQL syntax exception: unexpected ( at position 8 in contains(objet, "x").'
        " Clause(s) containing the error(s): where.",
    )


def test_a_text_is_not_compared_with_a_date(client):
    code, message = refused(client, RECORDS, where="essence > date'2020'")
    assert code == "IncompatibleTypesInComparisonFilter"
    assert message.endswith("Clause(s) containing the error(s): where.")


def test_what_does_not_exist_is_named(client):
    assert refused(client, "catalog/datasets/nope", 404) == (
        "NotFoundResource",
        "The requested dataset nope does not exist.",
    )
    for rest in ("records", "facets", "exports", "exports/csv", "attachments", "versions"):
        code, message = refused(client, f"catalog/datasets/nope/{rest}", 404)
        assert (code, message) == ("NotFoundResource", "The requested dataset nope does not exist.")
    assert refused(client, "catalogue", 404) == (
        "NotFoundResource",
        "The requested resource catalogue does not exist.",
    )


def test_the_sentences_are_english_whatever_the_browser_speaks(client):
    response = client.get(f"{API}/catalog/datasets/nope", headers={"Accept-Language": "fr"})
    assert response.json()["message"] == "The requested dataset nope does not exist."


def test_an_unknown_format_is_told_with_those_there_are(client):
    assert refused(client, f"{EXPORT}/docx") == (
        "InvalidRESTParameterError",
        "Invalid value for format API parameter: docx was found but one of csv json jsonl jsonld"
        " rdfxml turtle n3 geojson fgb shp gpx kml ov2 parquet xlsx is expected.",
    )
    code, message = refused(client, "catalog/exports/docx")
    assert (code, message[:56]) == (
        "InvalidRESTParameterError",
        "Invalid value for format API parameter: docx was found b",
    )


def test_an_option_of_a_file_out_of_its_values_is_named(client):
    assert refused(client, f"{EXPORT}/csv", delimiter="x") == (
        "InvalidRESTParameterError",
        "Invalid value for delimiter API parameter: x was found but one of ; , \\t | is expected.",
    )
    assert refused(client, f"{EXPORT}/parquet", parquet_compression="zip") == (
        "InvalidRESTParameterError",
        "Invalid value for parquet_compression API parameter: zip was found but one of snappy zstd"
        " is expected.",
    )
    assert refused(client, f"{EXPORT}/geojson", epsg=1) == (
        "InvalidRESTParameterError",
        "Invalid value for epsg API parameter: 1 was found but the number of an EPSG system is"
        " expected.",
    )


def test_groups_sorted_by_an_aggregate_need_a_limit_in_an_export(client):
    asked = {"group_by": "essence", "select": "count(*) as n", "order_by": "count(*) desc"}
    assert refused(client, f"{EXPORT}/json", **asked) == (
        "InvalidRESTParameterError",
        "Invalid value for limit API parameter: -1 was found but <= 20000, where order_by sorts by"
        " an aggregation, is expected.",
    )
    assert get(client, f"{EXPORT}/json", limit=20000, **asked).status_code == 200


def test_a_version_before_the_first_is_not_compared(client):
    assert refused(client, f"catalog/datasets/{TREES}/diff") == (
        "InvalidRESTParameterError",
        "Invalid value for to API parameter: 1 was found but a version that follows another is"
        " expected.",
    )


def test_only_reading_is_offered(client):
    for method in (client.post, client.put, client.patch, client.delete):
        response = method(f"{API}/{RECORDS}")
        assert response.status_code == 405
        assert response["Allow"] == "GET, HEAD, OPTIONS"
        assert response.json()["error_code"] == "MethodNotAllowed"


WORDS = st.text(
    st.sampled_from(list("abz01 '\"`\\;(),*:=<>[]{}.-+/\n\x00é€\u202e")), min_size=1, max_size=40
)
CLAUSE_NAMES = st.sampled_from(
    ["where", "select", "group_by", "order_by", "refine", "exclude", "facet", "limit", "offset",
     "lang", "timezone", "version", "as_of", "next", "include_links"]
)  # fmt: skip


@given(asked=st.dictionaries(CLAUSE_NAMES, WORDS, max_size=3))
@property_settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_whatever_is_typed_gets_an_answer_and_never_a_500(client, asked):
    for path in (RECORDS, f"catalog/datasets/{TREES}/facets", "catalog/datasets"):
        response = get(client, path, **asked)
        assert response.status_code in {200, 400, 404}, (path, asked)
        assert response["Access-Control-Allow-Origin"] == "*"


INJECTIONS = [
    "1=1; DROP TABLE x",
    "id = (select count(*) from read_csv('/etc/passwd'))",
    "read_text('/etc/passwd')",
    "essence = '' OR 1=1 --",
    "glob('*')",
    "id in (select 1)",
    "`id\"; ATTACH 'x' AS y; --`",
]


@pytest.mark.parametrize("clause", ["where", "select", "order_by", "group_by"])
@pytest.mark.parametrize("text", INJECTIONS)
def test_no_clause_reaches_the_engine_as_text(client, clause, text):
    response = get(client, RECORDS, **{clause: text})
    assert response.status_code == 400
    assert "root:" not in response.content.decode()
