"""Facts: announced in the transaction that made them true, delivered by jobs of the same
transaction."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.manager import JobManager
from procrastinate.tasks import configure_task

from parvis.kernel import acting
from parvis.kernel.fact_types import Fact, known_facts
from parvis.kernel.known_as import refs_of
from parvis.kernel.models import FactRecord

TASK = "kernel.deliver"
QUEUE = "facts"

Reaction = Callable[["Delivered"], None]

# Ten tries, 3, 9, 27… seconds apart, reach over eight hours: a mail relay down for a night loses
# nothing.
_RETRIES = RetryStrategy(max_attempts=10, exponential_wait=3)
_reactions: dict[str, dict[str, Reaction]] = {}
_waiting: ContextVar[list[FactRecord] | None] = ContextVar("waiting", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """A fact as a reaction receives it. `fact_id` is the same at each delivery: key your effect by
    it.

    `actor_ref` is who did it, "" for a program or a visitor; `on_behalf_of_ref` for whom, "" for
    themselves.
    """

    fact_id: uuid.UUID
    fact: Any
    announced_at: dt.datetime
    actor_ref: str = ""
    on_behalf_of_ref: str = ""


def reacts_to(fact_type: type[Fact], *, name: str) -> Callable[[Reaction], Reaction]:
    """Register a reaction under a stable name. It may be called twice with one fact and must not
    mind.

    :raises ValueError: if the fact already has a reaction of that name
    """

    def register(reaction: Reaction) -> Reaction:
        reactions = _reactions.setdefault(fact_type.NAME, {})
        if name in reactions:
            message = f"{fact_type.NAME} already has a reaction called {name}"
            raise ValueError(message)
        reactions[name] = reaction
        return reaction

    return register


def wiring() -> dict[str, list[str]]:
    """Return the names of the reactions of each fact, for people to read."""
    return {fact: sorted(reactions) for fact, reactions in sorted(_reactions.items())}


def announce(fact: Fact, *, now: dt.datetime) -> uuid.UUID:
    """Write the fact and defer one job per reaction, all in the caller's transaction.

    :raises RuntimeError: outside a transaction, where the fact could outlive what made it true
    """
    if not connection.in_atomic_block:
        message = f"{fact.NAME} was announced outside a transaction"
        raise RuntimeError(message)
    held = acting.hands()
    record = FactRecord(
        name=fact.NAME,
        aggregate=fact.aggregate,
        payload=fact.to_payload(),
        actor_ref=held.actor_ref,
        on_behalf_of_ref=held.on_behalf_of_ref,
        announced_at=now,
    )
    waiting = _waiting.get()
    if waiting is None:
        _write([record])
    else:
        waiting.append(record)
    return record.public_id


@contextmanager
def together() -> Iterator[None]:
    """Write what is announced inside at the end, in its order, at once: for doors through which
    many come, whose one deed makes several facts. Of facts that wait nobody can read yet."""
    if _waiting.get() is not None:
        yield
        return
    announced: list[FactRecord] = []
    token = _waiting.set(announced)
    try:
        yield
    finally:
        _waiting.reset(token)
    _write(announced)


def _write(records: Sequence[FactRecord]) -> None:
    """Write facts and defer their deliveries on Django's own connection, in two statements.

    A worker's task would otherwise defer on the worker's connection, outside the transaction.
    """
    FactRecord.objects.bulk_create(records)
    manager = JobManager(DjangoConnector())
    jobs = [
        # One lock per aggregate and reaction keeps the order of facts without making strangers
        # wait.
        configure_task(
            name=TASK, job_manager=manager, queue=QUEUE, lock=f"{record.aggregate}/{reaction}"
        ).make_new_job(fact_id=str(record.public_id), reaction=reaction)
        for record in records
        for reaction in sorted(_reactions.get(record.name, {}))
    ]
    if jobs:
        manager.batch_defer_jobs(jobs=jobs)


@app.task(name=TASK, retry=_RETRIES, queue=QUEUE)
def deliver(fact_id: str, reaction: str) -> None:
    """Hand one fact to one reaction; an exception means it will be handed again later."""
    record = FactRecord.objects.get(public_id=fact_id)
    _reactions[record.name][reaction](_delivered(record))


def facts_about(aggregate: str) -> list[Delivered]:
    """Return what happened to one object, oldest first."""
    records = FactRecord.objects.filter(aggregate=aggregate).order_by("pk")
    return [_delivered(record) for record in records]


def facts_by_id(fact_ids: list[uuid.UUID]) -> dict[uuid.UUID, Delivered]:
    """Return the facts with these ids; the ones this version no longer knows are left out."""
    records = FactRecord.objects.filter(public_id__in=fact_ids, name__in=known_facts())
    return {record.public_id: _delivered(record) for record in records}


def shred_facts(*, aggregate: str, now: dt.datetime) -> int:
    """Empty the personal fields of the facts about an object; return how many facts were
    shredded."""
    return _shred(FactRecord.objects.filter(aggregate__in=refs_of(aggregate)), now=now)


def shred_old(before: dt.datetime, now: dt.datetime) -> int:
    """Empty the personal fields of the facts older than a moment; return how many were
    shredded."""
    return _shred(FactRecord.objects.filter(announced_at__lt=before), now=now)


def _shred(records: QuerySet[FactRecord], *, now: dt.datetime) -> int:
    personal = {name: fact.PERSONAL for name, fact in known_facts().items() if fact.PERSONAL}
    shredded = 0
    for record in records.filter(shredded_at=None, name__in=personal).iterator():
        hidden = personal[record.name]
        if hidden & record.payload.keys():
            record.payload = {k: ("" if k in hidden else v) for k, v in record.payload.items()}
            record.shredded_at = now
            record.save(update_fields=["payload", "shredded_at"])
            shredded += 1
    return shredded


def _delivered(record: FactRecord) -> Delivered:
    fact = known_facts()[record.name].from_payload(record.payload)
    return Delivered(
        fact_id=record.public_id,
        fact=fact,
        announced_at=record.announced_at,
        actor_ref=record.actor_ref,
        on_behalf_of_ref=record.on_behalf_of_ref,
    )
