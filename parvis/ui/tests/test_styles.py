"""The style sheets: contrasts, dark blocks, weight, and what the minifier must not break."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command

from parvis.ui.bundles import BUNDLES, SOURCES, bundle, gzipped_size

TOKENS = (SOURCES / "tokens.css").read_text(encoding="utf-8")
_DECLARED = re.compile(r"--([\w-]+):\s*([^;]+);")
_LEAST = {
    4.5: """
        ink/ground ink/paper ink/stone ink/stone-deep ink/zinc-soft ink/green-soft ink/red-soft
        ink/ochre-soft ink-soft/ground ink-soft/paper ink-soft/stone ink-soft/stone-deep
        ink-soft/zinc-soft ink-soft/green-soft ink-soft/red-soft ink-soft/ochre-soft green/ground
        green/paper green/stone-deep green/zinc-soft green/green-soft green/red-soft
        green/ochre-soft green-deep/green-soft on-green/green on-green/green-deep on-now/now
        on-zinc/zinc red/ground red/paper red/red-soft on-red/red ochre/ochre-soft ground/ink
        zinc-mid/ground on-green/d1 on-green/d2 ink/d4 ink/d6""",
    3: """
        zinc-mid/stone-deep line/ground line/paper green/stone-deep ochre/stone-deep focus/ground
        focus/paper focus/stone-deep focus/green-soft d1/ground d2/ground d3/ground d4/ground
        d5/ground d6/ground zinc-mid/ground""",
}
PAIRS = [(pair, least) for least, pairs in _LEAST.items() for pair in pairs.split()]


def block(opening: str) -> str:
    """Return what stands between the braces that follow `opening`."""
    start = TOKENS.index(opening) + len(opening)
    return TOKENS[start : TOKENS.index("}", start)]


LIGHT = dict(_DECLARED.findall(block(":root {")))
SYSTEM_DARK = block(':root:not([data-theme="light"]) {')
CHOSEN_DARK = block(':root[data-theme="dark"] {')
DARK = LIGHT | dict(_DECLARED.findall(CHOSEN_DARK))


def luminance(colour: str) -> float:
    """Return the relative luminance of `#rrggbb` (WCAG 2.2)."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_the_dark_of_the_machine_and_the_dark_one_chose_are_the_same():
    assert SYSTEM_DARK.split() == CHOSEN_DARK.split()


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("pair", "least"), PAIRS, ids=[f"{pair}-{least}" for pair, least in PAIRS])
def test_text_and_marks_stand_out(pair: str, least: float, theme: dict[str, str]):
    front, ground = pair.split("/")
    assert contrast(theme[front], theme[ground]) >= least


def test_a_first_page_loads_at_most_eight_kilobytes_of_styles():
    assert gzipped_size(bundle("ui/site.css")) <= 8000


@pytest.mark.parametrize("name", BUNDLES)
def test_the_minifier_keeps_every_rule(name: str):
    source = "".join((SOURCES / f"{part}.css").read_text("utf-8") for part in BUNDLES[name])
    bare = re.sub(r"/\*.*?\*/", "", source, flags=re.DOTALL)
    minified = bundle(name).decode()
    assert [minified.count(mark) for mark in "{}&"] == [bare.count(mark) for mark in "{}&"]
    # A space after & means « inside », none means « itself »: neither may become the other.
    for nested in (r"& \.\w", r"&\.\w", r"& \[", r"&\[", r"& :\w", r"&:\w", r"& \*"):
        assert len(re.findall(nested, minified)) == len(re.findall(nested, bare)), nested


@pytest.mark.parametrize("part", sorted(path.stem for path in SOURCES.glob("*.css")))
def test_no_source_has_a_space_the_minifier_would_eat(part: str):
    # `.a :focus` would become `.a:focus`, another rule; it is written `.a *:focus`.
    source = (SOURCES / f"{part}.css").read_text("utf-8")
    assert re.findall(r"[\w\])] :[a-z-]+[^;{}]*\{", re.sub(r"/\*.*?\*/", "", source)) == []


def test_every_source_is_in_a_bundle():
    bundled = {part for parts in BUNDLES.values() for part in parts}
    assert bundled == {path.stem for path in SOURCES.glob("*.css")}


def test_no_style_calls_another_machine():
    assert all(b"url(" not in bundle(name) and b"@import" not in bundle(name) for name in BUNDLES)


def test_the_finder_shows_the_bundles_and_nothing_else():
    found = finders.find("ui/site.css")
    assert found is not None
    assert Path(found).read_bytes() == bundle("ui/site.css")
    assert finders.find("ui/nothing.css") is None
    assert finders.find("ui/desk.css", find_all=True) == [finders.find("ui/desk.css")]


def test_collectstatic_gathers_the_bundles(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    }
    call_command("collectstatic", "--noinput", verbosity=0)
    assert (tmp_path / "ui/site.css").read_bytes() == bundle("ui/site.css")
    assert len(list((tmp_path / "ui").glob("site.????????????.css.gz"))) == 1
