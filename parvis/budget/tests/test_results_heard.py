"""Results as somebody hears them who does not see them: titles in their language, and a day whose
figure is not told."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from parvis.budget.queries.results import Turnout, count_for_words
from parvis.budget.rules.plans import area_key
from parvis.budget.tests.polls import held
from parvis.budget.views import results

pytestmark = pytest.mark.django_db
SHARES = {"ballot": "approval", "count_rule": "equal-shares", "completion": "utilitarian"}


def page(edition, number=1):
    place = f"/en/participatory-budget/editions/{edition.slug}/results/{area_key(number)}/"
    return Client().get(place).content.decode()


def test_titles_beside_the_greedy_count_are_read_in_their_language():
    edition, _told = held([SHARES], orders=(("1", "4"),) * 9 + (("3",),) * 5)
    beside = page(edition).partition("Funded here only")[2].partition("</section>")[0]
    titles = re.findall(r"<li([^>]*)>Projet", beside)
    assert titles
    assert set(titles) == {' lang="fr"'}


def test_a_day_of_few_is_said_in_words(monkeypatch):
    edition, _told = held([SHARES])
    told = Turnout(
        online=140,
        paper=12,
        days=("1 September", "2 September"),
        series=(("Online", (120, 20)), ("On paper", (12, None))),
        rest=7,
    )
    monkeypatch.setattr(results.found, "turnout", lambda *_asked: told)
    shown = page(edition)
    assert '<span class="vh">told with other days</span>' in shown
    assert '<span aria-hidden="true">—</span>' in shown


@pytest.mark.parametrize(("voters", "said"), [(1, "worth 1 vote"), (2, "worth 2 votes")])
def test_one_vote_is_said_as_one(voters, said):
    edition, _told = held([SHARES], orders=(("2",),) * voters)
    shown = page(edition)
    assert re.search(rf"{said}\s*<", shown)
    assert ">project funded<" in shown


@pytest.mark.parametrize(
    ("exact", "counted"), [("", 0), ("1", 1), ("1/2", 0), ("3/2", 0), ("2", 2), ("23/2", 11)]
)
def test_a_fraction_takes_the_words_of_its_language(exact, counted):
    assert count_for_words(exact) == counted
