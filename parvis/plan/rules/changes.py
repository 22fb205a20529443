"""What changed between two texts, word by word, and between two versions, section by section."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from parvis.plan.rules.sections import Piece, SectionView, typeset

# A word, or a run of anything else: the cut loses no character.
_WORDS = re.compile(r"\w+|\s+|[^\w\s]")

State = Literal["same", "changed", "added", "removed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionChange:
    """A section in two versions: its words in pieces, and where it stood if it moved."""

    section: SectionView
    state: State
    title: tuple[Piece, ...]
    text: tuple[Piece, ...]
    moved_from: str = ""


def changed_words(old: str, new: str) -> tuple[Piece, ...]:
    """Return both texts as one: kept and removed pieces are the old one, kept and added the new."""
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    pieces: list[Piece] = []
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(
        None, before, after, autojunk=False
    ).get_opcodes():
        if tag == "equal":
            pieces.append(Piece(kind="same", text="".join(before[i1:i2])))
            continue
        if i1 < i2:
            pieces.append(Piece(kind="removed", text="".join(before[i1:i2])))
        if j1 < j2:
            pieces.append(Piece(kind="added", text="".join(after[j1:j2])))
    return tuple(_with_joints(pieces))


def _with_joints(pieces: Sequence[Piece]) -> list[Piece]:
    """Join changes that only a space keeps apart, so that a changed phrase reads as one."""
    joined: list[Piece] = []
    for rank, piece in enumerate(pieces):
        lone_space = piece.kind == "same" and not piece.text.strip() and 0 < rank < len(pieces) - 1
        kinds: tuple[Literal["removed", "added"], ...] = ("removed", "added")
        if lone_space:
            joined.extend(Piece(kind=kind, text=piece.text) for kind in kinds)
        else:
            joined.append(piece)
    return _gathered(joined)


def _gathered(pieces: Sequence[Piece]) -> list[Piece]:
    """Put together, between two kept pieces, all that is removed, then all that is added."""
    result: list[Piece] = []
    removed, added = "", ""
    for piece in (*pieces, Piece(kind="same", text="")):
        if piece.kind == "removed":
            removed += piece.text
        elif piece.kind == "added":
            added += piece.text
        else:
            result.extend(Piece(kind="removed", text=t) for t in (removed,) if t)
            result.extend(Piece(kind="added", text=t) for t in (added,) if t)
            result.extend(p for p in (piece,) if p.text)
            removed, added = "", ""
    return result


def changes_between(
    old: Sequence[SectionView], new: Sequence[SectionView]
) -> tuple[SectionChange, ...]:
    """Return every section of both versions, in the new order; what was removed keeps its place."""
    before = {section.number: section for section in old}
    after = {section.number: section for section in new}
    changes = [_change(before.get(section.number), section) for section in new]
    place = {change.section.number: rank for rank, change in enumerate(changes)}
    for rank, section in enumerate(old):
        if section.number in after:
            continue
        neighbour = old[rank - 1].number if rank else ""
        at = place[neighbour] + 1 if neighbour else 0
        changes.insert(at, _removed(section))
        place = {change.section.number: rank for rank, change in enumerate(changes)}
    return tuple(changes)


def _set(section: SectionView, text: str) -> str:
    return typeset(text, section.language)


def _change(before: SectionView | None, after: SectionView) -> SectionChange:
    if before is None:
        return SectionChange(
            section=after,
            state="added",
            title=(Piece(kind="added", text=_set(after, after.title)),),
            text=(Piece(kind="added", text=_set(after, after.text)),),
        )
    same = (before.title, before.text) == (after.title, after.text)
    return SectionChange(
        section=after,
        state="same" if same and before.axis_ref == after.axis_ref else "changed",
        title=changed_words(_set(before, before.title), _set(after, after.title)),
        text=changed_words(_set(before, before.text), _set(after, after.text)),
        moved_from=before.axis_ref if before.axis_ref != after.axis_ref else "",
    )


def _removed(section: SectionView) -> SectionChange:
    return SectionChange(
        section=section,
        state="removed",
        title=(Piece(kind="removed", text=_set(section, section.title)),),
        text=(Piece(kind="removed", text=_set(section, section.text)),),
    )
