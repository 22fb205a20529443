"""Questions one can ask about a person's thread with the city."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Q, QuerySet

from parvis.kernel import clock
from parvis.kernel.declarations import Notice, notices, topics
from parvis.kernel.facts import Delivered, facts_by_id
from parvis.relation.models import DemoMail, Preference, TimelineEntry

PAGE = 20
MAILED = "mailed"
DEMO_MAILS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the timeline, in the active language; `cursor` is the next page's `before`.

    `url` is a path of this site, "" for none; `icon` names an icon of the ui; `tone` is "", "ok",
    "warn" or "urgent".
    """

    id: uuid.UUID
    fact_id: uuid.UUID
    topic: str
    topic_label: str
    happened_at: dt.datetime
    title: str
    body: str
    url: str
    icon: str
    tone: str
    mailed: bool
    is_read: bool
    cursor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """The entries of one month of the city's calendar, newest first."""

    first_day: dt.date
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicChoice:
    """A topic of which something is mailed, and whether this person wants it."""

    key: str
    label: str
    mail: bool


def timeline(
    *,
    person_id: uuid.UUID,
    now: dt.datetime,
    limit: int = PAGE,
    before: str = "",
    only: str = "",
) -> list[Entry]:
    """Return what happened to a person, newest first, in the active language.

    `before` is the cursor of the last entry already seen; `only` is "" for all, "mailed" for what
    was also sent by mail, or the key of a topic. Notices with nothing to say any more are left out.
    """
    rows = _only(TimelineEntry.objects.filter(person_id=person_id, happened_at__lte=now), only)
    last = _row_of(person_id, before)
    entries: list[Entry] = []
    while len(entries) < limit:
        batch = list((_after(rows, last) if last else rows)[:limit])
        entries.extend(_told(batch))
        if len(batch) < limit:
            break
        last = batch[-1]
    return entries[:limit]


def months(entries: Sequence[Entry]) -> list[Month]:
    """Group entries, already newest first, by month of the city's calendar."""
    return [
        Month(first_day=first_day, entries=tuple(group))
        for first_day, group in groupby(
            entries, key=lambda entry: clock.city_day(entry.happened_at).replace(day=1)
        )
    ]


def unread_count(*, person_id: uuid.UUID) -> int:
    """Return how many entries the person has not marked as read."""
    return TimelineEntry.objects.filter(person_id=person_id, read_at=None).count()


def topic_labels() -> dict[str, str]:
    """Return the label of every declared topic, in the active language."""
    return {topic.key: str(topic.label) for topic in topics}


def mail_choices(person_id: uuid.UUID) -> list[TopicChoice]:
    """Return every topic of which something is mailed, with the person's choice."""
    mailed = {notice.topic for notice in notices if notice.mail}
    refused = set(
        Preference.objects.filter(person_id=person_id, mail=False).values_list("topic", flat=True)
    )
    return [
        TopicChoice(key=key, label=label, mail=key not in refused)
        for key, label in topic_labels().items()
        if key in mailed
    ]


def who_wants_mail(person_ids: Iterable[uuid.UUID], *, topic: str) -> set[uuid.UUID]:
    """Return those of these persons who did not stop a topic, in one query."""
    asked = set(person_ids)
    refused = Preference.objects.filter(person_id__in=asked, topic=topic, mail=False)
    return asked - set(refused.values_list("person_id", flat=True))


def demo_mails(*, to: str = "") -> QuerySet[DemoMail]:
    """Return the mails of the demonstration, newest first, perhaps only those to one address."""
    rows = DemoMail.objects.order_by("-id")
    return (rows.filter(recipient__iexact=to) if to else rows)[:DEMO_MAILS]


def _only(rows: QuerySet[TimelineEntry], only: str) -> QuerySet[TimelineEntry]:
    rows = rows.order_by("-happened_at", "-public_id")
    if only == MAILED:
        return rows.filter(mailed=True)
    return rows.filter(topic=only) if only else rows


def _row_of(person_id: uuid.UUID, cursor: str) -> TimelineEntry | None:
    try:
        public_id = uuid.UUID(cursor)
    except ValueError:
        return None
    return TimelineEntry.objects.filter(person_id=person_id, public_id=public_id).first()


def _after(rows: QuerySet[TimelineEntry], last: TimelineEntry) -> QuerySet[TimelineEntry]:
    return rows.filter(
        Q(happened_at__lt=last.happened_at)
        | Q(happened_at=last.happened_at, public_id__lt=last.public_id)
    )


def _told(batch: list[TimelineEntry]) -> list[Entry]:
    facts = facts_by_id([row.fact_id for row in batch])
    declared = {notice.key: notice for notice in notices}
    labels = topic_labels()
    found = []
    for row in batch:
        notice, delivered = declared.get(row.notice_key), facts.get(row.fact_id)
        # A notice or a fact that this version no longer knows has nothing to say.
        entry = _entry(row, notice, delivered, labels) if notice and delivered else None
        if entry:
            found.append(entry)
    return found


def _entry(
    row: TimelineEntry, notice: Notice, delivered: Delivered, labels: dict[str, str]
) -> Entry | None:
    told = notice.tell(delivered, row.person_id)
    if told is None:
        return None
    return Entry(
        id=row.public_id,
        fact_id=row.fact_id,
        topic=row.topic,
        topic_label=labels.get(row.topic, row.topic),
        happened_at=row.happened_at,
        title=told.title,
        body=told.body,
        url=told.url,
        icon=told.icon,
        tone=told.tone,
        mailed=row.mailed,
        is_read=row.read_at is not None,
        cursor=str(row.public_id),
    )
