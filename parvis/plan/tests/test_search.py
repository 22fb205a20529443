"""Finding a section by what people type."""

from __future__ import annotations

import pytest
from django.utils import translation

from parvis.kernel.declarations import searches
from parvis.plan.testing import the_real_plan

pytestmark = pytest.mark.django_db


def found(words, language="fr"):
    with translation.override(language):
        return [hit.url.rstrip("/").rpartition("/")[2] for hit in searches["plan"].find(words, 5)]


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("budget participatif", "1.2"),
        ("pétition", "1.3"),
        ("petition", "1.3"),
        ("PETITIONS", "1.3"),
        ("DansMaRue", "1.5"),
        ("dansmarru", "1.5"),
        ("clés du budget", "1.8"),
        ("cles du budjet", "1.8"),
        ("prendre un rendez-vous", "2.3"),
        ("billeterie", "2.5"),
        ("1.4", "1.4"),
        ("1.d", "1.D"),
    ],
)
def test_a_section_is_found_with_or_without_accents_and_despite_a_slip(words, first):
    the_real_plan()
    assert found(words)[0] == first


def test_a_section_is_found_in_english_too():
    the_real_plan()
    assert found("appointment", "en")[0] == "2.3"
    with translation.override("en"):
        [hit] = searches["plan"].find("crowdsourcing", 1)
    assert (hit.url, hit.kind, hit.title) == ("/en/plan/1.5/", "Action", "1.5. DansMaRue extended")


@pytest.mark.parametrize(
    "words", ["", "   ", "\x00", "zzzzqqq", "de la", "'; DROP TABLE", "&|!:*", '"']
)
def test_words_that_say_nothing_find_nothing(words):
    the_real_plan()
    assert found(words) == []


def test_a_city_without_a_plan_finds_nothing():
    assert found("budget") == []
