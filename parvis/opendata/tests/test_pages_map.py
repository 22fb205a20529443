"""Rows on the map: on the city where they are in it, numbered where they can be told apart."""

from __future__ import annotations

import pytest

from parvis.opendata.queries.pages import ground
from parvis.opendata.testing import BUDGET, BUDGET_ROWS, a_version
from parvis.opendata.tests.pages_world import WORKS, a_work, the_works
from parvis.territory.public import arrondissements, locate
from parvis.territory.testing import BASTILLE, the_city

pytestmark = pytest.mark.django_db


def drawn(client, query=""):
    response = client.get(f"/donnees/{WORKS}/carte/{query}")
    assert response.status_code == 200
    return response.context["map"]


def test_a_place_stands_in_its_arrondissement_of_the_drawing():
    the_city()
    city = ground.city()
    assert city is not None
    (column,) = city.place([BASTILLE])
    place = locate(lon=BASTILLE[0], lat=BASTILLE[1])
    assert place is not None
    nearest = min(
        arrondissements(),
        key=lambda one: (one.label_x - column[0]) ** 2 + (one.label_y - column[1]) ** 2,
    )
    assert nearest.number in {place.arrondissement, 4, 12}
    west, north, width, height = map(int, nearest.view_box.split())
    eleventh = next(one for one in arrondissements() if one.number == 11)
    west, north, width, height = map(int, eleventh.view_box.split())
    assert west <= column[0] <= west + width
    assert north <= column[1] <= north + height


def test_the_largest_amounts_are_numbered_and_told(client):
    the_city()
    the_works()
    found = drawn(client)
    assert (found.total, found.located, found.drawn) == (6, 5, 5)
    assert found.ground is not None
    assert [(one.rank, one.title) for one in found.spots][:2] == [
        (1, "Piscine Davout"),
        (2, "École de la Roquette"),
    ]
    assert found.spots[0].text == "sport · 7\u202f604\u202f735,27\u00a0€"
    assert all(one.is_drawn for one in found.spots)


def test_places_on_each_other_have_one_number(client):
    the_city()
    the_works([a_work(2024, 11, f"Chantier {n}", "rue", float(n), BASTILLE) for n in range(1, 4)])
    found = drawn(client)
    assert [(one.title, one.text) for one in found.spots] == [
        ("Chantier 3", "rue · 3\u00a0€ · et 2 autres ici")
    ]
    assert found.dots.count("M") == 1


def test_filters_hold_on_the_map_and_in_the_call(client):
    the_city()
    the_works()
    found = drawn(client, "?est.genre=jardin")
    assert [one.title for one in found.spots] == ["Jardin de Reuilly", "Square Maurice Gardette"]
    answer = client.get(found.call.url).json()
    assert answer["total_count"] == found.located == 2
    assert [row["nom_projet"] for row in answer["results"]] == [one.title for one in found.spots]


def test_points_elsewhere_and_a_city_that_is_not_loaded_have_no_ground(client):
    the_works()
    assert drawn(client).ground is None
    assert len(drawn(client).spots) >= 2
    the_city()
    the_works([a_work(2024, 1, "Vieux-Port", "rue", 1.0, (5.37, 43.29))])
    found = drawn(client)
    assert found.ground is None
    assert [one.is_drawn for one in found.spots] == [True]


def test_no_row_and_no_point_are_said(client):
    the_works()
    assert drawn(client, "?est.genre=rien").spots == ()
    a_version(BUDGET_ROWS)
    html = client.get(f"/donnees/{BUDGET}/carte/").content.decode()
    assert "Aucune ligne n\u2019a de point sur la carte" in html
    assert f'href="/donnees/{BUDGET}/carte/"' not in html
