"""Telling people that they stand in the register, or that they began and did not confirm."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import connection, transaction

from parvis.kernel.clock import city_day, in_city
from parvis.kernel.facts import announce
from parvis.voting import events
from parvis.voting.models import Poll, Started, Tick
from parvis.voting.models.roles import ROLL, in_roll
from parvis.voting.queries import polls
from parvis.voting.queries.refusals import refuse_if
from parvis.voting.rules.batches import shuffled
from parvis.voting.rules.reminding import LEFT, SOON, is_last_call, may_remind

_AT_ONCE = 500  # people told in one transaction

_STARTED = """
INSERT INTO voting_roll.started (id, poll, person_id, day, reminded)
VALUES (gen_random_uuid(), %s, %s, %s, false) ON CONFLICT (poll, person_id) DO NOTHING
"""


@transaction.atomic
def note_started(*, ref: str, person_id: uuid.UUID, now: dt.datetime) -> None:
    """Remember, for a reminder, on which day somebody first opened the ballot page.

    :raises NotFound: `no_poll`
    :raises Refused: `poll_not_open_yet`, `poll_closed`
    """
    refuse_if(polls.why_not_open(polls.row(ref), now=now))
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {ROLL}")
        cursor.execute(_STARTED, [ref, person_id, city_day(now)])
        cursor.execute("SET LOCAL ROLE NONE")


def tell_registered(*, now: dt.datetime) -> int:
    """Tell whoever was ticked on an earlier day, once per vote and day, in no order; return how
    many people."""
    told = 0
    while some := _tell_some(now):
        told += some
    return told


def remind(*, now: dt.datetime) -> int:
    """Remind, once, who began and does not stand in the register of a vote that closes soon, when
    `rules.reminding` finds the moment right; who began today, only once there is no better one.
    Return how many people."""
    soon = Poll.objects.filter(
        frozen_at__isnull=False,
        opens_at__lte=now,
        closes_at__gte=now + LEFT,
        closes_at__lte=now + SOON,
    )
    here, told = in_city(now), 0
    for ref, closes_at in soon.values_list("ref", "closes_at"):
        end = in_city(closes_at)
        if may_remind(now=here, closes_at=end):
            today = dt.timedelta(days=is_last_call(now=here, closes_at=end))
            told += _remind(ref, now, began_before=here.date() + today)
    return told


@transaction.atomic
def _tell_some(now: dt.datetime) -> int:
    with in_roll():
        waiting = Tick.objects.filter(told=False, day__lt=city_day(now))
        chosen = list(waiting.order_by("id")[:_AT_ONCE].values_list("id", "poll", "person_id"))
        Tick.objects.filter(pk__in=[key for key, _poll, _person in chosen]).update(told=True)
    people = {(poll, person_id) for _key, poll, person_id in chosen if person_id is not None}
    for poll, person_id in shuffled(sorted(people)):
        announce(events.VoteRegistered(poll=poll, person_id=person_id), now=now)
    return len(chosen)


@transaction.atomic
def _remind(ref: str, now: dt.datetime, *, began_before: dt.date) -> int:
    with in_roll():
        voted = Tick.objects.filter(poll=ref, person_id__isnull=False).values("person_id")
        waiting = Started.objects.filter(poll=ref, reminded=False, day__lt=began_before)
        people = list(waiting.exclude(person_id__in=voted).values_list("person_id", flat=True))
        Started.objects.filter(poll=ref, person_id__in=people).update(reminded=True)
    for person_id in shuffled(people):
        announce(events.VoteNotConfirmed(poll=ref, person_id=person_id), now=now)
    return len(people)
