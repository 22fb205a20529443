"""Everything deliberation keeps about one person, for that person."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from parvis.deliberation.models import Contribution, Draft, Flag, Follow, Remark, Revision, Support

Row = dict[str, Any]


def kept_about(person_id: uuid.UUID) -> list[Row]:
    """Return what a person wrote, voted, followed, flagged or began, as JSON can hold it."""
    mine, person = {"author_id": person_id}, {"person_id": person_id}
    of = "contribution__public_id"
    remark_of = "remark__public_id"
    return [
        *_rows("contribution", Contribution.objects.filter(**mine).values(
            "public_id", "consultation__slug", "kind", "section_ref", "title", "body", "district",
            "state", "created_at", "edited_at",
        )),
        *_rows("former version", Revision.objects.filter(contribution__author_id=person_id).values(
            of, "number", "title", "body", "written_at",
        )),
        *_rows("remark", Remark.objects.filter(**mine).values(
            "public_id", of, "stance", "body", "state", "created_at",
        )),
        *_rows("vote", Support.objects.filter(**person).values(
            of, remark_of, "opinion", "given_at",
        )),
        *_rows("followed", Follow.objects.filter(**person).values(of, "followed_at")),
        *_rows("flag", Flag.objects.filter(**person).values(
            of, remark_of, "reason", "comment", "flagged_at",
        )),
        *_rows("draft", Draft.objects.filter(**person).values(
            "public_id", "consultation__slug", "kind", "section_ref", "title", "body", "saved_at",
        )),
    ]  # fmt: skip


def _rows(what: str, rows: Iterable[Mapping[str, Any]]) -> list[Row]:
    return [{"what": what, **{name: _plain(value) for name, value in row.items()}} for row in rows]


def _plain(value: Any) -> Any:
    if isinstance(value, int | str | None):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
