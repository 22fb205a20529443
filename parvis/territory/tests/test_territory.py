"""The ground of the city: where a point is, and what an address may be."""

from __future__ import annotations

import math

import pytest
from django.db import IntegrityError, connection, transaction

from parvis.kernel.errors import Refused
from parvis.territory import public
from parvis.territory.models import AddressPoint, District, Ring, Street
from parvis.territory.queries import ground
from parvis.territory.testing import BASTILLE, MONTREUIL, NOON

pytestmark = pytest.mark.django_db


def points_of_the_city():
    """Return a point well inside each quartier, by its number."""
    city = ground.city()
    return {one.number: city.frame.back(one.label_x, one.label_y) for one in city.quartiers}


def test_the_city_has_20_arrondissements_80_quartiers_and_its_streets(parisian):
    assert District.objects.filter(kind="arrondissement").count() == 20
    assert District.objects.filter(kind="quartier").count() == 80
    assert Street.objects.filter(source="listed").count() == 6760
    assert (Street.objects.count(), AddressPoint.objects.count()) == (6810, 7246)


def test_the_bastille_is_in_the_quartier_roquette(parisian):
    lon, lat = BASTILLE
    assert public.locate(lon=lon, lat=lat) == public.Place(
        arrondissement=11,
        arrondissement_name="Popincourt",
        quartier=43,
        quartier_name="Roquette",
        insee_code="7511103",
    )


def test_each_quartier_is_found_by_a_point_inside_it(parisian):
    inside = points_of_the_city()
    found = ground.places_of(list(inside.values()))
    assert [place and place.quartier for place in found] == list(inside)


@pytest.mark.parametrize(("lon", "lat"), [MONTREUIL, (-74.0, 40.7), (2.3522, 48.7), (0.0, 0.0)])
def test_montreuil_new_york_and_the_sea_are_outside_the_city(parisian, lon, lat):
    assert public.locate(lon=lon, lat=lat) is None


@pytest.mark.parametrize(
    ("lon", "lat", "code"),
    [
        (math.nan, 48.85, "coordinates_not_numbers"),
        (48.85, 2.35, "coordinates_inverted"),
        (2.35, 1e9, "coordinates_out_of_range"),
    ],
)
def test_coordinates_that_cannot_be_are_refused(lon, lat, code):
    with pytest.raises(Refused) as refused:
        public.locate(lon=lon, lat=lat)
    assert (refused.value.code, refused.value.status) == (code, 400)


@pytest.mark.parametrize(
    ("lon", "lat", "quartier"),
    [(2.37429189702448, 48.858928679692056, 42), (2.3655629164217906, 48.88143539339076, 37)],
)
def test_reports_a_few_centimetres_from_a_border_are_on_their_side(parisian, lon, lat, quartier):
    assert public.locate(lon=lon, lat=lat).quartier == quartier


def test_a_corner_of_several_quartiers_belongs_to_the_lowest_number(parisian):
    corners = {}
    for ring in Ring.objects.filter(district__kind="quartier").select_related("district"):
        for corner in ring.outline:
            corners.setdefault(corner, set()).add(ring.district.number)
    shared = {corner: numbers for corner, numbers in corners.items() if len(numbers) > 1}
    assert len(shared) > 2000
    found = ground.places_of(list(shared))
    assert [place.quartier for place in found] == [min(numbers) for numbers in shared.values()]


def test_the_outlines_have_an_index_that_the_question_can_use(parisian):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN " + ground._LOCATE,
            {"x": [652_000.0], "y": [6_862_000.0], "sliver": ground.SLIVER},
        )
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "territory_ring_bounds" in plan


def test_the_areas_of_the_quartiers_add_up_to_the_city(parisian):
    city = ground.city()
    assert sum(one.area_m2 for one in city.quartiers) == 105_372_771
    assert abs(sum(one.area_m2 for one in city.arrondissements) - 105_372_771) < 200


