"""What a run keeps of a file: what was read, what is wrong with it, what the gate found."""

from __future__ import annotations

from typing import Any

from parvis.kernel.errors import Refused
from parvis.opendata.actions import wording
from parvis.opendata.rules.disclosure import Finding
from parvis.opendata.rules.reading import Level, Problem, Reading, Unreadable


def read_as(read: Reading) -> dict[str, Any]:
    """Return what was read, with every kept error and note in both languages."""
    errors = [one for one in read.problems.kept if one.level is Level.ERROR]
    notes = [one for one in read.problems.kept if one.level is Level.NOTE]
    return {
        "file": dict(read.about),
        "rows": read.rows,
        "fields": read.schema.to_json(),
        "errors": {"count": read.problems.errors, "cells": [_cell(one) for one in errors]},
        "error_counts": [
            {"code": code, "column": column, "count": count}
            for (code, column), count in read.problems.by_column(Level.ERROR).items()
        ],
        "notes": [_cell(one) | {"count": one.count} for one in notes],
        "findings": [],
    }


def stopped_by(findings: list[Finding], approved: set[str]) -> list[dict[str, Any]]:
    """Return what the gate found, and which of it somebody has signed for."""
    return [_finding(one, approved=one.key in approved) for one in findings]


def unreadable(error: Unreadable) -> dict[str, Any]:
    """Return why a file is no table we can read."""
    return {"unreadable": {"code": error.code, "sentence": wording.why_unreadable(error)}}


def refused(refusal: Refused) -> dict[str, Any]:
    """Return why nothing came of it, in the language it was said in."""
    sentence = dict.fromkeys(wording.LANGUAGES, refusal.message)
    return {"refusal": {"code": refusal.code, "sentence": sentence}}


def _cell(one: Problem) -> dict[str, Any]:
    return {
        "code": one.code,
        "row": one.row,
        "column": one.column,
        "value": one.value,
        "sentence": wording.said(one),
    }


def _finding(one: Finding, *, approved: bool) -> dict[str, Any]:
    return {
        "key": one.key,
        "code": one.code,
        "field": one.field,
        "count": one.count,
        "rows": list(one.rows),
        "approved": approved,
        "sentence": wording.why_blocked(one),
    }
