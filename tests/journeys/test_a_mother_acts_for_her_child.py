"""A mother adds her child, an agent looks at the paper, she speaks for him, he reads it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from parvis.kernel import clock
from parvis.ui.testing import follow
from tests.journeys.test_from_an_idea_to_an_answer import (
    WORDS,
    look,
    name_of,
    sign_in,
    submit,
)

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("browser")]
HOUSEHOLD = "/en/my-account/household/"
WAYS = [("en", 320, False), ("en", 1280, True)]


def add_child(page, name):
    """Fill in the form of a child of twelve, without a photograph: the paper goes to a counter."""
    page.goto(f"{HOUSEHOLD}add/child/")
    page.fill("main input[name=given_names]", name)
    page.fill("main input[name=family_name]", "Martin")
    page.fill("main input[name=born_on]", f"{clock.city_day(clock.now()).year - 12}-01-09")
    page.locator("main input[name=proof][value=family_book]").check(force=True)
    submit(page)
    expect(page.locator("main")).to_contain_text("Your request is with an agent")


def grant(page, name):
    """Open the request on the desk and grant it."""
    page.goto(f"{HOUSEHOLD}desk/")
    follow(page, page.locator("main a", has_text=name).first)
    page.fill("main textarea[name=reason]", "Family record book seen at the counter.")
    submit(page, "Grant it")
    expect(page.locator("main")).to_contain_text("It is decided")


def speak(page, words, title):
    """Publish a comment on the plan."""
    page.goto(words["consultation"])
    follow(page, page.locator("main a[href*='?on='][href*='kind=comment'][href*='1.2']").first)
    page.fill("main input[name=title]", title)
    page.fill("main textarea[name=body]", "Il voudrait un banc devant l'école.")
    submit(page)
    if "?on=" in page.url:
        submit(page)
    expect(page.locator("main")).to_contain_text(title)


def begin(page, words, child):
    """From the roof of her own pages, choose for whom to act."""
    page.goto(words["mine"])
    follow(page, page.locator("header a", has_text=re.compile("Act for")).first)
    follow(page, page.locator("main button", has_text=f"Act for {child}"))
    expect(page.locator("header.roof")).to_contain_text(f"You are acting for {child}")


def leave(page):
    """What only concerns herself is refused, until she acts for herself again."""
    page.goto("/en/my-account/profile/")
    submit(page)
    expect(page.locator("main")).to_contain_text("this can only be done for yourself")
    follow(page, page.locator("header button", has_text="Act for myself again"))
    expect(page.locator("header.roof")).not_to_contain_text("You are acting for")


@pytest.mark.parametrize("way", WAYS, ids=name_of)
def test_a_mother_acts_for_her_child(way, window, city, shoot):
    language, width, scripts = way
    words, name = WORDS[language], name_of(way)
    child = f"Lou {name}"
    mother, agent = window(width=width, scripts=scripts), window(width=width, scripts=scripts)
    for page, person in ((mother, city.accounts["Alice"]), (agent, city.accounts["Bachir"])):
        sign_in(page, words, person["email"], person["password"])
    add_child(mother, child)
    look(mother, shoot, f"household-{name}-asked", scripts=scripts)
    grant(agent, child)
    look(agent, shoot, f"household-{name}-desk", scripts=scripts)

    begin(mother, words, child)
    speak(mother, words, f"Un banc ({name})")
    look(mother, shoot, f"household-{name}-acting", scripts=scripts)
    leave(mother)

    # Whoever holds the child reads who did what in his name.
    mother.goto(HOUSEHOLD)
    look(mother, shoot, f"household-{name}-home", scripts=scripts)
    follow(mother, mother.locator("main a", has_text=child).first)
    expect(mother.locator("main")).to_contain_text("Alice · published a contribution")
    look(mother, shoot, f"household-{name}-child", scripts=scripts)
    mother.goto("/en/my-account/register/")
    expect(mother.locator("main")).to_contain_text(f"You, for {child}")
