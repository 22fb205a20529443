"""Loading the territory, and what there is before."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from django.conf import settings
from django.db import connection

from parvis.kernel.models import RegisterEntry
from parvis.territory import public
from parvis.territory.actions import load_territory
from parvis.territory.commands import commands
from parvis.territory.models import District, Edition, Ring, Street
from parvis.territory.queries import ground
from parvis.territory.testing import NOON, the_city

pytestmark = pytest.mark.django_db


def test_loading_the_same_files_again_changes_nothing():
    the_city()
    before = District.objects.get(kind="quartier", number=43).pk
    again = load_territory(folder=settings.PARVIS_CITY_DIR / "territory", now=NOON)
    assert again.changed is False
    assert RegisterEntry.objects.filter(action="territory.loaded").count() == 1
    assert District.objects.get(kind="quartier", number=43).pk == before


def test_a_new_edition_keeps_the_row_of_each_district():
    the_city()
    before = dict(District.objects.values_list("insee_code", "pk"))
    Edition.objects.update(digest="0" * 64)
    the_city()
    assert dict(District.objects.values_list("insee_code", "pk")) == before
    assert Ring.objects.count() == 100


def test_the_planner_knows_at_once_what_was_loaded():
    the_city()
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname, reltuples FROM pg_class WHERE relname LIKE 'territory%'")
        known = dict(cursor.fetchall())
    assert (known["territory_district"], known["territory_ring"]) == (100, 100)
    assert (known["territory_street"], known["territory_address_point"]) == (6810, 7246)


def test_a_folder_without_files_is_refused_and_changes_nothing(tmp_path):
    the_city()
    with pytest.raises(FileNotFoundError):
        load_territory(folder=tmp_path, now=NOON)
    assert Street.objects.count() == 6810


def test_a_point_of_a_hole_is_in_what_fills_the_hole():
    square = ((0.0, 0.0), (0.0, 90.0), (90.0, 90.0), (90.0, 0.0))
    hole = ((30.0, 30.0), (30.0, 60.0), (60.0, 60.0), (60.0, 30.0))
    common = {
        "name": "x",
        "area_m2": 1,
        "key": "x",
        "path": "",
        "label_x": 0,
        "label_y": 0,
        "box": [],
    }
    District.objects.create(
        kind="arrondissement", number=1, arrondissement=1, insee_code="a", **common
    )
    outer, inner = (
        District.objects.create(
            kind="quartier", number=number, arrondissement=1, insee_code=str(number), **common
        )
        for number in (1, 2)
    )
    Ring.objects.create(district=outer, outline=square)
    Ring.objects.create(district=outer, outline=hole, is_hole=True)
    Ring.objects.create(district=inner, outline=hole)
    found = ground.places_of([(10.0, 10.0), (45.0, 45.0), (95.0, 95.0)])
    assert [place and place.quartier for place in found] == [1, 2, None]


def test_nothing_is_drawn_before_the_first_load():
    assert public.arrondissements() == []
    assert public.suggest("rue de la roquette") == []


def test_an_operator_asks_from_a_terminal():
    run = CliRunner().invoke
    assert "100 districts, 6810 streets, 7246 addresses: loaded" in run(commands, ["load"]).output
    assert "already there" in run(commands, ["load"]).output
    located = run(commands, ["locate", "2.36925", "48.85331"])
    assert located.output == "11 Popincourt, quartier 43 Roquette (7511103)\n"
    assert "outside the city" in run(commands, ["locate", "-74", "40.7"]).output
    assert run(commands, ["locate", "48.85", "2.35"]).exit_code == 1
    assert "Rue Lepic, 75018 Paris" in run(commands, ["suggest", "rue", "lepik"]).output
