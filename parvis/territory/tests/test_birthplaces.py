"""A civil status says where somebody was born by codes; people read names."""

from __future__ import annotations

import pytest
from django.utils import translation

from parvis.territory.public import commune_named, country_named
from parvis.territory.testing import the_city


@pytest.mark.parametrize(
    ("code", "french", "english"),
    [
        ("99100", "France", "France"),
        ("99352", "Algérie", "Algeria"),
        ("99326", "Côte d\u2019Ivoire", "Ivory Coast"),
        # The Soviet Union's places are Russia's or those of its neighbours; this one has no heir.
        ("99115", "Tchécoslovaquie", "Czechoslovakia"),
        ("99999", "pays n° 99999", "country no. 99999"),
    ],
)
def test_a_country_has_its_name_in_both_languages(code, french, english):
    with translation.override("fr"):
        assert country_named(code) == french
    with translation.override("en"):
        assert country_named(code) == english


def test_no_country_is_left_without_a_french_name():
    with translation.override("fr"):
        said = [country_named(str(code)) for code in range(99100, 99600)]
    named = [one for one in said if "n°" not in one]
    assert len(named) == 228
    assert not {"Germany", "Algeria", "Cook Islands"} & set(named)


def test_the_city_and_its_arrondissements_have_names_and_others_say_what_they_are(db):
    the_city()
    told = [("75056", "Paris", "Paris")]
    told.append(("75101", "Paris, 1er arrondissement", "Paris, 1st arrondissement"))
    told.append(("75111", "Paris, 11e arrondissement", "Paris, 11th arrondissement"))
    told.append(("13055", "commune n° 13055", "commune no. 13055"))
    for code, french, english in told:
        with translation.override("fr"):
            assert commune_named(code) == french
        with translation.override("en"):
            assert commune_named(code) == english


def test_before_the_city_is_loaded_a_commune_is_one_all_the_same(db):
    with translation.override("en"):
        assert commune_named("75111") == "commune no. 75111"
