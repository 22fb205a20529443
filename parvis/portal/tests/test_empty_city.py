"""A city on its first day: nothing is loaded, and every page still stands."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.django_db


def test_an_empty_city_still_has_a_first_page(client):
    page = client.get("/").content.decode()
    assert "Rien n\u2019attend votre avis aujourd\u2019hui" in page
    assert "La carte n\u2019est pas encore chargée" in page
    assert "La ville en chiffres" not in page
