"""From rows to what neighbours see, with the names of people asked for once per page."""

from __future__ import annotations

import html
import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from parvis.account.public import persons
from parvis.deliberation.models import Answer, Contribution
from parvis.deliberation.models.choices import AnswerStance, BodyFormat, Kind, State
from parvis.deliberation.queries.shapes import (
    AnswerView,
    Author,
    ContributionRow,
    Piece,
    Tally,
)
from parvis.deliberation.rules import texts

_TAG = re.compile(r"<[^>]*>")
UNUSED_BY_LISTS = ("search", "extras", "form_token")
Names = Mapping[uuid.UUID, str]


class Signed(Protocol):
    """A text with an author."""

    author_id: uuid.UUID | None
    author_name: str
    association: str


def names(person_ids: Iterable[uuid.UUID | None]) -> Names:
    """Return how each person wants to be called, in one query, or none for nobody."""
    wanted = {person_id for person_id in person_ids if person_id is not None}
    if not wanted:
        return {}
    return {person.id: person.usual_name for person in persons(wanted).values()}


def author(text: Signed, known: Names) -> Author:
    """Return the author of a text; an archive's keeps the name it came with."""
    name = known.get(text.author_id, "") if text.author_id else text.author_name
    return Author(id=text.author_id, name=name, association=text.association)


def plain(body: str, body_format: str) -> str:
    """Return a body as plain text."""
    if body_format != BodyFormat.HTML:
        return body
    return html.unescape(_TAG.sub(" ", body))


def rows(
    found: Sequence[Contribution],
    *,
    excerpts: Mapping[int, tuple[Piece, ...]] | None = None,
    known: Names | None = None,
) -> list[ContributionRow]:
    """Return contributions as lists show them; their consultation must have been fetched with
    them.
    """
    if known is None:
        known = names(each.author_id for each in found)
    return [contribution_row(each, known, (excerpts or {}).get(each.pk)) for each in found]


def contribution_row(
    one: Contribution, known: Names, excerpt: tuple[Piece, ...] | None = None
) -> ContributionRow:
    """Return one contribution as lists show it; a withdrawn one says nothing any more."""
    withdrawn = one.state == State.WITHDRAWN
    if excerpt is None:
        excerpt = (Piece(text=texts.excerpt(plain(one.body, one.body_format))),)
    return ContributionRow(
        id=one.public_id,
        consultation=one.consultation.slug,
        kind=Kind(one.kind),
        section_ref=one.section_ref,
        branch_ref=one.branch_ref,
        title="" if withdrawn else one.title,
        excerpt=() if withdrawn else excerpt,
        author=author(one, known),
        district=one.district,
        state=State(one.state),
        set_aside=one.set_aside,
        created_at=one.created_at,
        edited_at=one.edited_at,
        answered_at=one.answered_at,
        tally=tally(one),
        arguments_for=one.for_count,
        arguments_against=one.against_count,
        replies=one.reply_count,
    )


def tally(one: Contribution) -> Tally:
    """Return how people voted, here and in the archive together."""
    return Tally(
        ok=one.ok_count + one.archived_ok,
        mixed=one.mixed_count + one.archived_mixed,
        not_ok=one.not_ok_count + one.archived_not_ok,
    )


def answer_view(answer: Answer, known: Names) -> AnswerView:
    """Return an answer; its contribution must have been fetched with it."""
    one = answer.contribution
    heading = one.title or texts.excerpt(plain(one.body, one.body_format), length=80)
    return AnswerView(
        id=answer.public_id,
        contribution_id=one.public_id,
        contribution_title="" if one.state == State.WITHDRAWN else heading,
        stance=AnswerStance(answer.stance),
        body=answer.body,
        section_ref=answer.section_ref,
        no_change_reason=answer.no_change_reason,
        by=official(answer.by_id, answer.by_name, known),
        answered_at=answer.answered_at,
        revised_at=answer.revised_at,
        version=answer.version,
    )


def official(person_id: uuid.UUID | None, name: str, known: Names) -> Author:
    """Return who answered for the city; the name given at the time stays when the account goes."""
    return Author(id=person_id, name=known.get(person_id, name) if person_id else name)
