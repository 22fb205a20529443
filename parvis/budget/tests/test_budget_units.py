"""What the support of a project is counted in is said: votes, points or grades, and no other."""

from __future__ import annotations

import csv
import html
import io

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.html import strip_tags

from parvis.budget.models import Delivery
from parvis.budget.queries import rows
from parvis.budget.rules.plans import area_key
from parvis.budget.tests.ballot_pages import text
from parvis.budget.tests.polls import held
from parvis.kernel.typography import APOSTROPHE

pytestmark = pytest.mark.django_db
PLANS = {
    "approval": {"ballot": "approval", "threshold": 8},
    "choose_one": {"ballot": "choose_one", "most_options": None},
    "knapsack": {"ballot": "knapsack", "most_options": None, "count_rule": "knapsack"},
    "points": {"ballot": "points", "points": 10, "count_rule": "points", "threshold": 8},
    "ranking": {"ballot": "ranking", "most_options": 2, "count_rule": "votes-per-cost"},
    "grades": {"ballot": "grades", "most_options": None},
    "judged": {"ballot": "grades", "most_options": None, "count_rule": "majority-judgment"},
    "shares of votes": {"ballot": "approval", "count_rule": "equal-shares"},
    "shares of points": {
        "ballot": "points",
        "points": 10,
        "count_rule": "equal-shares",
        "utility": "points",
        "is_compared": True,
        "completion": "utilitarian",
    },
}


@pytest.fixture
def edition():
    return held(PLANS.values())[0]


def key_of(name):
    return area_key(list(PLANS).index(name) + 1)


def page(edition, name):
    place = f"/en/participatory-budget/editions/{edition.slug}/results/{key_of(name)}/"
    return text(Client().get(place))


def sent(edition, key):
    place = f"/en/participatory-budget/editions/{edition.slug}/results/{key}/"
    return Client().get(place).content.decode()


def test_a_winner_is_told_votes_only_where_it_was_votes(edition):
    told = {
        name: list(
            Delivery.objects.filter(project__area__key=key_of(name))
            .order_by("rank")
            .values_list("votes", flat=True)
        )
        for name in PLANS
    }
    assert told == {
        "approval": [9, 8],
        "choose_one": [9, 3],
        "knapsack": [9, 8, 7],
        "points": [None] * 3,
        "ranking": [None] * 3,
        "grades": [None] * 3,
        "judged": [None] * 3,
        "shares of votes": [9, 8],
        "shares of points": [None] * 3,
    }
    assert {row["votes"] for row in rows.winners()} == {None}


@pytest.mark.parametrize(
    ("name", "said", "unsaid"),
    [
        ("approval", ["Most votes first", "Votes", "votes: 9"], ["points", "Middle grade"]),
        ("choose_one", ["Most votes first", "votes: 9"], ["points"]),
        ("knapsack", ["most votes first", "votes: 9"], ["points:"]),
        ("points", ["Most points first", "Points", "points: 54"], ["votes:", "Votes"]),
        ("ranking", ["Most points for each euro first", "points: 18"], ["votes:", "Votes"]),
        (
            "grades",
            [
                "Most points first",
                "points: 27",
                "a favourite is worth 3 points, « I like it » 2, « why not » 1.",
            ],
            ["Middle grade", "Votes", "votes:"],
        ),
        ("judged", ["Majority judgment", "Middle grade", "9 favourites"], ["points:", "votes:"]),
        ("shares of votes", ["Effective votes", "worth 9 votes"], ["ffective points"]),
        (
            "shares of points",
            ["Effective points", "the most effective points buy first", "points first"],
            ["ffective votes", "votes first", "more of their projects"],
        ),
    ],
)
def test_the_page_of_a_result_names_what_was_counted(edition, name, said, unsaid):
    page_said = page(edition, name)
    assert [one for one in said if one not in page_said] == []
    assert [one for one in unsaid if one in page_said] == []


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "1 favourite, 1 likes it, 0 why not, 1 not convinced"),
        ("fr", "1 coup de cœur, 1 j'aime bien, 0 pourquoi pas, 1 pas convaincu"),
    ],
)
def test_one_of_a_grade_is_said_in_the_singular(language, said):
    one = {"grades": (1, 1, 0, 1)}
    with translation.override(language):
        drawn = render_to_string("budget/result_support.html", {"one": one})
    shown = " ".join(html.unescape(strip_tags(drawn)).split())
    assert shown.replace(APOSTROPHE, "'") == said


def test_who_lacks_points_does_not_lack_people(edition):
    assert "It has too few points: the rule asks for more." in page(edition, "points")
    assert "Too few people want it: the rule asks for more." in page(edition, "approval")


def test_the_table_of_a_result_names_what_was_counted(edition):
    units = {}
    for name in PLANS:
        place = reverse("budget:result_csv", args=[edition.slug, key_of(name)])
        sent = Client().get(place).content.decode("utf-8-sig")
        table = list(csv.DictReader(io.StringIO(sent), delimiter=";"))
        units[name] = {row["unit"] for row in table}
    assert units == {
        **{one: {"vote"} for one in ("approval", "choose_one", "knapsack", "shares of votes")},
        **{one: {"point"} for one in ("points", "ranking", "grades", "shares of points")},
        "judged": {"grade"},
    }


def test_a_tie_over_what_is_left_stands_on_the_page_of_the_result():
    plan = {"ballot": "approval", "count_rule": "equal-shares", "completion": "utilitarian"}
    edition, told = held([plan], orders=(("1",),) * 4 + (("3",), ("4",)))
    key = area_key(1)
    assert [sorted(among) for _round, among in told[key]["ties"]] == [["3", "4"]]
    first, second = told[key]["ties"][0][1]
    titles = (f'<span lang="fr">Projet {key} {one}</span>' for one in (first, second))
    assert f"Stood equal: {', '.join(titles)}. The lot decided" in sent(edition, key)


def test_shares_raised_and_then_filled_by_votes_are_said_on_the_page_and_in_the_file():
    plan = {"ballot": "approval", "count_rule": "equal-shares", "completion": "add1-utilitarian"}
    edition, told = held([plan])
    place = f"/en/participatory-budget/editions/{edition.slug}/results/{area_key(1)}/"
    said = text(Client().get(place))
    assert "What is left goes to: one euro more for everyone, then most votes first." in said
    file = Client().get(f"{place}ballots.pb").content.decode()
    assert "Counted by equalshares (completion add1-utilitarian, utility cost)" in file
    assert told[area_key(1)]["rule"]["completion"] == "add1-utilitarian"


def test_what_a_knapsack_leaves_in_part_stands_on_the_page_of_the_result():
    plan = {"ballot": "knapsack", "most_options": None, "count_rule": "knapsack"}
    edition, told = held([plan], orders=(("1", "3"),) * 3 + (("4",),) * 2)
    key = area_key(1)
    assert set(told[key]["winners"]) == {"1", "3"}
    assert told[key]["partial"] == ["4", 150_00]
    title = f'<span lang="fr">Projet {key} 4</span>'
    part = f"What is left, €150, goes in part to {title}, which is not among the winners."
    assert part in sent(edition, key)


def test_a_result_without_a_map_or_a_curve_has_neither_its_programs_nor_its_heading():
    edition, _told = held([PLANS["approval"]])
    place = f"/en/participatory-budget/editions/{edition.slug}/results/{area_key(1)}/"
    page = Client().get(place).content.decode()
    assert ("Who voted, day by day" in page, "leaflet" in page) == (False, False)
