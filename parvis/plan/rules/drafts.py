"""A plan as it is about to be published: every language, checked, with a fingerprint."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from parvis.plan.rules.sections import SLUG, SOURCE_LANGUAGE, Kind, Language, kind_of

TITLE_MAX_LENGTH = 200
TEXT_MAX_LENGTH = 5000


class BadPlan(ValueError):
    """What was given cannot be a plan; the message says where and why, for who wrote it."""

    def __init__(self, where: str, why: str) -> None:
        super().__init__(f"{where}: {why}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionWords:
    """The words of a section in one language; `mark` is the commitment in `text`."""

    title: str
    text: str
    mark: str = ""
    translated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionDraft:
    """A section; its kind and its pillar are told by its number, its axis by `axis`."""

    number: str
    axis: str
    words: Mapping[Language, SectionWords]
    quoted: bool = True
    placed_by: str = ""

    @property
    def kind(self) -> Kind:
        """Return what the section is.

        :raises BadPlan: if the number is not one of ours
        """
        kind = kind_of(self.number)
        if kind is None:
            raise BadPlan(self.number, "not the number of a pillar, an axis or an action")
        return kind

    @property
    def pillar(self) -> str:
        """Return the number of the pillar."""
        return self.number[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanWords:
    """What a plan says of itself in one language."""

    title: str
    subtitle: str
    lead: str
    note: str
    source_title: str
    translated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanDraft:
    """A whole plan, its sections in reading order.

    :raises BadPlan: if a number is given twice, a section stands under nothing, a mark is not in
        its text, or the words in French are missing
    """

    slug: str
    horizon: int
    dated: dt.date
    words: Mapping[Language, PlanWords]
    sections: tuple[SectionDraft, ...]

    def __post_init__(self) -> None:
        if not re.fullmatch(SLUG, self.slug, re.ASCII):
            raise BadPlan(self.slug, "a plan's name is of small letters, figures and hyphens")
        if SOURCE_LANGUAGE not in self.words:
            raise BadPlan(self.slug, "the plan has no title in French")
        above: dict[str, str] = {}
        for section in self.sections:
            _check_place(section, above)
            _check_words(section)


def _check_place(section: SectionDraft, above: dict[str, str]) -> None:
    """Refuse a number given twice or a section before what it stands under; note it in `above`."""
    number, kind = section.number, section.kind
    if number in above:
        raise BadPlan(number, "given twice")
    if kind != "pillar" and above.get(section.pillar) != "pillar":
        raise BadPlan(number, "stands under no pillar")
    if kind == "action" and (above.get(section.axis) != "axis" or section.axis[0] != number[0]):
        raise BadPlan(number, "stands under no axis of its pillar")
    above[number] = kind


def _check_words(section: SectionDraft) -> None:
    if SOURCE_LANGUAGE not in section.words:
        raise BadPlan(section.number, "no words in French")
    for language, words in section.words.items():
        where = f"{section.number} ({language})"
        if not words.title.strip() or not words.text.strip():
            raise BadPlan(where, "no title or no text")
        if len(words.title) > TITLE_MAX_LENGTH or len(words.text) > TEXT_MAX_LENGTH:
            raise BadPlan(where, "too long")
        if words.mark not in words.text:
            raise BadPlan(where, "what is marked does not stand in the text")


def fingerprint(draft: PlanDraft) -> str:
    """Return the SHA-256 of a plan's content, in hexadecimal: equal for equal plans only."""
    content = json.dumps(
        dataclasses.asdict(draft), sort_keys=True, ensure_ascii=False, default=dt.date.isoformat
    )
    return hashlib.sha256(content.encode()).hexdigest()


def amended(
    draft: PlanDraft,
    *,
    number: str,
    words: Mapping[Language, SectionWords],
    note: Mapping[Language, str],
    dated: dt.date,
) -> PlanDraft:
    """Return the plan with the words of one section replaced; they are a quotation no more.

    A language that is not given again is left out for that section: its old words would now lie.

    :raises BadPlan: if the plan has no such section, or the words cannot be a section's
    """
    if number not in {section.number for section in draft.sections}:
        raise BadPlan(number, "the plan has no such section")
    return dataclasses.replace(
        draft,
        dated=dated,
        words={
            language: dataclasses.replace(said, note=note.get(language, note[SOURCE_LANGUAGE]))
            for language, said in draft.words.items()
        },
        sections=tuple(
            dataclasses.replace(section, words=words, quoted=False)
            if section.number == number
            else section
            for section in draft.sections
        ),
    )
