"""What is said in an address."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from parvis.territory.rules.words import Wanted, key, plain, read


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("12 r de la roquette", Wanted(number=12, kind="rue", words="roquette")),
        ("bd voltaire 11e", Wanted(kind="boulevard", words="voltaire", arrondissement=11)),
        ("75011", Wanted(arrondissement=11)),
        ("11ème arrondissement", Wanted(arrondissement=11)),
        ("1er", Wanted(arrondissement=1)),
        (
            "12 bis av de St-Ouen, Paris 17",
            Wanted(number=12, suffix="bis", kind="avenue", words="saint ouen", arrondissement=17),
        ),
        ("10-12 pl de la République", Wanted(number=10, kind="place", words="republique")),
        ("rue François 1er", Wanted(kind="rue", words="francois ier")),
        ("boulvard voltaire", Wanted(kind="boulevard", words="voltaire")),
        ("rue de Paris", Wanted(kind="rue", words="paris")),
        ("rue", Wanted(kind="rue", words="rue")),
        ("quartier Picpus", Wanted(kind="quartier", words="picpus")),
        ("quartier", Wanted(kind="quartier", words="quartier")),
        ("75099", Wanted(words="75099")),
        ("", Wanted()),
        ("\x00 \u202e ;--", Wanted()),
    ],
)
def test_a_query_says(query, wanted):
    assert read(query) == wanted


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("Rue de la Roquette", ("rue", "roquette")),
        ("Rue du Faubourg-Saint-Denis", ("rue", "faubourg saint denis")),
        ("Place d\u2019Italie", ("place", "italie")),
        ("Petit-Pont", ("", "petit pont")),
        ("Rue A", ("rue", "a")),
        ("Rue du Quatre-Septembre", ("rue", "4 septembre")),
    ],
)
def test_a_street_is_known_by(name, known):
    assert key(name) == known


def test_accents_ligatures_and_hyphens_are_plain():
    assert plain("Rue du Sacré-Cœur d\u2019Élœa") == "rue du sacre coeur d eloea"


@given(st.text(max_size=300))
def test_whatever_is_typed_is_read(query):
    wanted = read(query)
    assert 0 <= wanted.arrondissement <= 20
    assert 0 <= wanted.number <= 9999
    assert plain(wanted.words) == wanted.words


@given(st.text(max_size=80))
def test_plain_words_stay_plain(text):
    assert plain(plain(text)) == plain(text)
