"""What agents did on a round without network, sent later: each thing is done once, however
often and in whatever batch it is sent."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

from django.db import transaction
from django.utils.translation import gettext as _

from parvis.account.public import Person
from parvis.kernel.errors import Refused
from parvis.streets.actions.rounds import note_seen
from parvis.streets.actions.treating import Doer, Treatment, treat
from parvis.streets.models import Case, OfflineAction, OfflineBatch
from parvis.streets.permissions import reach_of_agent, require_agent
from parvis.streets.queries.reach import require
from parvis.streets.rules import life

MOST = 200
DONE, _BEGUN = "done", "begun"
STAYS = dt.timedelta(days=90)
"""So long a device may keep what it did before it meets the network again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One thing that was done: `client_key` is the id that the page gave it, `done_at` when, by the
    clock of the device; `sheet_id` the round it was done on, if any."""

    client_key: uuid.UUID
    done: Treatment
    done_at: dt.datetime
    sheet_id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What became of it: "done", or the code of the refusal and its sentence; `is_news` is False
    for what was answered before."""

    client_key: uuid.UUID
    outcome: str
    said: str
    is_news: bool


def take_batch(
    *, batch_id: uuid.UUID, kept: Sequence[Kept], by: Person, now: dt.datetime
) -> list[Answered]:
    """Do what a device kept, in its order, each thing in a transaction of its own, and return what
    became of each. A batch that comes again is answered again.

    :raises Forbidden: `needs_role`
    :raises Refused: `batch_of_another`, `batch_too_long`
    """
    require_agent(by)
    if len(kept) > MOST:
        sentence = _("That is too many at once: send 200 at most.")
        raise Refused("batch_too_long", sentence, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    batch = _batch(batch_id, by, now)
    answered = [_once(batch, one, by, now) for one in kept]
    _keep_answers(batch, answered)
    return answered


def forget_batches(*, now: dt.datetime) -> int:
    """Delete what came from devices long ago, and return how many batches there were."""
    deleted, by_model = OfflineBatch.objects.filter(received_at__lt=now - STAYS).delete()
    del deleted
    return by_model.get("streets.OfflineBatch", 0)


def _batch(batch_id: uuid.UUID, by: Person, now: dt.datetime) -> OfflineBatch:
    sender = f"person:{by.id}"
    with transaction.atomic():
        batch, _is_new = OfflineBatch.objects.get_or_create(
            pk=batch_id, defaults={"sender_ref": sender, "received_at": now}
        )
    if batch.sender_ref != sender:
        raise _anothers()
    return batch


@transaction.atomic
def _once(batch: OfflineBatch, one: Kept, by: Person, now: dt.datetime) -> Answered:
    """Do one thing. A second device or tab that sends the same waits here for the first."""
    row, is_first = OfflineAction.objects.get_or_create(
        client_key=one.client_key,
        defaults={
            "batch": batch,
            "done_at": min(one.done_at, now),
            "outcome": _BEGUN,
        },
    )
    if not is_first:
        return _again(row, batch)
    said = _tried(row, one, by, now)
    row.save(update_fields=["case", "outcome"])
    return Answered(client_key=one.client_key, outcome=row.outcome, said=said, is_news=True)


def _tried(row: OfflineAction, one: Kept, by: Person, now: dt.datetime) -> str:
    doer = Doer(ref=f"person:{by.id}", who=life.AGENT, door="offline")
    try:
        with transaction.atomic():
            _require_reach(one.done.case_id, by)
            treat(one.done, by=doer, now=now)
            if one.sheet_id is not None:
                note_seen(
                    sheet_id=one.sheet_id,
                    case_id=one.done.case_id,
                    outcome=one.done.to,
                    seen_at=row.done_at,
                )
    except Refused as refused:
        row.outcome = refused.code[:60]
        return refused.message
    row.case_id, row.outcome = one.done.case_id, DONE
    return ""


def _require_reach(case_id: uuid.UUID, by: Person) -> None:
    where = Case.objects.filter(pk=case_id).values_list("arrondissement", flat=True)
    require(reach_of_agent(by), where)


def _again(row: OfflineAction, batch: OfflineBatch) -> Answered:
    if row.batch.sender_ref != batch.sender_ref:
        raise _anothers()
    said = {one["client_key"]: one["said"] for one in row.batch.answered}
    return Answered(
        client_key=row.client_key,
        outcome=row.outcome,
        said=said.get(str(row.client_key), ""),
        is_news=False,
    )


@transaction.atomic
def _keep_answers(batch: OfflineBatch, answered: Sequence[Answered]) -> None:
    fresh = [
        {"client_key": str(one.client_key), "outcome": one.outcome, "said": one.said}
        for one in answered
        if one.is_news
    ]
    if fresh:
        held = OfflineBatch.objects.select_for_update().get(pk=batch.pk)
        held.answered = [*held.answered, *fresh]
        held.save(update_fields=["answered"])


def _anothers() -> Refused:
    sentence = _("This was sent by somebody else: sign in as who did it.")
    return Refused("batch_of_another", sentence)
