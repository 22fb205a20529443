"""The catalogue one walks through, and the ways that lead to it."""

from __future__ import annotations

import pytest
from django.utils import translation

from parvis.kernel.declarations import nav_entries, searches, stones
from parvis.opendata.models import Dataset
from parvis.opendata.queries.pages import browsing
from parvis.opendata.testing import MONDAY
from parvis.opendata.tests.pages_world import (
    FINANCE,
    STREET,
    TOILETS,
    WORKS,
    the_described,
    the_works,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def datasets():
    the_described()
    the_works()


def found(client, query=""):
    response = client.get(f"/donnees/{query}")
    assert response.status_code == 200
    return response.context["found"]


def ids(client, query=""):
    return [one.dataset_id for one in found(client, query).found]


def test_an_empty_city_invites_and_has_no_fact(client):
    html = client.get("/donnees/").content.decode()
    assert "Aucun jeu ne répond" in html
    assert stones["opendata"].sentence(MONDAY) == ""


def test_finances_stand_in_front_and_what_is_held_says_its_rows(client, datasets):
    assert ids(client) == [WORKS, TOILETS]
    html = client.get("/donnees/").content.decode()
    assert "6 lignes" in html
    assert "À jour jusqu\u2019à fin 2024" in html
    assert "lire l\u2019avertissement" in html
    assert html.count("décrit, conservé ailleurs") == 2  # the dataset, the facet


def test_words_are_found_without_accents_and_by_the_name_of_the_dataset(client, datasets):
    assert ids(client, "?q=operation") == [WORKS]
    assert ids(client, "?q=sanisette") == [TOILETS]
    assert ids(client, f"?q={TOILETS}") == [TOILETS]
    assert ids(client, "?q=xyzzyx") == []
    assert ids(client, "?q=%00%27;--") == []


def test_facets_count_what_is_left_and_their_values_are_links(client, datasets):
    catalogue = found(client)
    counted = {one.label: [(v.label, v.count) for v in one.values] for one in catalogue.facets}
    assert counted["Données"] == [("à interroger ici", 1), ("décrit, conservé ailleurs", 1)]
    assert counted["Thème"] == [(FINANCE, 1), (STREET, 1)]
    assert counted["Producteur"] == [("Direction de la Propreté", 1), ("Direction des Finances", 1)]
    assert [label for label, _count in counted["Mot-clé"]] == ["budget", "propreté", "travaux"]
    theme = next(one for one in catalogue.facets if one.label == "Thème").values[1]
    assert ids(client, theme.url) == [TOILETS]
    narrowed = found(client, theme.url)
    assert [one.label for one in narrowed.facets if one.is_chosen] == ["Thème"]
    chosen = next(one for one in narrowed.facets if one.label == "Thème")
    assert [(v.label, v.is_chosen) for v in chosen.values] == [(STREET, True), (FINANCE, False)]
    assert ids(client, chosen.values[0].url) == [WORKS, TOILETS]


def test_what_is_held_and_what_is_described_can_be_told_apart(client, datasets):
    assert ids(client, "?donnees=ici") == [WORKS]
    assert ids(client, "?donnees=decrits") == [TOILETS]
    assert ids(client, "?donnees=autre") == [WORKS, TOILETS]


def test_the_order_can_be_chosen(client, datasets):
    assert ids(client, "?tri=lignes") == [WORKS, TOILETS]
    assert ids(client, "?tri=titre") == [WORKS, TOILETS]
    Dataset.objects.filter(dataset_id=TOILETS).update(title="Aaa")
    assert ids(client, "?tri=titre") == [TOILETS, WORKS]
    assert ids(client, "?tri=recents") == [WORKS, TOILETS]


def test_pages_follow_each_other_and_keep_what_is_asked(client, datasets):
    row = Dataset.objects.get(dataset_id=TOILETS)
    Dataset.objects.bulk_create(
        Dataset(
            dataset_id=f"jeu-{n:02}", dataset_uid=f"da_{n}", title=f"Jeu {n:02}", themes=[STREET],
            created_at=row.created_at, modified_at=row.modified_at,
        )
        for n in range(45)
    )  # fmt: skip
    asked = f"?theme={STREET.replace(' ', '+')}"
    pages = [ids(client, f"{asked}&page={page}") for page in (1, 2, 3)]
    assert [len(page) for page in pages] == [20, 20, 6]
    assert len({one for page in pages for one in page}) == 46
    assert ids(client, f"{asked}&page=99") == pages[2]
    assert "&amp;page=2" in client.get(f"/donnees/{asked}").content.decode()


def test_an_archived_dataset_is_gone(client, datasets):
    Dataset.objects.filter(dataset_id=WORKS).update(archived_at=MONDAY)
    assert ids(client) == [TOILETS]
    assert browsing.counts() == (1, 0)


def test_the_roof_the_paving_and_the_search_lead_here(client, datasets):
    assert str(nav_entries["opendata"].label) == "Données"
    assert nav_entries["opendata"].order > nav_entries["ideas"].order
    assert stones["opendata"].sentence(MONDAY) == "1 jeu à interroger, 2 décrits"
    hits = searches["opendata"].find("travaux", 5)
    assert [(hit.title, hit.url, hit.kind) for hit in hits] == [
        ("Opérations d'investissement", f"/donnees/{WORKS}/", "Jeu de données")
    ]
    assert [hit.kind for hit in searches["opendata"].find("urinoirs", 5)] == [
        "Jeu conservé ailleurs"
    ]
    assert searches["opendata"].find("  ", 5) == []
    assert "Opérations" in client.get("/recherche/?q=travaux").content.decode()


def test_the_same_page_in_english(client, datasets):
    html = client.get("/en/data/?q=operation").content.decode()
    assert "1 dataset" in html
    assert '<h3 lang="fr"><a href="/en/data/operations/">' in html
    with translation.override("en"):
        assert stones["opendata"].sentence(MONDAY) == "1 dataset to query, 2 described"


def test_the_address_that_the_catalogues_of_others_know_leads_to_the_page(client, datasets):
    response = client.get(f"/explore/dataset/{WORKS}/")
    assert (response.status_code, response["Location"]) == (301, f"/donnees/{WORKS}/")
