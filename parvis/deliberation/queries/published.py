"""Contributions as the city publishes them: no names, nothing that was hidden or withdrawn."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape

from parvis.deliberation.models import Contribution
from parvis.deliberation.models.choices import AnswerStance, BodyFormat, Kind, Origin, State

_TAG = re.compile(r"<[^>]*>")
_BLANKS = re.compile(r"[^\S\n]+")
_CHUNK = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedContribution:
    """A contribution anybody may copy; `kind` and `stance` are what a resident reads."""

    id: uuid.UUID
    consultation: str
    consultation_title: str
    kind: str
    section_ref: str
    title: str
    body: str
    district: int | None
    created_at: dt.datetime
    edited_at: dt.datetime | None
    agree: int
    mixed: int
    disagree: int
    arguments_for: int
    arguments_against: int
    replies: int
    answered_at: dt.datetime | None
    stance: str


def published_contributions(
    ids: Sequence[uuid.UUID] | None = None,
) -> Iterator[PublishedContribution]:
    """Yield the public contributions with these ids, all if None, oldest first.

    Those of archives stay with the licence and the attribution of their archive, and are left out.
    """
    rows = Contribution.objects.filter(state=State.PUBLIC, consultation__origin=Origin.HERE)
    rows = rows.select_related("consultation", "answer")
    if ids is not None:
        rows = rows.filter(public_id__in=ids)
    rows = rows.defer("search", "form_token", "extras").order_by("created_at", "public_id")
    for row in rows.iterator(chunk_size=_CHUNK):
        yield _published(row)


def _published(row: Contribution) -> PublishedContribution:
    answer = getattr(row, "answer", None)
    return PublishedContribution(
        id=row.public_id,
        consultation=row.consultation.slug,
        consultation_title=row.consultation.title,
        kind=str(Kind(row.kind).label),
        section_ref=row.section_ref,
        title=row.title,
        body=row.body if row.body_format == BodyFormat.TEXT else _words(row.body),
        district=row.district,
        created_at=row.created_at,
        edited_at=row.edited_at,
        agree=row.ok_count + row.archived_ok,
        mixed=row.mixed_count + row.archived_mixed,
        disagree=row.not_ok_count + row.archived_not_ok,
        arguments_for=row.for_count,
        arguments_against=row.against_count,
        replies=row.reply_count,
        answered_at=row.answered_at,
        stance=str(AnswerStance(answer.stance).label) if answer else "",
    )


def _words(markup: str) -> str:
    """Return what a reader of this HTML reads, without the tags."""
    return _BLANKS.sub(" ", unescape(_TAG.sub(" ", markup))).strip()
