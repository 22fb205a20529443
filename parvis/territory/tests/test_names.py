"""A map near the ground says the names of the streets that are known there."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from parvis.territory import testing
from parvis.territory.public import bounds_of, locate


@pytest.mark.django_db
def test_the_streets_of_a_viewport_are_named():
    testing.the_city()
    address = reverse("territory:names")
    told = Client().get(address, {"box": "2.37,48.852,2.38,48.858"}).json()["names"]
    assert 10 <= len(told) <= 60
    assert any(name == "Rue de la Roquette" for _lon, _lat, name in told)
    assert all(2.37 <= lon <= 2.38 and 48.852 <= lat <= 48.858 for lon, lat, _name in told)
    for wrong in ("", "1,2", "a,b,c,d", "2.38,48.852,2.37,48.858", "nan,48,2.4,49", "0,0,1,1,1"):
        assert Client().get(address, {"box": wrong}).status_code == 400
    west, south, east, north = bounds_of(11)
    assert west < 2.37 < 2.38 < east
    assert south < 48.852 < 48.858 < north
    middle = locate(lon=(west + east) / 2, lat=(south + north) / 2)
    assert middle.arrondissement == 11
    assert bounds_of(21) is None
