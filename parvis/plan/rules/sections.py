"""What a plan is made of as a reader meets it, and how its sections are named. Pure."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Literal

from parvis.kernel.typography import french

Kind = Literal["pillar", "axis", "action"]
Language = Literal["fr", "en"]

SOURCE_LANGUAGE: Language = "fr"
# Numbered as a law is: a number is given once, says what it names, and is never given again.
NUMBERS: dict[Kind, str] = {
    "pillar": r"[1-9]",
    "axis": r"[1-9]\.[A-Z]",
    "action": r"[1-9]\.[1-9][0-9]{0,2}",
}
ANY_NUMBER = r"[1-9](?:\.(?:[A-Z]|[1-9][0-9]{0,2}))?"
SLUG = r"[a-z0-9]+(?:-[a-z0-9]+)*"
_REF = re.compile(rf"plan:(?P<slug>{SLUG})/(?P<number>{ANY_NUMBER})", re.ASCII)
PARAGRAPH = "\n\n"


def plan_ref(slug: str) -> str:
    """Return the name by which other modules refer to a plan."""
    return f"plan:{slug}"


def section_ref(slug: str, number: str) -> str:
    """Return the name by which other modules refer to a section."""
    return f"plan:{slug}/{number}"


def parse_ref(ref: str) -> tuple[str, str] | None:
    """Return the plan's slug and the section's number, or None if the ref names no section."""
    match = _REF.fullmatch(ref)
    return (match["slug"], match["number"]) if match else None


def kind_of(number: str) -> Kind | None:
    """Return what a number names, or None if it is not one of ours."""
    for kind, pattern in NUMBERS.items():
        if re.fullmatch(pattern, number, re.ASCII):
            return kind
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of text and what it is: "same", "mark" (the commitment), "added" or "removed"."""

    kind: Literal["same", "mark", "added", "removed"]
    text: str


def marked(text: str, mark: str) -> tuple[Piece, ...]:
    """Return the text in pieces, the first `mark` in it set apart; joined they are the text."""
    before, found, after = text.partition(mark) if mark else (text, "", "")
    pieces = (
        Piece(kind="same", text=before),
        Piece(kind="mark", text=found),
        Piece(kind="same", text=after),
    )
    return tuple(piece for piece in pieces if piece.text)


def typeset(text: str, language: Language) -> str:
    """Return the text with the typography of its language; before it is cut, never after."""
    return french(text) if language == "fr" else text


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionView:
    """One section of a plan as one language reads it.

    `ref` never changes nor is given again, whatever a later version says. `text` is the source's
    own words where `quoted`, `mark` the part of it that is the commitment. `language` is that of
    the words, French where no translation exists. `placed_by` is "parvis" where the source does
    not say to which pillar the section belongs. `url` is a path on this site. `removed_in` is the
    number of the version that left the section out, None while it stands.
    """

    ref: str
    number: str
    kind: Kind
    title: str
    text: str
    mark: str
    quoted: bool
    translated: bool
    language: Language
    pillar_ref: str
    axis_ref: str
    placed_by: str
    url: str
    removed_in: int | None = None

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """Return the text as it is printed, the commitment set apart."""
        return marked(typeset(self.text, self.language), typeset(self.mark, self.language))

    @property
    def says_more(self) -> bool:
        """Tell whether the text says something else than the title."""
        return self.text.casefold() != self.title.casefold()

    @property
    def anchor(self) -> str:
        """Return the id of the section on the page of the plan."""
        return "s" + self.number.replace(".", "-").lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class AxisView:
    """An axis and its actions, in order."""

    section: SectionView
    actions: tuple[SectionView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PillarView:
    """A pillar and its axes, in order; a pillar to which the text gives no action has none."""

    section: SectionView
    axes: tuple[AxisView, ...]

    @property
    def actions(self) -> tuple[SectionView, ...]:
        """Return the actions of every axis, in order."""
        return tuple(action for axis in self.axes for action in axis.actions)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanView:
    """One published version of a plan as one language reads it."""

    ref: str
    slug: str
    title: str
    subtitle: str
    lead: str
    note: str
    language: Language
    translated: bool
    horizon: int
    version: int
    dated: dt.date
    published_at: dt.datetime
    source_title: str
    fingerprint: str
    pillars: tuple[PillarView, ...]
    url: str

    @property
    def actions(self) -> tuple[SectionView, ...]:
        """Return every action, in the order of the plan."""
        return tuple(action for pillar in self.pillars for action in pillar.actions)

    @property
    def sections(self) -> tuple[SectionView, ...]:
        """Return every section, in reading order: a pillar, its axes, each with its actions."""
        found: list[SectionView] = []
        for pillar in self.pillars:
            found.append(pillar.section)
            for axis in pillar.axes:
                found.extend((axis.section, *axis.actions))
        return tuple(found)
