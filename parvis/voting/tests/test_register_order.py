"""The register of votes the day after: no order, no hour, and no line lost on the way."""

from __future__ import annotations

import datetime as dt
import json
import math
import random
import re
import statistics
import uuid

import pytest
from django.db import DatabaseError, connection, transaction

from parvis.kernel import register
from parvis.kernel.errors import Refused
from parvis.kernel.testing import at_once
from parvis.voting import tasks
from parvis.voting.actions import mixing, paper, telling
from parvis.voting.models import DeskDay, Started, Tick
from parvis.voting.testing import BORN, CITY, NOON, REF, a_vote, an_elector, an_open_poll, someone
from parvis.voting.tests import attacker

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE, BOX = 240, "mairie-11"
MINUTE, DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)
LUCK = 5  # standard deviations: beyond it once in two million
_HOUR = re.compile(r"\d[T ]\d\d:\d\d")
_AS_IT_LIES = "SELECT xmin::text::bigint, person_id FROM voting_roll.tick ORDER BY ctid"
_GONE_AND_BACK = """
WITH gone AS (DELETE FROM voting_roll.tick RETURNING *)
INSERT INTO voting_roll.tick
SELECT id, poll, contest, person_tag, person_id, day, channel, box, {told} FROM gone
"""


def name(rank: int) -> str:
    return "Elector" + str(rank).translate(str.maketrans("0123456789", "abcdefghij"))


def people_come(count: int = PEOPLE) -> list[uuid.UUID]:
    """Let people vote one after another, every third on paper; return them in that order."""
    an_open_poll()
    agent = someone("Bachir", "agent")
    paper.add_box(ref=REF, code=BOX, place="Mairie du 11e", by=agent, now=NOON)
    came = [uuid.uuid4() for _ in range(count)]
    for rank, person in enumerate(came):
        now = NOON + MINUTE * rank / 2
        telling.note_started(ref=REF, person_id=person, now=now)
        if rank % 3:
            a_vote(name(rank), person_id=person, now=now)
        else:
            elector = an_elector(name(rank), person_id=person, contests=(CITY,))
            paper.hand_out(born_on=BORN, ref=REF, elector=elector, box=BOX, by=agent, now=now)
    return came


def lies() -> tuple[list[uuid.UUID], list[uuid.UUID]]:
    """Return who stands in the register as their lines lie on the disk, and by transaction."""
    with connection.cursor() as cursor:
        cursor.execute(_AS_IT_LIES)
        rows = cursor.fetchall()
    by_transaction = sorted(rows, key=lambda row: row[0])
    return [person for _xmin, person in rows], [person for _xmin, person in by_transaction]


def likeness(came: list[uuid.UUID], found: list[uuid.UUID]) -> float:
    """Return how alike two orders are, from -1 to 1 (Spearman's rank correlation)."""
    rank = {person: n for n, person in enumerate(came)}
    return statistics.correlation(range(len(found)), [rank[person] for person in found])


def hours_beside_ticks() -> list[str]:
    """Return every moment finer than a day in a row that the transaction of a tick wrote."""
    loot = attacker.Loot()
    loot.take()
    ticked = {row.xmin for row in loot.of("tick")}
    beside = [row for row in loot.rows.values() if row.xmin in ticked]
    return [json.dumps(row.content) for row in beside if _HOUR.search(json.dumps(row.content))]


def test_the_day_after_nobody_can_tell_in_which_order_people_came():
    came = people_come()
    for order in lies():
        assert likeness(came, order) == pytest.approx(1), "the attack finds an order"
    mixing.mix_register(now=NOON)
    assert likeness(came, lies()[0]) == pytest.approx(1), "the day is not over"
    before = sorted(Tick.objects.values_list())
    mixing.mix_register(now=NOON + DAY)
    assert sorted(Tick.objects.values_list()) == before
    telling.tell_registered(now=NOON + DAY)
    for order in lies():
        assert sorted(order) == sorted(came)
        assert abs(likeness(came, order)) < LUCK / math.sqrt(PEOPLE - 1)
    assert Started.objects.count() == 0


