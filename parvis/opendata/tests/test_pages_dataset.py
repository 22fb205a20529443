"""A dataset from each of its sides, held or only described, in both languages."""

from __future__ import annotations

import json

import pytest

from parvis.opendata.api.writers import FORMATS
from parvis.opendata.models import Dataset
from parvis.opendata.queries import versions
from parvis.opendata.queries.pages import downloads
from parvis.opendata.testing import BUDGET, BUDGET_ROWS, TUESDAY, a_version
from parvis.opendata.tests.pages_world import (
    REAL_BUDGET,
    TOILETS,
    WORKS,
    WORKS_ROWS,
    a_work,
    the_described,
    the_real_budget,
    the_works,
)

pytestmark = pytest.mark.django_db


def page(client, address, status=200):
    response = client.get(address)
    assert response.status_code == status, address
    return response


def html(client, address, status=200):
    return page(client, address, status).content.decode()


# --- understand -----------------------------------------------------------------------------------


def test_a_dataset_that_is_not_held_says_so_and_leads_to_its_source(client):
    the_described()
    said = html(client, f"/donnees/{TOILETS}/")
    assert "Nous décrivons ce jeu sans le détenir" in said
    assert 'href="https://opendata.paris.fr/explore/dataset/toilettes/"' in said
    assert "Sanisettes &amp; urinoirs, sur la voie publique." in said
    assert "Télécharger" not in said
    assert '<nav class="tabs"' not in said


@pytest.mark.parametrize(
    "side", ["table", "graphique", "graphique/cadre", "carte", "api", "versions"]
)
def test_a_dataset_that_is_not_held_has_no_other_side(client, side):
    the_described()
    assert "Nous n\u2019avons pas cette version" in html(client, f"/donnees/{TOILETS}/{side}/", 404)


def test_a_dataset_nobody_described_does_not_exist(client):
    said = html(client, "/donnees/nulle-part/", 404)
    assert "Le jeu de données nulle-part n\u2019existe pas." in said


def test_a_source_that_is_no_address_of_the_web_is_no_link(client):
    the_described()
    Dataset.objects.filter(dataset_id=TOILETS).update(source_url="javascript:alert(1)")
    assert "javascript:" not in html(client, f"/donnees/{TOILETS}/")


def test_the_head_says_how_far_how_good_how_much_and_lets_one_download(client):
    the_works()
    response = page(client, f"/donnees/{WORKS}/")
    head = response.context["head"]
    said = response.content.decode()
    assert "À jour jusqu\u2019à fin 2024" in said
    assert "6 lignes, 7 colonnes" in said
    assert f"Qualité {head.quality.text} sur 10" in said
    assert sum(head.quality.stones) == int(head.quality.score)
    assert f'href="/api/explore/v2.1/catalog/datasets/{WORKS}/exports/csv"' in said
    assert [tab.label for tab in head.tabs] == [
        "Comprendre",
        "Tableau",
        "Graphique",
        "Carte",
        "API",
        "Versions",
    ]


def test_warnings_and_columns_of_somebody_else_are_said_plainly(client):
    the_works()
    for side in ("", "table/", "graphique/", "carte/", "api/"):
        said = html(client, f"/donnees/{WORKS}/{side}")
        assert "Seules les plus grosses opérations y sont." in said, side
        assert "Genre, Point" in said, side
    assert html(client, f"/donnees/{WORKS}/").count("ajoutée, pas du producteur") == 2


def test_the_fields_are_explained_from_what_they_hold(client):
    the_works()
    fields = {one.name: one for one in page(client, f"/donnees/{WORKS}/").context["fields"]}
    assert fields["annee"].examples == "de 2023 à 2024"
    assert fields["montant"].examples == "de 80\u202f000 à 7\u202f604\u202f735,27"
    assert fields["montant"].unit == "€"
    assert fields["point"].filled == "83,3\u00a0%"
    assert (fields["fini"].type, fields["point"].type) == ("oui ou non", "point sur la carte")


def test_the_page_draws_the_last_year_and_the_years(client):
    the_works()
    by_kind, by_year = page(client, f"/donnees/{WORKS}/").context["charts"]
    assert [(row.item.label, row.item.text) for row in by_kind.rows] == [
        ("rue", "1,1\u00a0M€"),
        ("jardin", "320\u202f000\u00a0€"),
    ]
    assert [(label, figure) for label, figure, _text in by_year.bars] == [
        ("2023", 9_354_735.27),
        ("2024", 1_380_000.0),
    ]


def test_a_budget_is_added_up_on_one_side_only(client):
    a_version(BUDGET_ROWS)
    (by_year,) = page(client, f"/donnees/{BUDGET}/").context["charts"]
    assert [one.text for one in by_year.chips] == ["Sens\u00a0: Dépense"]
    assert [(label, figure) for label, figure, _text in by_year.bars] == [
        ("2024", 300.0),
        ("2025", 450.0),
    ]


