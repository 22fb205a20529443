"""The table: filters by type, sorting, a walk through all rows, the call that gives the same."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest

from parvis.opendata.testing import BUDGET, BUDGET_ROWS, BUDGET_SCHEMA, TUESDAY, a_version
from parvis.opendata.tests.pages_world import WORKS, the_works

pytestmark = pytest.mark.django_db


def table(client, query="", dataset_id=WORKS):
    response = client.get(f"/donnees/{dataset_id}/table/{query}")
    assert response.status_code == 200, query
    return response.context["table"]


def names(found):
    return [row[2].text for row in found.rows]


def as_the_api_says(client, found):
    """Return the names that the call beside the table gives."""
    answer = client.get(found.call.url).json()
    assert answer["total_count"] == found.total
    return [row["nom_projet"] for row in answer["results"]]


@pytest.fixture
def works():
    the_works()


FILTERS = [
    ("?est.genre=jardin", ["Square Maurice Gardette", "Jardin de Reuilly"]),
    ("?est.genre=rue&est.genre=sport&a.annee=2023", ["Piscine Davout"]),
    ("?est.annee=2024&est.genre=rue", ["Piste cyclable Voltaire", "Études générales"]),
    ("?de.annee=2024&est.arrondissement=12", ["Jardin de Reuilly"]),
    ("?a.annee=2023&a.montant=1%20500%20000", ["École de la Roquette", "Square Maurice Gardette"]),
    ("?de.montant=7604735,27", ["Piscine Davout"]),
    ("?est.fini=false&est.arrondissement=11", ["Piste cyclable Voltaire"]),
    ("?dit.nom_projet=JARDIN%20reuilly", ["Jardin de Reuilly"]),
    ("?q=etudes", ["Études générales"]),
    ("?est.genre=rien", []),
]  # fmt: skip


@pytest.mark.parametrize(("query", "expected"), FILTERS)
def test_a_filter_keeps_its_rows_and_the_call_beside_it_gives_the_same(
    client, works, query, expected
):
    found = table(client, query)
    assert names(found) == expected
    assert as_the_api_says(client, found) == expected
    assert found.problems == ()


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("?est.nulle=3", "Ce jeu n\u2019a pas de champ"),
        ("?de.montant=beaucoup", "beaucoup"),
        ("?est.arrondissement=onze", "onze"),
        ("?de.annee=31/12/2024", "31/12/2024"),
        ("?est.point=2,3", "2,3"),
        ("?dit.montant=3", "3"),
        ("?de.montant=1e999", "1e999"),
        ("?de.montant=nan", "nan"),
    ],
)
def test_a_filter_that_means_nothing_is_told_and_keeps_everything(client, works, query, problem):
    found = table(client, query)
    assert found.total == 6
    assert len(found.problems) == 1
    html = client.get(f"/donnees/{WORKS}/table/{query}").content.decode()
    assert problem in html
    assert "le filtre a été laissé de côté" in html


@pytest.mark.parametrize(
    "typed", ['a" or 1=1', "`; drop table x", "it's", "\\", "%", "é\u00a0€", '"', "a:b", "*"]
)
def test_what_is_typed_is_never_more_than_a_value(client, works, typed):
    for kind in ("est.genre", "dit.nom_projet", "q"):
        found = table(client, f"?{kind}={quote(typed)}")
        assert client.get(found.call.url).status_code == 200
        assert client.get(found.call.url).json()["total_count"] == found.total


@pytest.mark.parametrize(
    "query",
    ["est.arrondissement=" + "9" * 30, "de.montant=" + "9" * 290, "de.arrondissement=1e300"],
)
def test_a_number_no_row_can_have_breaks_nothing(client, works, query):
    assert client.get(f"/donnees/{WORKS}/table/?{query}").status_code in {200, 400}


def test_columns_sort_both_ways_what_counts_from_the_largest(client, works):
    head = {one.field.name: one for one in table(client).columns}
    assert (head["montant"].address, head["genre"].address) == ("?tri=-montant", "?tri=genre")
    assert (head["montant"].sort, head["point"].sort) == ("none", "")
    found = table(client, "?tri=-montant")
    assert names(found)[:2] == ["Piscine Davout", "École de la Roquette"]
    assert as_the_api_says(client, found) == names(found)
    sorted_head = {one.field.name: one for one in found.columns}
    assert (sorted_head["montant"].sort, sorted_head["montant"].address) == (
        "descending",
        "?tri=montant",
    )
    assert names(table(client, "?tri=rien")) == names(table(client))


def test_a_filter_that_holds_can_be_taken_away_alone(client, works):
    found = table(client, "?est.genre=jardin&de.annee=2024&tri=-montant")
    assert [one.text for one in found.chips] == ["Genre\u00a0: jardin", "Année à partir de 2024"]
    left = table(client, f"?{found.chips[0].query}")
    assert names(left) == ["Piste cyclable Voltaire", "Jardin de Reuilly", "Études générales"]
    assert left.sorted_by == "montant"


def test_a_form_keeps_what_its_controls_do_not_show(client, works):
    html = client.get(
        f"/donnees/{WORKS}/table/?est.arrondissement=11&tri=-montant"
    ).content.decode()
    assert '<input type="hidden" name="est.arrondissement" value="11">' in html
    assert '<input type="hidden" name="tri" value="-montant">' in html


def test_the_files_follow_the_filters(client, works):
    found = table(client, "?est.genre=jardin&tri=-montant")
    csv = next(one for one in found.files if one.name == "CSV")
    written = b"".join(client.get(csv.url).streaming_content).decode("utf-8-sig")
    assert [line.split(";")[2] for line in written.splitlines()] == [
        "nom_projet",
        "Jardin de Reuilly",
        "Square Maurice Gardette",
    ]
    assert csv.size == ""


def test_values_are_written_for_people(client, works):
    row = {
        one.field.name: cell
        for one, cell in zip(table(client).columns, table(client).rows[2], strict=True)
    }
    assert row["annee"].text == "2023"
    assert (row["arrondissement"].text, row["arrondissement"].is_number) == ("20", False)
    assert (row["montant"].text, row["montant"].is_number) == ("7\u202f604\u202f735,27", True)
    assert row["fini"].text == "oui"
    assert row["point"].text == "48.86010, 2.41010"


# --- far ------------------------------------------------------------------------------------------


@pytest.fixture
def many():
    """Publish 95 rows, among them ties and amounts that are not told."""
    rows = [
        {**BUDGET_ROWS[0], "cle": f"k{n:03}", "montant": None if n % 9 == 0 else float(n % 7)}
        for n in range(95)
    ]
    a_version(rows, BUDGET_SCHEMA)


@pytest.mark.parametrize("sort", ["", "?tri=-montant", "?tri=montant", "?tri=sens"])
def test_all_pages_together_are_all_rows_once_in_order(client, many, sort):
    address, walked, ranks = sort, [], []
    while address is not None:
        found = table(client, address, BUDGET)
        walked += [row[0].text for row in found.rows]
        ranks.append((found.first, found.last))
        address = found.next or None
    export = f"/api/explore/v2.1/catalog/datasets/{BUDGET}/exports/json"
    order = {"": "", "?tri=-montant": "?order_by=montant desc"}.get(
        sort, f"?order_by={sort.partition('=')[2]}"
    )
    whole = b"".join(client.get(export + order).streaming_content)
    assert walked == [row["cle"] for row in json.loads(whole)]
    assert ranks == [(1, 20), (21, 40), (41, 60), (61, 80), (81, 95)]


def test_who_goes_on_stays_in_the_version_one_began_in(client, many):
    first = table(client, "?tri=-montant", BUDGET)
    a_version(BUDGET_ROWS, BUDGET_SCHEMA, now=TUESDAY)
    second = table(client, first.next, BUDGET)
    assert (second.first, second.last, second.total) == (21, 40, 95)
    assert table(client, "", BUDGET).total == 6


def test_the_way_on_is_also_a_call(client, many):
    second = table(client, table(client, "?tri=-montant", BUDGET).next, BUDGET)
    answer = client.get(second.call.url).json()
    assert [row["cle"] for row in answer["results"]] == [row[0].text for row in second.rows]


@pytest.mark.parametrize("cursor", ["x", "W10", "WzEsMl0", "%FF"])
def test_a_cursor_nobody_gave_begins_again(client, many, cursor):
    found = table(client, f"?tri=-montant&suite={cursor}&rang=40", BUDGET)
    assert (found.first, found.last) == (1, 20)
