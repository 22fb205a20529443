"""Taking the order and the hour out of the register of votes, once a day is over."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import connection, transaction
from django.db.models import F

from parvis.kernel import register
from parvis.kernel.clock import city_day
from parvis.voting.models import DeskDay, PaperBox

_AT_ONCE = 1000  # lines: those who vote meanwhile wait about as long as for a page

# Lines that go and come back lie in the order drawn here, all under one transaction number. The
# ids are random, so those of each round came at any hour. Who changes a line meanwhile would find
# it gone: the lock lets nobody but readers in, and takes effect before anything is looked at.
_LOCK = "LOCK TABLE voting_roll.tick IN EXCLUSIVE MODE"
_MIX = """
WITH chosen AS (
    SELECT id FROM voting_roll.tick WHERE NOT told AND day < %(today)s AND id > %(after)s
    ORDER BY id LIMIT %(at_once)s
), gone AS (
    DELETE FROM voting_roll.tick t USING chosen WHERE t.id = chosen.id RETURNING t.*
), back AS (
    INSERT INTO voting_roll.tick SELECT * FROM gone ORDER BY gen_random_uuid() RETURNING id
)
SELECT id FROM back ORDER BY id DESC LIMIT 1
"""
_NO_REMINDER = """
DELETE FROM voting_roll.started s USING voting_roll.tick t
WHERE s.day < %(today)s AND t.poll = s.poll AND t.person_id = s.person_id
"""


def count_at_desk(box: PaperBox, *, agent_id: uuid.UUID, day: dt.date) -> None:
    """Count one more voter whom an agent ticked before a box, in the caller's transaction."""
    counted, is_new = DeskDay.objects.get_or_create(
        box=box, agent_id=agent_id, day=day, defaults={"ticks": 1}
    )
    if not is_new:
        DeskDay.objects.filter(pk=counted.pk).update(ticks=F("ticks") + 1)


def mix_register(*, now: dt.datetime) -> None:
    """Lay the lines of days that are over, and that nobody was told of yet, in an order nobody can
    tell; forget who began to vote of those who voted; write into the register of deeds how many
    each agent ticked. Voting goes on meanwhile. Once is enough, twice does no harm."""
    today = city_day(now)
    after: uuid.UUID | None = uuid.UUID(int=0)
    while after is not None:
        after = _mix_some(today, after)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_NO_REMINDER, {"today": today})
    _write_down_desk_days(today, now)


@transaction.atomic
def _mix_some(today: dt.date, after: uuid.UUID) -> uuid.UUID | None:
    """Mix the next lines by id; return the last id of them, None if there were none."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK)
        cursor.execute(_MIX, {"today": today, "after": after, "at_once": _AT_ONCE})
        found = cursor.fetchone()
    return found[0] if found else None


@transaction.atomic
def _write_down_desk_days(today: dt.date, now: dt.datetime) -> None:
    over = DeskDay.objects.select_for_update(of=("self",)).filter(day__lt=today)
    for one in over.select_related("box").order_by("day", "pk"):
        register.record(
            register.Entry(
                action="voting.ticked_at_desk",
                object_ref=f"voting.poll:{one.box.poll_id}",
                actor_ref=f"person:{one.agent_id}",
                recorded_at=now,
                details={"box": one.box.code, "day": one.day.isoformat(), "ticks": one.ticks},
            )
        )
        one.delete()
