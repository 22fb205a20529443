"""The map: light, ours alone, and told in words."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from playwright.sync_api import Page, expect

from parvis.ui.bundles import bundle, gzipped_size
from parvis.ui.tests.serving import serving

LEAFLET = Path(__file__).resolve().parents[1] / "static/ui/vendor/leaflet-1.9.4"
# As published on npm (leaflet 1.9.4).
PUBLISHED = {
    "leaflet.js": "db49d009c841f5ca34a888c96511ae936fd9f5533e90d8b2c4d57596f4e5641a",
    "leaflet.css": "a7837102824184820dfa198d1ebcd109ff6d0ff9a2672a074b9a1b4d147d04c6",
}


def held(name: str) -> bytes:
    found = finders.find(name)
    assert isinstance(found, str)
    return Path(found).read_bytes()


def test_map_code_and_ground_weigh_at_most_sixty_kilobytes():
    code = [held(f"ui/vendor/leaflet-1.9.4/{name}") for name in PUBLISHED]
    parts = [*code, held("ui/map.js"), bundle("ui/map.css"), held("territory/basemap.json")]
    assert sum(map(gzipped_size, parts)) <= 60_000
    assert gzipped_size(parts[-1]) <= 12_000


@pytest.mark.parametrize("name", PUBLISHED)
def test_leaflet_is_as_it_was_published(name: str):
    assert hashlib.sha256((LEAFLET / name).read_bytes()).hexdigest() == PUBLISHED[name]
    assert "BSD 2-Clause" in (LEAFLET / "LICENSE").read_text("utf-8")


def test_the_ground_holds_the_city():
    drawn = json.loads(held("territory/basemap.json"))
    kinds = {shape["kind"] for shape in drawn["shapes"]}
    assert kinds == {"city", "commune", "wood", "park", "water", "quartier", "arrondissement"}
    names = [name for kind, name, _x, _y in drawn["names"] if kind == "arrondissement"]
    assert names == ["1er", *(f"{number}e" for number in range(2, 21))]
    assert sum(1 for kind, *_rest in drawn["names"] if kind == "quartier") == 80
    for shape in drawn["shapes"]:
        for ring in shape["rings"]:
            west, north = ring[0] / drawn["unit"], ring[1] / drawn["unit"]
            assert 2.0 < west < 2.7
            assert 48.7 < north < 49.05


@pytest.fixture
def complaints():
    """What the browser complains about."""
    return []


@pytest.fixture
def page(chromium, complaints):
    """Open the gallery, and hear what the browser complains about."""
    with serving() as address:
        opened = chromium.new_page(base_url=address)
        opened.on("console", lambda message: complaints.append(message.text))
        opened.goto("/en/ui/")
        opened.wait_for_selector(".live-map .spot")
        yield opened
        opened.close()


@pytest.mark.journey
def test_a_list_becomes_points_that_the_keyboard_reaches(page: Page, complaints):
    spots = page.locator(".live-map .spot.one")
    expect(spots).to_have_text(["1", "2", "3", "4"])
    expect(page.locator(".live-map .spot.red")).to_have_text("3")
    # What is under the points is fetched by itself, and may come after them.
    page.locator("path.ground-water").first.wait_for(state="attached")
    drawn = page.locator("path[class^=ground-]").evaluate_all(
        "paths => paths.map((path) => path.classList[0])"
    )
    assert drawn.index("ground-city") < drawn.index("ground-water")
    # From afar only the arrondissements are named.
    expect(page.locator(".ground-name.arrondissement").first).to_have_css("display", "block")
    expect(page.locator(".ground-name.quartier").first).to_have_css("display", "none")
    expect(page.locator(".leaflet-control-zoom-in")).to_have_attribute("title", "Come closer")
    spots.nth(3).focus()
    page.keyboard.press("Enter")
    expect(page.locator(".leaflet-popup-content")).to_have_text("11e")
    # Nothing inline, nothing from elsewhere: our policy is silent.
    assert complaints == []


@pytest.mark.journey
def test_what_the_ground_is_called_is_for_the_eye_alone(page: Page):
    page.locator(".ground-name.arrondissement").first.wait_for(state="attached")
    shown = page.locator(".live-map").first
    said = shown.aria_snapshot()
    assert re.findall(r"\b(?:1er|\d\de)\b", said) == []
    assert "- img" not in said
    # A map in a part that is read out when it changes does not read itself out.
    expect(shown.locator("[data-map-holder]")).to_have_attribute("aria-live", "off")
