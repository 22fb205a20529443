"""What is told about it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from parvis.kernel.declarations import Notice, Told, Topic, notices, topics
from parvis.kernel.facts import Delivered
from tests.faults.rehearsal.events import Rehearsed


def _who(fact: Rehearsed) -> Iterable[uuid.UUID]:
    return [fact.person_id]


def _tell(delivered: Delivered, _person_id: uuid.UUID) -> Told:
    return Told(title=f"Round {delivered.fact.number}", body="It was heard.", url="/")


topics.declare(Topic(key="rehearsal", label="Rehearsal"))
notices.declare(
    Notice(
        key="rehearsal.rehearsed",
        fact_type=Rehearsed,
        topic="rehearsal",
        mail=True,
        who=_who,
        tell=_tell,
    )
)
