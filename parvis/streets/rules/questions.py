"""What more is asked about a report, and which answers are answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

STRING, TEXT, NUMBER, DATETIME = "string", "text", "number", "datetime"
SINGLE, MULTIPLE = "singlevaluelist", "multivaluelist"
LONGEST = {STRING: 200, TEXT: 2000}
Answer = str | list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question: the keys of its list, and those after which the report is not the City's."""

    code: str
    datatype: str
    keys: tuple[str, ...] = ()
    is_required: bool = False
    stops_on: frozenset[str] = frozenset()


def tidied(questions: Sequence[Asked], given: Mapping[str, Answer]) -> dict[str, Answer]:
    """Return the answers to these questions alone, without what is empty."""
    answers: dict[str, Answer] = {}
    for one in questions:
        said = given.get(one.code, "")
        if one.datatype == MULTIPLE:
            several = [said] if isinstance(said, str) else said
            kept: Answer = [value.strip() for value in several if value.strip()]
        else:
            kept = (said if isinstance(said, str) else next(iter(said), "")).strip()
        if kept:
            answers[one.code] = kept
    return answers


def why_not_answered(question: Asked, answer: Answer) -> str:
    """Return "" if this answers the question, else why not, or why the report ends here.

    "question_unanswered", "answer_unknown" for what is in no list, is no number or no moment,
    "answer_too_long"; "not_ours" after an answer that sends people elsewhere.
    """
    if not answer:
        return "question_unanswered" if question.is_required else ""
    said = [answer] if isinstance(answer, str) else answer
    if question.datatype in LONGEST:
        return "answer_too_long" if len(said[0]) > LONGEST[question.datatype] else ""
    if not all(_is_one(question, value) for value in said):
        return "answer_unknown"
    return "not_ours" if question.stops_on.intersection(said) else ""


def _is_one(question: Asked, value: str) -> bool:
    if question.datatype in {SINGLE, MULTIPLE}:
        return value in question.keys
    try:
        if question.datatype == NUMBER:
            return abs(float(value.replace(",", "."))) != float("inf")
        dt.datetime.fromisoformat(value)
    except ValueError:
        return False
    return True
