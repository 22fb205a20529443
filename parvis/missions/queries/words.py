"""What is asked and what was said, in the active language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language, gettext_lazy as _

from parvis.missions.models import Mission
from parvis.missions.rules import questions
from parvis.missions.rules.questions import Question

TONES = {"open": "line", "agreed": "ok", "disputed": "warn", "settled": "ok", "dropped": "line"}
WHY_ASIDE = {
    "too_far": _("from too far away: shown, not counted"),
    "own_find": _("who found a thing does not confirm it"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question as it is shown: its choices as (key, words)."""

    code: str
    label: str
    datatype: str
    choices: tuple[tuple[str, str], ...]
    is_required: bool


def asked(mission: Mission) -> list[Asked]:
    """Return the questions of a mission, in the active language."""
    return [_asked(one) for one in questions.read(mission.questions)]


def said(mission: Mission, values: Mapping[str, Any] | None) -> list[tuple[str, str]]:
    """Return answers as (question, answer), in the active language."""
    told = values or {}
    return [
        (_in_language(one.fr, one.en), _value(one, told[one.code]))
        for one in questions.read(mission.questions)
        if told.get(one.code) is not None
    ]


def in_a_line(mission: Mission, values: Mapping[str, Any] | None) -> str:
    """Return answers in one line."""
    return ", ".join(f"{question} {answer}" for question, answer in said(mission, values))


def published(mission: Mission, values: Mapping[str, Any] | None) -> str:
    """Return answers as data has them, in French: « L'arbre est-il là ? oui »."""
    told = values or {}
    return " ; ".join(
        f"{one.fr} {_french(one, told[one.code])}"
        for one in questions.read(mission.questions)
        if told.get(one.code) is not None
    )


def _asked(one: Question) -> Asked:
    return Asked(
        code=one.code,
        label=_in_language(one.fr, one.en),
        datatype=one.datatype,
        choices=tuple((kept.key, _in_language(kept.fr, kept.en)) for kept in one.values),
        is_required=one.is_required,
    )


def _value(question: Question, value: Any) -> str:
    words = {kept.key: _in_language(kept.fr, kept.en) for kept in question.values}
    return str(words.get(value, value))


def _french(question: Question, value: Any) -> str:
    return str({kept.key: kept.fr for kept in question.values}.get(value, value))


def _in_language(french: str, english: str) -> str:
    return french if (get_language() or "fr").startswith("fr") else english or french
