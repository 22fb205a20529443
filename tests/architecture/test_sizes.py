"""Small pieces: functions, files and views stay within what a person reads at once."""

from __future__ import annotations

import ast

import pytest

from config.environment import ROOT

SOURCES = sorted(
    path
    for folder in ("parvis", "config", "architecture", "tests", "bench")
    for path in (ROOT / folder).rglob("*.py")
    if "migrations" not in path.parts
)
VIEW_ROOMS = {"views", "desk", "api"}


def functions(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def lines_of(function):
    """Count the lines of a function without its decorators and docstring."""
    body = function.body
    if ast.get_docstring(function) is not None:
        body = body[1:]
    if not body:
        return 0
    return body[-1].end_lineno - body[0].lineno + 1


def named(path):
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", SOURCES, ids=named)
def test_a_file_has_at_most_400_lines(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


@pytest.mark.parametrize("path", SOURCES, ids=named)
def test_a_function_has_at_most_40_lines(path):
    long = {f.name: f.end_lineno - f.lineno + 1 for f in functions(path)}
    assert {name: lines for name, lines in long.items() if lines > 40} == {}


def is_view(function):
    arguments = function.args.args
    return bool(arguments) and arguments[0].arg == "request" and not function.name.startswith("_")


@pytest.mark.parametrize(
    "path",
    [p for p in SOURCES if VIEW_ROOMS & {p.stem, *p.parts} and "tests" not in p.parts],
    ids=named,
)
def test_a_view_has_at_most_15_lines(path):
    long = {f.name: lines_of(f) for f in functions(path) if is_view(f)}
    assert {name: lines for name, lines in long.items() if lines > 15} == {}


def test_no_file_is_called_utils():
    assert [named(p) for p in SOURCES if "util" in p.stem or "helpers" in p.stem] == []