def test_the_arrondissements_are_drawn_in_their_order(parisian):
    drawn = public.arrondissements()
    assert [one.number for one in drawn] == list(range(1, 21))
    assert [one.name for one in drawn[:3]] == ["Louvre", "Bourse", "Temple"]
    assert [one.name for one in public.quartiers(11)] == [
        "Folie-Méricourt",
        "Saint-Ambroise",
        "Roquette",
        "Sainte-Marguerite",
    ]
    assert all(one.path.startswith("M") and one.path.endswith("z") for one in drawn)
    assert public.city_outline().view_box == "198 0 1243 990"


def test_the_database_holds_two_districts_of_one_number_apart(parisian):
    with (
        pytest.raises(IntegrityError, match="one_district_per_kind_and_number"),
        transaction.atomic(),
    ):
        District.objects.filter(kind="quartier", number=2).update(number=1)
    assert District.objects.filter(kind="quartier", number=1).count() == 1


def test_distances_are_metres_of_the_ground():
    metres = public.distance_metres(
        from_lon=2.3499, from_lat=48.8530, to_lon=2.3431, to_lat=48.8867
    )
    assert round(metres) == 3780


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("rue de la roquette", "Rue de la Roquette, 75011 Paris"),
        ("r de la roquete", "Rue de la Roquette, 75011 Paris"),
        ("bd voltaire 11e", "Boulevard Voltaire, 75011 Paris"),
        ("BOULEVARD VOLTAIRE", "Boulevard Voltaire, 75011 Paris"),
        ("plaec d italie", "Place d\u2019Italie, 75013 Paris"),
        ("av des champs elysees", "Avenue des Champs-Élysées, 75008 Paris"),
        ("fbg st denis", "Rue du Faubourg-Saint-Denis, 75010 Paris"),
        ("rue de rivoli 75004", "Rue de Rivoli, 75004 Paris"),
        ("rue du 4 septembre", "Rue du Quatre-Septembre, 75002 Paris"),
        ("rue lepik", "Rue Lepic, 75018 Paris"),
        ("rue de tsael", "Rue de Staël, 75015 Paris"),
        ("place du ahvre", "Place du Havre, 75008 Paris"),
        ("rue marbuef", "Rue Marbeuf, 75008 Paris"),
        ("avenue pierre-de-c", "Avenue Pierre-de-Coubertin, 75013 Paris"),
        ("quai de jemmap", "Quai de Jemmapes, 75010 Paris"),
        ("79 rue marcadet", "79 Rue Marcadet, 75018 Paris"),
        ("11 bis place gambetta", "11 bis Place Gambetta, 75020 Paris"),
        ("49 r amelot paris", "49 Rue Amelot, 75011 Paris"),
        ("75020", "20e arrondissement, Ménilmontant"),
        ("quinze vingts", "Quartier Quinze-Vingts, 12e arrondissement"),
    ],
)
def test_the_likeliest_suggestion_is(parisian, query, first):
    assert public.suggest(query)[0].label == first


def test_a_known_address_comes_with_its_point(parisian):
    found = public.suggest("79 rue marcadet 75018")[0]
    assert (found.kind, found.number, found.street) == ("address", "79", "Rue Marcadet")
    assert (found.postcode, found.arrondissement) == ("75018", 18)
    assert (found.lon, found.lat) == pytest.approx((2.3467, 48.8902), abs=1e-4)


@pytest.mark.parametrize(
    "query", ["", "   ", "zzzzqxk", "\x00", "%%%", "'; drop table", "💡" * 200]
)
def test_nonsense_suggests_nothing(parisian, query):
    assert public.suggest(query) == []


def test_no_more_is_suggested_than_was_asked(parisian):
    assert len(public.suggest("saint", limit=3)) == 3
    assert public.suggest("saint", limit=0) == []


def test_school_years_beyond_the_calendar_are_refused():
    with pytest.raises(Refused) as refused:
        public.school_holidays(NOON.date().replace(year=2090), NOON.date().replace(year=2090))
    assert (refused.value.code, refused.value.status) == ("school_year_unknown", 404)
