"""Whoever looks at reports is written down, for those who made them to read."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable

from parvis.account.public import Person
from parvis.kernel import reading


def note_looks(
    voices: Iterable[tuple[uuid.UUID, uuid.UUID | None]], *, by: Person, now: dt.datetime
) -> None:
    """Write down which reports (their ids, and whose) an agent looks at; once an hour each."""
    seen = [
        reading.Reading(
            reader_ref=f"person:{by.id}",
            person_ref=f"person:{person_id}" if person_id else "",
            what="streets.report",
            object_ref=f"streets.report:{report_id}",
        )
        for report_id, person_id in voices
    ]
    reading.note(*seen, now=now)
