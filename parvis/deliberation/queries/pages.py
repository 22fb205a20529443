"""Where consultations are read: a module above says it once, mails and searches ask here."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """How to find the page of a consultation (by slug) and of a contribution (by public id)."""

    consultation: Callable[[str], str]
    contribution: Callable[[uuid.UUID], str]
    drafts: Callable[[], str] | None = None


_told: list[Addresses] = []


def address_pages(
    *,
    consultation: Callable[[str], str],
    contribution: Callable[[uuid.UUID], str],
    drafts: Callable[[], str] | None = None,
) -> None:
    """Tell mails, the timeline and the search where things are read. The last one told counts."""
    _told[:] = [Addresses(consultation=consultation, contribution=contribution, drafts=drafts)]


def consultation_url(slug: str) -> str:
    """Return the path of a consultation's page, "" if no module shows it."""
    return _told[0].consultation(slug) if _told else ""


def contribution_url(contribution_id: uuid.UUID) -> str:
    """Return the path of a contribution's page, "" if no module shows it."""
    return _told[0].contribution(contribution_id) if _told else ""