# --- programs, files ------------------------------------------------------------------------------


def test_the_calls_of_the_page_give_what_the_page_says(client):
    the_works()
    programs = page(client, f"/donnees/{WORKS}/api/").context["programs"]
    for example in programs.examples:
        answer = client.get(example.call.url).json()
        shown = json.loads(example.call.answer.replace(",\n…", ""))
        assert shown["total_count"] == answer["total_count"]
        assert shown["results"] == answer["results"][:2]


def test_every_format_of_the_api_is_offered_and_can_be_fetched(client):
    the_works()
    assert set(downloads.FORMATS) == set(FORMATS)
    for file in page(client, f"/donnees/{WORKS}/api/").context["programs"].files:
        response = client.get(file.url)
        assert response.status_code == 200
        assert b"".join(response.streaming_content)


def test_the_size_of_the_file_is_nearly_told(client):
    the_works()
    size = downloads.csv_size(versions.current(WORKS))
    written = b"".join(
        client.get(f"/api/explore/v2.1/catalog/datasets/{WORKS}/exports/csv").streaming_content
    )
    assert abs(size - len(written)) / len(written) < 0.15


def test_the_size_of_a_file_is_nearly_told_where_it_is_told(client):
    the_real_budget()
    offered = page(client, f"/donnees/{REAL_BUDGET}/api/").context["programs"].files
    version = versions.current(REAL_BUDGET)
    told = downloads.weights(version)
    assert set(told) == {"csv", "json", "jsonl", "parquet"}
    for name, size in told.items():
        written = b"".join(
            client.get(
                f"/api/explore/v2.1/catalog/datasets/{REAL_BUDGET}/exports/{name}"
            ).streaming_content
        )
        assert abs(size - len(written)) / len(written) < 0.15, name
    sizes = {file.name: file.size for file in offered}
    assert sizes["XLSX"] == ""
    assert sizes["PARQUET"] == downloads.said_size(told["parquet"])


# --- versions -------------------------------------------------------------------------------------


@pytest.fixture
def two_versions():
    the_works()
    rows = (*WORKS_ROWS[1:], a_work(2024, 5, "Jardin des Plantes", "jardin", 12_000))
    the_works(rows, now=TUESDAY)


def test_versions_are_listed_newest_first_and_each_keeps_its_table(client, two_versions):
    said = html(client, f"/donnees/{WORKS}/versions/")
    assert said.index("Version 2") < said.index("Version 1")
    assert f'href="/donnees/{WORKS}/versions/2/"' in said
    assert f'href="/donnees/{WORKS}/versions/1/"' not in said
    old = page(client, f"/donnees/{WORKS}/table/?version=1").context["table"]
    assert "École de la Roquette" in str(old.rows)
    assert "Jardin des Plantes" not in str(old.rows)
    assert "version=1" in old.call.url
    assert "École de la Roquette" not in str(
        page(client, f"/donnees/{WORKS}/table/").context["table"]
    )


def test_what_changed_is_counted_and_shown(client, two_versions):
    compared = page(client, f"/donnees/{WORKS}/versions/2/").context["compared"]
    assert (compared.added.count, compared.removed.count, compared.changed) == (1, 1, 0)
    assert compared.added.rows[0][2].text == "Jardin des Plantes"
    assert compared.removed.rows[0][2].text == "École de la Roquette"
    assert "une ligne modifiée compte comme une retirée" in html(
        client, f"/donnees/{WORKS}/versions/2/"
    )


def test_values_that_changed_stand_side_by_side(client):
    a_version(BUDGET_ROWS, key_fields=["cle"])
    changed = ({**BUDGET_ROWS[0], "montant": 310.0}, *BUDGET_ROWS[1:])
    a_version(changed, now=TUESDAY)
    said = html(client, f"/donnees/{BUDGET}/versions/2/")
    assert "<del>300</del>" in said
    assert "<ins>310</ins>" in said
    assert "une ligne modifiée compte" not in said


@pytest.mark.parametrize("number", [0, 1, 3])
def test_there_is_nothing_before_the_first_version_nor_after_the_last(client, two_versions, number):
    html(client, f"/donnees/{WORKS}/versions/{number}/", 404)
    status = 200 if number == 1 else 404
    html(client, f"/donnees/{WORKS}/table/?version={number}", status)


def test_the_sides_speak_english(client, two_versions):
    for side, words in (
        ("", "Its columns, one by one"),
        ("table/", 'Rows 1 to <span id="jusque">6</span> of 6.'),
        ("chart/", "Draw it"),
        ("map/", "On the map"),
        ("api/", "For programs"),
        ("versions/", "No version disappears"),
        ("versions/2/", "From version 1 to version 2"),
    ):
        assert words in html(client, f"/en/data/{WORKS}/{side}")
