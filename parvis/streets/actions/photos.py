"""Photos come in without their metadata, are made anew by a job, and their originals go in time."""

from __future__ import annotations

import datetime as dt
import io
import logging
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import IO

from django.conf import settings
from django.core import signing
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import QuerySet
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from parvis.kernel import clock, files, metadata, pictures
from parvis.kernel.errors import Refused
from parvis.kernel.exif import Place
from parvis.kernel.facts import announce
from parvis.kernel.ids import new_public_id
from parvis.kernel.prepared import Prepared
from parvis.streets import events
from parvis.streets.models import Case, Photo, PhotoState, Report
from parvis.streets.queries.photos import file_bytes
from parvis.streets.rules import photos as rules

logger = logging.getLogger(__name__)
_HELD, _HELD_FOR = "streets.held_photo", dt.timedelta(days=1)
# HEIC cannot be cut without loss: decoded at the door, it is kept a little better than at the end.
_AT_THE_DOOR = 92


class HeldPhoto(io.BytesIO):
    """A photo that waits on our side for its report (`hold`); `take_in` takes it like an upload."""

    def __init__(self, content: bytes, *, orientation: int) -> None:
        super().__init__(content)
        self.orientation = orientation


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Where a photo waits for its report: `key` goes along with the form, and opens it for a day.
    `place` is where the photo says that it was taken (longitude, latitude); it is kept nowhere."""

    key: str
    place: Place | None


def place_of(upload: IO[bytes]) -> Place | None:
    """Return where a photo says that it was taken (longitude, latitude of WGS 84), None if it does
    not. Nothing is kept of it. The first part of a JPEG is enough.

    :raises Refused: `file_empty`, `file_too_large`
    """
    return pictures.place_in(files.read_whole(upload))


def hold(upload: IO[bytes], *, now: dt.datetime) -> Held:
    """Keep a photo for a day, without its metadata, until its report is sent; for pages without
    scripts, which send the photo before the rest.

    :raises Refused: as `take_in` does
    """
    content, picture = _let_in(upload)
    name = _store_received(new_public_id(), content, picture.orientation, now)
    return Held(key=signing.dumps(name, salt=_HELD), place=picture.place)


def held(key: str) -> HeldPhoto:
    """Return the photo that waits under a key.

    :raises Refused: `photo_gone` if the key is false, or older than a day
    """
    try:
        name: str = signing.loads(key, salt=_HELD, max_age=_HELD_FOR)
        with default_storage.open(name) as kept:
            return HeldPhoto(kept.read(), orientation=rules.orientation_of(name))
    except (signing.BadSignature, OSError) as gone:
        message = _("This photo is no longer here. Choose it again, please.")
        raise Refused("photo_gone", message, status=422) from gone


def take_in(
    upload: IO[bytes],
    *,
    case: Case,
    report: Report | None,
    role: str,
    client_key: uuid.UUID | None,
    now: dt.datetime,
) -> uuid.UUID:
    """Take in a photo of a case, in the caller's transaction, and return its id; a job makes it
    anew, then an agent looks at it.

    What is stored has no metadata from its first byte on. `report` is whose photo it is, None for
    who treats the case. `client_key` is the id that the page gave it: sent twice, it is one photo.

    :raises Refused: `file_empty`, `file_too_large`, `file_type_unknown`, `file_two_in_one`,
        `picture_too_large`, `picture_moves`, `picture_unreadable`, `file_infected`, or
        `photo_of_another_case` for a `client_key` that is taken; nothing is stored then
    """
    known = _OF_A_KEY.first(client_key) if client_key else None
    if known:
        return _the_same(known, case)
    content, picture = _let_in(upload)
    photo = Photo(
        case=case,
        report=report,
        role=role,
        state=PhotoState.RECEIVED,
        client_key=client_key,
        taken_in_at=now,
    )
    photo.received = _store_received(photo.id, content, picture.orientation, now)
    stands = _written(photo)
    if stands.id != photo.id:
        delete_after_commit([photo.received])
        return _the_same(stands, case)
    announce(events.PhotoReceived(case_id=case.id, code=case.code, photo_id=photo.id), now=now)
    return photo.id


@transaction.atomic
def clean(*, photo_id: uuid.UUID, now: dt.datetime) -> None:
    """Make a photo that came in anew from its pixels, upright, and let what came go; it then waits
    for an agent. One that cannot be read says so. Called twice, it is done once."""
    photo = Photo.objects.select_for_update().filter(pk=photo_id, state=PhotoState.RECEIVED).first()
    if photo is None:
        return
    came = photo.received
    try:
        made = _made_anew(came)
    except (Refused, FileNotFoundError) as problem:
        photo.state = PhotoState.UNREADABLE
        photo.problem = problem.code if isinstance(problem, Refused) else "photo_gone"
        photo.originals_gone_at = now
    else:
        photo.state, photo.width, photo.height = PhotoState.TO_REVIEW, made.width, made.height
        name = rules.cleaned_name(key=rules.file_key(photo.id), day=clock.city_day(now))
        photo.cleaned = default_storage.save(name, ContentFile(made.content))
        photo.proposed = _proposed(made.content)
    photo.received = ""
    photo.save()
    delete_after_commit([came])


@transaction.atomic
def let_originals_go(before: dt.datetime, now: dt.datetime) -> int:
    """Let go of the originals of photos that were looked at before a moment, and of those that
    nobody looked at whose case is closed since then; return how many. What is public stays."""
    looked_at = Photo.objects.filter(reviewed_at__lt=before, originals_gone_at=None)
    unseen = Photo.objects.filter(
        state__in=(PhotoState.RECEIVED, PhotoState.TO_REVIEW),
        reviewed_at=None,
        taken_in_at__lt=before,
        case__is_open=False,
        case__closed_at__lt=before,
    )
    return _let_go([*_locked(looked_at), *_locked(unseen)], now=now)


@transaction.atomic
def forget_photos(*, reports: Iterable[uuid.UUID], now: dt.datetime) -> int:
    """Let go of the originals of the photos of these reports, and of whose they were; return how
    many photos were changed. What is public was covered, and stays with the case."""
    photos = _locked(Photo.objects.filter(report__in=list(reports)))
    _let_go([one for one in photos if one.originals_gone_at is None], now=now)
    return Photo.objects.filter(pk__in=[one.pk for one in photos]).update(report=None)


def delete_after_commit(names: Sequence[str]) -> None:
    """Delete files once what names them no longer does; what fails is swept at night."""
    gone = [name for name in names if name]

    def delete() -> None:
        for name in gone:
            default_storage.delete(name)

    transaction.on_commit(delete, robust=True)


def _written(photo: Photo) -> Photo:
    """Write a photo, and return the one that stands: of two that come with the same key at the same
    moment, the database says which."""
    Photo.objects.bulk_create([photo], ignore_conflicts=True)
    stands = _OF_A_KEY.first(photo.client_key) if photo.client_key else None
    return stands or photo


_OF_A_KEY = Prepared(lambda key: Photo.objects.filter(client_key=key), uuid.UUID)


def _the_same(known: Photo, case: Case) -> uuid.UUID:
    if known.case_id != case.id:
        message = _("This photo was already sent with another report.")
        raise Refused("photo_of_another_case", message)
    return known.id


def _let_in(upload: IO[bytes]) -> tuple[bytes, pictures.Picture]:
    """Return what may be stored of an upload, and what it is."""
    picture = pictures.let_in(files.read_whole(upload))
    if isinstance(upload, HeldPhoto):
        picture = replace(picture, orientation=upload.orientation)
    content = picture.pixels
    if picture.kind == metadata.HEIC:
        content = pictures.clean(picture, quality=_AT_THE_DOOR).content
    files.scan(content)
    return content, picture


def _store_received(photo_id: uuid.UUID, content: bytes, orientation: int, now: dt.datetime) -> str:
    key = rules.file_key(photo_id)
    name = rules.received_name(key=key, day=clock.city_day(now), orientation=orientation)
    return default_storage.save(name, ContentFile(content))


def _made_anew(came: str) -> pictures.Cleaned:
    picture = pictures.let_in(file_bytes(came))
    turned = replace(picture, orientation=rules.orientation_of(came))
    return pictures.clean(turned, keeps_png=False)


def _proposed(content: bytes) -> list[rules.Box]:
    """Ask the city's detector of faces and plates, if `PARVIS_PHOTO_DETECTOR` names one:
    `detect(bytes) -> [(x, y, width, height)]` in thousandths. One that fails proposes nothing."""
    path = settings.PARVIS_PHOTO_DETECTOR
    if not path:
        return []
    detect: Callable[[bytes], Sequence[Sequence[float]]] = import_string(path)
    try:
        return rules.sound(detect(content))
    except Exception:
        logger.exception("the detector of faces failed")
        return []


def _locked(photos: QuerySet[Photo]) -> list[Photo]:
    return list(photos.select_for_update(of=("self",)).order_by("pk"))


def _let_go(photos: Sequence[Photo], *, now: dt.datetime) -> int:
    for photo in photos:
        delete_after_commit([photo.received, photo.cleaned])
        photo.received = photo.cleaned = ""
        photo.originals_gone_at = now
        if photo.state != PhotoState.SHOWN:
            # Nothing is left of it but that it was there.
            photo.state = PhotoState.GONE
        photo.save()
    return len(photos)