def test_the_day_after_is_mixed_by_the_job_that_tells(monkeypatch):
    came = people_come(30)
    monkeypatch.setattr(tasks.clock, "now", lambda: NOON + DAY)
    tasks.tell(timestamp=0)
    assert abs(likeness(came, lies()[0])) < 0.9
    assert not Tick.objects.filter(told=False).exists()


def test_rounds_of_mixing_reach_every_line(monkeypatch):
    monkeypatch.setattr(mixing, "_AT_ONCE", 7)
    came = people_come(50)
    mixing.mix_register(now=NOON + DAY)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT xmin::text), count(*) FROM voting_roll.tick")
        assert cursor.fetchone() == (8, 50)
    assert sorted(lies()[0]) == sorted(came)


def test_nothing_written_with_a_tick_tells_the_hour():
    people_come(30)
    assert hours_beside_ticks() == []
    mixing.mix_register(now=NOON + DAY)
    assert hours_beside_ticks() == []


def test_the_register_of_deeds_says_how_many_an_agent_ticked_on_a_day():
    people_come(30)
    of_vote = f"voting.poll:{REF}"
    deeds = [one for one in register.about(of_vote) if one.action == "voting.ticked_at_desk"]
    assert deeds == []
    for _ in range(2):
        mixing.mix_register(now=NOON + DAY)
    [deed] = [one for one in register.about(of_vote) if one.action == "voting.ticked_at_desk"]
    assert deed.details == {"box": BOX, "day": "2015-09-12", "ticks": 10}
    assert deed.actor_ref == f"person:{someone('Bachir', 'agent').id}"
    assert DeskDay.objects.count() == 0


def test_who_is_refused_at_the_desk_is_not_counted():
    people_come(3)
    with pytest.raises(Refused) as refused:
        paper.hand_out(
            born_on=BORN,
            ref=REF,
            elector=an_elector(name(0), contests=(CITY,)),
            box=BOX,
            by=someone("Bachir", "agent"),
            now=NOON,
        )
    assert refused.value.code == "already_voted"
    assert DeskDay.objects.get().ticks == 1


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM voting_roll.tick",
        _GONE_AND_BACK.format(told="true"),
        _GONE_AND_BACK.format(told="told") + " LIMIT 2",
        "ALTER TABLE voting_roll.tick ENABLE TRIGGER voting_tick_no_truncate;"
        "TRUNCATE voting_roll.tick",
    ],
)
def test_no_line_of_the_register_goes_or_changes_on_the_way(statement):
    people_come(3)
    before = sorted(Tick.objects.values_list())
    with pytest.raises(DatabaseError, match="refused"), transaction.atomic():
        connection.cursor().execute(statement)
    assert sorted(Tick.objects.values_list()) == before


def test_who_leaves_while_lines_are_mixed_is_forgotten(monkeypatch):
    """Without the lock some of these changes find their line gone, and are lost."""
    monkeypatch.setattr(mixing, "_AT_ONCE", 5)
    came = people_come(60)

    def leave():
        for person in random.sample(came, len(came)):
            Tick.objects.filter(person_id=person).update(person_id=None)

    def mix():
        for _ in range(12):
            mixing.mix_register(now=NOON + DAY)

    at_once([leave, mix])
    assert Tick.objects.exclude(person_id=None).count() == 0
    assert Tick.objects.count() == len(came)


def test_people_vote_while_lines_are_mixed():
    people_come(60)
    late = NOON + DAY

    def vote(letter):
        return [a_vote(f"Late{letter * n}", now=late).receipt for n in range(1, 9)]

    def mix():
        for _ in range(6):
            mixing.mix_register(now=late)

    *_receipts, _done = at_once([*[lambda one=one: vote(one) for one in "xyz"], mix])
    assert Tick.objects.count() == 60 + 24
