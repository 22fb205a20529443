"""Agents look at photos: they cover what the public must not see, show them, or keep them back."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from parvis.account.public import Person
from parvis.kernel import clock, register
from parvis.kernel.errors import NotFound, Refused
from parvis.kernel.facts import announce
from parvis.streets import events
from parvis.streets.actions.blurring import cover
from parvis.streets.actions.photos import delete_after_commit
from parvis.streets.models import Photo, PhotoState
from parvis.streets.permissions import reach_of_reviewer, require_reviewer
from parvis.streets.queries.photos import file_bytes
from parvis.streets.queries.reach import require
from parvis.streets.rules import photos as rules

_JUDGED = (PhotoState.TO_REVIEW, PhotoState.SHOWN, PhotoState.WITHHELD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What an agent had before them: the photo, and who looks at it when. `state` is the state that
    their page showed, "" if it does not matter: what a colleague decided meanwhile stands."""

    photo_id: uuid.UUID
    by: Person
    now: dt.datetime
    state: str = ""


@transaction.atomic
def show(seen: Seen, *, boxes: Sequence[rules.Box]) -> None:
    """Make a photo public, with these boxes covered; one that is public already is covered anew.

    :raises Forbidden: `needs_role`, `outside_territory`
    :raises NotFound: `no_photo`
    :raises Refused: `photo_changed`, `originals_gone`, `too_many_boxes`, `box_outside`
    """
    photo = _looked_at(seen)
    _refuse_boxes(boxes)
    was_shown, before = photo.state == PhotoState.SHOWN, photo.shown
    photo.state, photo.problem, photo.boxes = PhotoState.SHOWN, "", [list(one) for one in boxes]
    photo.shown = _store_covered(photo, boxes, seen.now)
    _settle(photo, seen, before)
    details = {"boxes": len(boxes), "again": was_shown}
    _record("streets.photo_shown", photo, seen, details)
    _announce(photo, seen, is_shown=True)


@transaction.atomic
def withhold(seen: Seen, *, because: str) -> None:
    """Keep a photo from the public, or take it back; `because` is one of WITHHELD_BECAUSE.

    :raises Forbidden: `needs_role`, `outside_territory`
    :raises NotFound: `no_photo`
    :raises Refused: `photo_changed`, `reason_missing`
    """
    photo = _looked_at(seen, needs_original=False)
    if because not in rules.WITHHELD_BECAUSE:
        message = _("Say why this photo is kept from the public.")
        raise Refused("reason_missing", message, status=422)
    was_shown, before = photo.state == PhotoState.SHOWN, photo.shown
    # Without its original, nothing of it is left to look at again.
    photo.state = PhotoState.WITHHELD if photo.cleaned else PhotoState.GONE
    photo.shown, photo.problem = "", because
    _settle(photo, seen, before)
    _record("streets.photo_withheld", photo, seen, {"because": because, "was_shown": was_shown})
    if was_shown:
        _announce(photo, seen, is_shown=False)


@transaction.atomic
def look_again(seen: Seen) -> None:
    """Take back what was decided: the photo waits again, and is not public meanwhile.

    :raises Forbidden: `needs_role`, `outside_territory`
    :raises NotFound: `no_photo`
    :raises Refused: `photo_changed`, `originals_gone`
    """
    photo = _looked_at(seen)
    if photo.state == PhotoState.TO_REVIEW:
        return
    was_shown, before = photo.state == PhotoState.SHOWN, photo.shown
    photo.state, photo.shown, photo.problem = PhotoState.TO_REVIEW, "", ""
    photo.reviewed_at = photo.reviewed_by_id = None
    photo.save()
    _delete_shown(before)
    _record("streets.photo_looked_at_again", photo, seen, {"was_shown": was_shown})
    if was_shown:
        _announce(photo, seen, is_shown=False)


def _looked_at(seen: Seen, *, needs_original: bool = True) -> Photo:
    """Return a photo that can be judged, locked."""
    require_reviewer(seen.by)
    rows = Photo.objects.select_related("case").select_for_update(of=("self",))
    photo = rows.filter(pk=seen.photo_id, state__in=_JUDGED).first()
    if photo is None:
        raise NotFound("no_photo", _("There is no photo to look at here."))
    require(reach_of_reviewer(seen.by), [photo.case.arrondissement])
    if seen.state and photo.state != seen.state:
        message = _("A colleague has just decided about this photo. Look at it again.")
        raise Refused("photo_changed", message)
    if needs_original and not photo.cleaned:
        message = _("The original of this photo is gone: it can only be kept from the public.")
        raise Refused("originals_gone", message)
    return photo


def _refuse_boxes(boxes: Sequence[rules.Box]) -> None:
    code = rules.why_not_boxes(boxes)
    if code == "too_many_boxes":
        message = _("That is too many boxes: %(most)s at most. Cover several things with one.")
        raise Refused(code, message % {"most": rules.MOST_BOXES}, status=422)
    if code:
        message = _("A box must lie inside the photo: thousandths of its width and height.")
        raise Refused(code, message, status=422)


def _store_covered(photo: Photo, boxes: Sequence[rules.Box], now: dt.datetime) -> str:
    covered = cover(file_bytes(photo.cleaned), boxes)
    # Another name each time: what was public before is not found under it, in no cache either.
    name = rules.shown_name(key=rules.file_key(photo.id), day=clock.city_day(now))
    default_storage.save(rules.small_name(name), ContentFile(covered.small))
    return default_storage.save(name, ContentFile(covered.content))


def _settle(photo: Photo, seen: Seen, before: str) -> None:
    photo.reviewed_at, photo.reviewed_by_id = seen.now, seen.by.id
    photo.save()
    _delete_shown(before)


def _delete_shown(before: str) -> None:
    if before:
        delete_after_commit([before, rules.small_name(before)])


def _record(action: str, photo: Photo, seen: Seen, details: Mapping[str, object]) -> None:
    register.record(
        register.Entry(
            action=action,
            object_ref=f"streets.case:{photo.case_id}",
            actor_ref=f"person:{seen.by.id}",
            recorded_at=seen.now,
            details={"photo": str(photo.id), **details},
        )
    )


def _announce(photo: Photo, seen: Seen, *, is_shown: bool) -> None:
    fact = events.PhotoShown(
        case_id=photo.case_id, code=photo.case.code, photo_id=photo.id, is_shown=is_shown
    )
    announce(fact, now=seen.now)
