"""What a mission asks of each thing, and which answers are answers."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

CHOICE, NUMBER, TEXT = "choice", "number", "text"
DATATYPES = (CHOICE, NUMBER, TEXT)
LONGEST_TEXT, LONGEST_WORDS, MOST_QUESTIONS, MOST_VALUES = 200, 200, 8, 20
LARGEST = 1e9
_CODE = re.compile(r"^[a-z][a-z0-9_]{0,39}$")
_LEAST_CHOICES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One answer one can choose, and what it is called."""

    key: str
    fr: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked; `tolerance` is how far two numbers may be apart and still agree."""

    code: str
    fr: str
    en: str
    datatype: str
    values: tuple[Choice, ...] = ()
    tolerance: float = 0
    is_required: bool = True


def read(told: Sequence[Mapping[str, Any]]) -> tuple[Question, ...]:
    """Return the questions a mission keeps."""
    return tuple(_question(one) for one in told)


def written(questions: Sequence[Question]) -> list[dict[str, Any]]:
    """Return questions as a mission keeps them."""
    return [
        {
            "code": one.code,
            "fr": one.fr,
            "en": one.en,
            "datatype": one.datatype,
            "values": [{"key": kept.key, "fr": kept.fr, "en": kept.en} for kept in one.values],
            "tolerance": one.tolerance,
            "required": one.is_required,
        }
        for one in questions
    ]


def why_not_asked(questions: Sequence[Question]) -> str:
    """Return "" if a mission may ask this, else why not.

    "no_question", "too_many_questions", "question_code" for one that is not a plain word or comes
    twice, "question_words", "question_datatype", "question_values", "question_tolerance";
    "none_required" where nobody would have to answer anything.
    """
    if not questions:
        return "no_question"
    if len(questions) > MOST_QUESTIONS:
        return "too_many_questions"
    if len({one.code for one in questions}) < len(questions):
        return "question_code"
    wrong = next((code for code in map(_why_not, questions) if code), "")
    if wrong:
        return wrong
    return "" if any(one.is_required for one in questions) else "none_required"


def tidied(question: Question, said: str) -> tuple[Any, str]:
    """Return an answer as it is kept, None for none, and "" or why it is not one.

    "question_unanswered", "answer_unknown" for what is in no list or is no number,
    "answer_too_long".
    """
    typed = " ".join(said.split())
    if not typed:
        return None, "question_unanswered" if question.is_required else ""
    if question.datatype == CHOICE:
        is_known = typed in {one.key for one in question.values}
        return (typed, "") if is_known else (None, "answer_unknown")
    if question.datatype == NUMBER:
        return _number(typed)
    return (None, "answer_too_long") if len(typed) > LONGEST_TEXT else (typed, "")


def _number(typed: str) -> tuple[Any, str]:
    try:
        number = float(typed.replace(",", "."))
    except ValueError:
        return None, "answer_unknown"
    if not math.isfinite(number) or abs(number) > LARGEST:
        return None, "answer_unknown"
    return (int(number) if number.is_integer() else number), ""


def _question(told: Mapping[str, Any]) -> Question:
    return Question(
        code=told["code"],
        fr=told["fr"],
        en=told["en"],
        datatype=told["datatype"],
        values=tuple(
            Choice(key=one["key"], fr=one["fr"], en=one["en"]) for one in told.get("values") or []
        ),
        tolerance=float(told.get("tolerance") or 0),
        is_required=bool(told.get("required", True)),
    )


def _why_not(one: Question) -> str:
    keys = [value.key for value in one.values]
    checks = (
        ("question_code", bool(_CODE.match(one.code))),
        ("question_words", all(0 < len(text) <= LONGEST_WORDS for text in (one.fr, one.en))),
        ("question_datatype", one.datatype in DATATYPES),
        ("question_values", one.datatype != CHOICE or _are_choices(keys)),
        ("question_tolerance", 0 <= one.tolerance <= LARGEST),
    )
    return next((code for code, is_right in checks if not is_right), "")


def _are_choices(keys: list[str]) -> bool:
    return (
        _LEAST_CHOICES <= len(keys) <= MOST_VALUES
        and len(set(keys)) == len(keys)
        and all(keys)
        and all(len(key) <= LONGEST_TEXT for key in keys)
    )
