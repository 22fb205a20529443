"""How a file becomes a plan: the TOML a city keeps, beside the source whose words it quotes."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterator
from typing import Any

from parvis.plan.rules.drafts import BadPlan, PlanDraft, PlanWords, SectionDraft, SectionWords
from parvis.plan.rules.sections import SOURCE_LANGUAGE, Language

CUT = " […] "
_TRANSLATIONS: tuple[Language, ...] = ("en",)


def source_name(content: str) -> str:
    """Return the name of the file a plan's file quotes, "" if it quotes none.

    :raises BadPlan: if the content is not TOML
    """
    return str(_parsed(content).get("source", ""))


def read_plan(content: str, *, source: str) -> PlanDraft:
    """Return the plan a file describes; every quotation is looked up in `source`.

    :raises BadPlan: if the file is not TOML, lacks something, or misquotes the source
    """
    given = _parsed(content)
    try:
        return PlanDraft(
            slug=str(given["slug"]),
            horizon=int(given["horizon"]),
            dated=_date(given["dated"]),
            words=_plan_words(given),
            sections=tuple(_sections(given, source)),
        )
    except (KeyError, TypeError) as error:
        raise BadPlan("the file lacks something", str(error)) from error


def _parsed(content: str) -> dict[str, Any]:
    try:
        return tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        raise BadPlan("the file is not TOML", str(error)) from error


def _date(given: object) -> dt.date:
    if isinstance(given, dt.date):
        return given
    raise BadPlan(str(given), "not a date")


def _plan_words(given: dict[str, Any]) -> dict[Language, PlanWords]:
    words: dict[Language, PlanWords] = {SOURCE_LANGUAGE: PlanWords(**given[SOURCE_LANGUAGE])}
    for language in _TRANSLATIONS:
        if language in given:
            words[language] = PlanWords(**given[language], translated=True)
    return words


def _sections(given: dict[str, Any], source: str) -> Iterator[SectionDraft]:
    for pillar in given["pillar"]:
        yield _section(pillar, axis="", source=source)
        for axis in pillar.get("axis", ()):
            yield _section(axis, axis="", source=source)
            for action in axis.get("action", ()):
                yield _section(action, axis=axis["number"], source=source)


def _section(given: dict[str, Any], *, axis: str, source: str) -> SectionDraft:
    words: dict[Language, SectionWords] = {
        SOURCE_LANGUAGE: SectionWords(
            title=given[SOURCE_LANGUAGE]["title"],
            text=_quotation(given, source),
            mark=given.get("mark", ""),
        )
    }
    for language in _TRANSLATIONS:
        if language in given:
            words[language] = SectionWords(**given[language], translated=True)
    return SectionDraft(
        number=given["number"],
        axis=axis,
        words=words,
        quoted="quote" in given,
        placed_by=given.get("placed_by", ""),
    )


def _quotation(given: dict[str, Any], source: str) -> str:
    """Return the passages quoted, in the order of the source, or the section's own text."""
    if "quote" not in given:
        return str(given[SOURCE_LANGUAGE]["text"])
    after = 0
    for passage in given["quote"]:
        found = source.find(passage, after)
        if found < 0:
            raise BadPlan(given["number"], f"the source does not say, or not there: {passage}")
        after = found + len(passage)
    return CUT.join(given["quote"])
