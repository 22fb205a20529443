"""Search in French minds neither accents nor endings."""

from __future__ import annotations

import pytest
from django.db import connection

pytestmark = pytest.mark.django_db
TEXT = "Les dégâts à l'École des arrondissements, en été"


def found(query, text=TEXT):
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_tsvector('parvis_french', %s) @@ parvis_query(%s)", [text, query])
        return cursor.fetchone()[0]


@pytest.mark.parametrize(
    "query", ["degat", "DÉGÂTS", "les dégâts", "ecole arrondissement", '"dégâts à l\'école"', "ete"]
)
def test_it_finds(query):
    assert found(query)


@pytest.mark.parametrize("query", ["hiver", "dégâts -école", '"école dégâts"', ""])
def test_it_does_not_find(query):
    assert not found(query)


def test_a_word_that_the_list_of_small_words_forgets_hides_nothing():
    assert found("les arbres", "un arbre")


def test_accents_go_and_letters_stay():
    with connection.cursor() as cursor:
        cursor.execute("SELECT parvis_unaccent('Œuvre à Ménilmontant'), parvis_unaccent(NULL)")
        assert cursor.fetchone() == ("OEuvre a Menilmontant", None)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("vélos", "une piste pour le vélo"),
        ("vélo", "des pistes pour les vélos"),
        ("lieu", "des lieux partagés"),
        ("lieux de vie", "un lieu de vie"),
        ("écrous", "un écrou"),
        ('"lieux partagés"', "un lieu partagé"),
        ("vélos -pistes", "un vélo"),
    ],
)
def test_plurals_in_os_ous_and_eux_find_their_singulars_and_the_other_way_round(query, text):
    assert found(query, text)


def test_a_plural_that_is_excluded_excludes():
    assert not found("pistes -vélos", "une piste pour le vélo")
