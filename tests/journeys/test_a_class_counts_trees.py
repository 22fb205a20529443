"""A class goes from tree to tree: pupils answer on a phone, with and without scripts; the third who
says the same decides, and one of them cannot answer twice."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from parvis.ui.testing import follow
from tests.journeys.steps import looks_right, sign_in

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("browser")]
MISSION = "/en/missions/les-arbres-plantes-du-11e/"


def look(page, shoot, name, *, scripts):
    shoot(page, f"mission-{name}")
    if scripts:
        looks_right(page)


def answer(page, value):
    """Answer the questions of the page about a tree."""
    page.locator(f"main input[type=radio][value={value}]").check(force=True)
    follow(page, page.locator("main button", has_text="Answer, and the next one").first)


@pytest.mark.parametrize(
    ("who", "width", "scripts", "dark"),
    [("ada", 320, False, False), ("mona", 320, True, True), ("oscar", 1280, True, False)],
)
def test_pupils_answer_one_tree_after_the_other(window, shoot, who, width, scripts, dark):
    page = window(width=width, scripts=scripts, dark=dark)
    name = f"{who}-{width}"
    page.goto("/en/missions/")
    look(page, shoot, f"{name}-1-list", scripts=scripts)
    follow(page, page.locator("main a", has_text="Les arbres plantés du 11e").first)
    look(page, shoot, f"{name}-2-mission", scripts=scripts)
    sign_in(page, who)
    page.goto(MISSION)
    page.fill("#from-address", "rue de la Fontaine au Roi")
    follow(page, page.locator("main button", has_text="Take part").first)
    expect(page).to_have_url(re.compile("/thing/"))
    first = page.url
    look(page, shoot, f"{name}-3-tree", scripts=scripts)
    answer(page, "vivant")
    expect(page).not_to_have_url(first)
    expect(page.get_by_text("your answer counts")).to_have_count(1)
    page.goto(first)
    expect(page.get_by_text("You have answered")).to_have_count(1)
    expect(page.locator("main input[type=radio]")).to_have_count(0)
    look(page, shoot, f"{name}-4-answered", scripts=scripts)
    page.goto("/en/missions/mine/")
    look(page, shoot, f"{name}-5-mine", scripts=scripts)
