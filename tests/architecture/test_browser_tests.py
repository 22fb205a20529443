"""A test in the browser waits for what it asks about: pages are judged by `expect`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from config.environment import ROOT

ASKED = frozenset(
    f"is_{state}" for state in ("visible", "hidden", "checked", "enabled", "disabled", "editable")
)
"""What a page is asked whether it is; `expect` asks again until it is."""
READ = frozenset(
    {
        "all_inner_texts",
        "all_text_contents",
        "content",
        "count",
        "get_attribute",
        "inner_html",
        "inner_text",
        "input_value",
        "text_content",
        "title",
    }
)
"""What is read off a page as it stands at that moment, which may still be the one before."""
_BROWSER = ("playwright", "pytest.mark.journey")


def browser_tests() -> dict[str, str]:
    """Return the files that ask something of a browser, with their text."""
    files = [*ROOT.glob("tests/**/*.py"), *ROOT.glob("parvis/*/test*/**/*.py")]
    files += ROOT.glob("parvis/*/testing*.py")
    told = {str(path.relative_to(ROOT)): path.read_text("utf-8") for path in files}
    return {
        name: text
        for name, text in told.items()
        if any(word in text for word in _BROWSER) and not name.startswith("tests/architecture/")
    }


def asked_once(source: str) -> list[int]:
    """Return the lines that decide by what a page is at one moment: whatever asks it whether it is
    visible and the like, and each `assert` on what was read off it, there, into a name before, or
    by a function of the same file."""
    tree = ast.parse(source)
    known = _names_of_what_was_read(tree)
    calls = (one for one in ast.walk(tree) if isinstance(one, ast.Call))
    lines = {one.lineno for one in calls if _is_call_of(one, ASKED)}
    for one in ast.walk(tree):
        if isinstance(one, ast.Assert) and (_is_read(one.test) or _named(one.test) & known):
            lines.add(one.lineno)
    return sorted(lines)


def _is_read(expression: ast.AST) -> bool:
    # What runs through a list are answers and requests, which have an address for good.
    listed = {
        name.id
        for one in ast.walk(expression)
        if isinstance(one, ast.comprehension)
        for name in ast.walk(one.target)
        if isinstance(name, ast.Name)
    }
    return any(_is_call_of(one, READ) or _is_url(one, listed) for one in ast.walk(expression))


def _is_call_of(node: ast.AST, names: frozenset[str]) -> bool:
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
        return False
    # Rows of the database are counted as well, and do not change by themselves.
    is_row = "objects" in {one.attr for one in ast.walk(node) if isinstance(one, ast.Attribute)}
    return node.func.attr in names and not is_row


def _is_url(node: ast.AST, listed: set[str]) -> bool:
    if not (isinstance(node, ast.Attribute) and node.attr == "url"):
        return False
    return isinstance(node.value, ast.Name) and node.value.id not in listed


def _is_only_read(expression: ast.AST) -> bool:
    """Tell whether something was read, and at most tidied since: what is made of it is no page."""
    while isinstance(expression, ast.Call) and isinstance(expression.func, ast.Attribute):
        if _is_call_of(expression, READ):
            return True
        expression = expression.func.value
    return _is_url(expression, set())


def _names_of_what_was_read(tree: ast.AST) -> set[str]:
    return {name for one in ast.walk(tree) for name in _given_what_was_read(one)}


def _given_what_was_read(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Assign) and _is_only_read(node.value):
        yield from (one.id for one in node.targets if isinstance(one, ast.Name))
    if isinstance(node, ast.FunctionDef):
        returned = (one.value for one in ast.walk(node) if isinstance(one, ast.Return))
        if any(value is not None and _is_only_read(value) for value in returned):
            yield node.name


def _named(expression: ast.AST) -> set[str]:
    return {one.id for one in ast.walk(expression) if isinstance(one, ast.Name)}


def test_no_test_decides_by_what_a_page_is_at_one_moment():
    found = {name: asked_once(text) for name, text in browser_tests().items()}
    assert {name: lines for name, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    "line",
    [
        "assert page.get_by_text('2 of 3').is_visible()",
        "assert not page.locator('#queue').is_visible()",
        "if page.is_hidden('#queue'): pass",
        "assert 'Done' in page.locator('main').inner_text()",
        "assert page.inner_text('h1') == 'Figures'",
        "assert page.locator('li').count() == 2",
        "assert page.url.endswith('/mine/')",
        "assert page.title() == 'Mine'",
        "assert '{' in page.content()",
        "assert page.locator('#a').input_value() == '3'",
        "told = page.locator('main').inner_text()\nassert 'Done' in told",
        "def told(page):\n    return page.inner_text('main')\nassert 'Done' in told(page)",
    ],
)
def test_what_asks_once_is_found(line: str):
    assert asked_once(line) != []


@pytest.mark.parametrize(
    "line",
    [
        "expect(page.get_by_text('2 of 3')).to_be_visible()",
        "assert Step.objects.filter(door='offline').count() == 2",
        "assert row.title == 'Mine'",
        "assert found, f'{page.url} asks again'",
        "name = page.locator('#client-id').inner_text()\npage.fill('#id', name)",
        "key = admit(page.locator('#key').inner_text())\nassert key.name == 'Ramen'",
        "assert {one.url for one in answers} == {'/'}",
    ],
)
def test_what_waits_or_asks_nothing_of_a_page_passes(line: str):
    assert asked_once(line) == []


def test_there_are_tests_in_the_browser_to_judge():
    assert len(browser_tests()) > 20
