"""One step of a case with all that goes with it: words, a day, a photo of the end; for the desk,
for rounds, for partners."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import IO

from django.db import transaction
from django.utils.translation import gettext as _

from parvis.kernel.errors import Refused
from parvis.streets.actions.moving import locked_case, move_case
from parvis.streets.actions.photos import take_in
from parvis.streets.models import PhotoRole, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Treatment:
    """What is done to a case: the state it goes `to`, and what is said of it (`moving.How`).

    `photo` shows the end of the work, `photo_key` is the id that the page gave it. `revision` is
    that of the case as it was read, None where nobody read it.
    """

    case_id: uuid.UUID
    to: str
    reason: str = ""
    public_note: str = ""
    note: str = ""
    planned_on: dt.date | None = None
    photo: IO[bytes] | None = None
    photo_key: uuid.UUID | None = None
    revision: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Doer:
    """Who does it: a ref, what they are ("agent", "partner"), and by which door (`move_case`)."""

    ref: str
    who: str
    door: str


@transaction.atomic
def treat(done: Treatment, *, by: Doer, now: dt.datetime) -> Step:
    """Take the photo in, then take the step; on refusal neither is kept.

    :raises NotFound: `no_case`
    :raises Refused: `changed_meanwhile` if the case is not at `revision` any more; what
        `photos.take_in` and `moving.move_case` refuse
    """
    case = locked_case(done.case_id)
    if done.revision not in (None, case.revision):
        sentence = _("Somebody else acted on this report meanwhile. Look at it again.")
        raise Refused("changed_meanwhile", sentence)
    proofs = []
    if done.photo is not None:
        proofs.append(
            take_in(
                done.photo,
                case=case,
                report=None,
                role=PhotoRole.AFTER,
                client_key=done.photo_key,
                now=now,
            )
        )
    return move_case(
        case_id=case.pk,
        to=done.to,
        actor=by.ref,
        who=by.who,
        door=by.door,
        now=now,
        reason=done.reason,
        public_note=done.public_note,
        note=done.note,
        proofs=proofs,
        planned_on=done.planned_on,
    )
