"""The columns of the CSV export, each with what it means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table and what it holds."""

    name: str
    meaning: Any


_OF = Column("contribution_id", _("The contribution this row belongs to."))
_ORIGIN = Column("origin_ref", _("Its number on the platform it comes from, for archives."))
_AUTHOR = Column("author", _("The name its author chose to show."))
_ASSOCIATION = Column("association", _("The association in whose name it was written, if any."))
_CREATED = Column("created_at", _("When it was published, in universal time."))
_BODY = Column("body", _("The text."))

COLUMNS: dict[str, tuple[Column, ...]] = {
    "contributions": (
        Column("id", _("Permanent identifier.")),
        _ORIGIN,
        Column("kind", _("comment, complement, measure or article.")),
        Column("section_ref", _("The section of the text it is about.")),
        Column("branch_ref", _("The part of the text that section belongs to.")),
        _AUTHOR,
        _ASSOCIATION,
        Column("arrondissement", _("The arrondissement its author chose to show.")),
        Column("title", _("Its title.")),
        _BODY,
        Column("body_format", _("text, or html for archives.")),
        Column("set_aside", _("Whether the platform of an archive had put it aside.")),
        _CREATED,
        Column("edited_at", _("When its author last changed it.")),
        Column("votes_ok", _("People who support it or agree.")),
        Column("votes_mixed", _("People of mixed opinion.")),
        Column("votes_not_ok", _("People who disagree.")),
        Column("arguments_for", _("Number of arguments for it.")),
        Column("arguments_against", _("Number of arguments against it.")),
        Column("replies", _("Number of replies.")),
        Column("sources", _("Number of sources.")),
        Column("answered_at", _("When the City answered.")),
        Column("answer_stance", _("adopted, partly, not_adopted or noted.")),
    ),
    "remarks": (
        Column("id", _("Permanent identifier.")),
        _OF,
        Column("reply_to", _("The remark it replies to.")),
        _ORIGIN,
        Column("stance", _("for, against, or empty for a reply.")),
        _AUTHOR,
        _ASSOCIATION,
        _BODY,
        _CREATED,
        Column("supports", _("People who support it.")),
    ),
    "sources": (
        Column("id", _("Permanent identifier.")),
        _OF,
        _ORIGIN,
        Column("title", _("Its title.")),
        Column("link", _("Its address on the web.")),
        Column("category", _("What kind of document it is.")),
        _AUTHOR,
        _BODY,
        _CREATED,
        Column("votes", _("People who found it useful.")),
    ),
    "answers": (
        Column("id", _("Permanent identifier.")),
        _OF,
        Column("stance", _("adopted, partly, not_adopted or noted.")),
        _BODY,
        Column("section_ref", _("The section of the text that the answer changes.")),
        Column("no_change_reason", _("Why it changes none.")),
        Column("by", _("Who answered for the City.")),
        Column("answered_at", _("When the City answered.")),
        Column("revised_at", _("When the answer was last revised.")),
        Column("version", _("1, and one more for each revision.")),
    ),
    "revisions": (
        _OF,
        Column("number", _("1 for the text first published.")),
        Column("title", _("Its title.")),
        _BODY,
        Column("written_at", _("When this version was published.")),
    ),
}


def csv_columns(table: str) -> list[tuple[str, str]]:
    """Return the columns of a table and what each means, in the active language."""
    return [(column.name, str(column.meaning)) for column in COLUMNS[table]]
