"""What a page says to those who hear it: a browser's tree of names and roles, as a reader of
screens is given it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from parvis.ui.tests.serving import serving

pytestmark = pytest.mark.journey


@pytest.fixture
def gallery(chromium: Browser) -> Iterator[Page]:
    """Open the gallery, with everything that folds unfolded."""
    with serving() as address:
        page = chromium.new_page()
        page.goto(f"{address}/en/ui/")
        page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        yield page
        page.close()


def test_the_stroke_between_two_stages_of_the_way_back_is_not_said(gallery: Page):
    said = gallery.locator("nav.crumbs").first.aria_snapshot()
    assert "You are here" in said
    assert re.findall(r"^\s*- (?:text|listitem): .*/", said, re.MULTILINE) == []


def test_the_other_language_is_named_in_its_own_words(gallery: Page):
    expect(gallery.get_by_role("link", name="Français", exact=True)).to_have_attribute("lang", "fr")


def test_every_table_has_a_name(gallery: Page):
    said = gallery.locator("main").aria_snapshot()
    assert re.findall(r"- table\b", said)
    assert re.findall(r"- table:", said) == []


def test_an_example_among_others_does_not_take_the_page_to_itself(gallery: Page):
    expect(gallery.get_by_role("group", name="answers to look at again")).to_have_count(1)
    expect(gallery.locator(":focus")).to_have_count(0)
