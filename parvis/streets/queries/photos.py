"""Photos as the public, agents and partners may see them, and those that wait for an agent."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass

from django.core import signing
from django.core.files.storage import default_storage
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from parvis.account.public import Reach, within
from parvis.kernel.errors import NotFound
from parvis.streets.models import Case, Photo, PhotoRole, PhotoState
from parvis.streets.queries.life_words import in_language
from parvis.streets.queries.reach import require
from parvis.streets.rules import photos as rules

_LISTED, _LATE = 50, dt.timedelta(days=1)
_LENT, LENT_FOR = "streets.lent_photo", dt.timedelta(hours=1)
_WAITING = Q(state=PhotoState.TO_REVIEW)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicPhoto:
    """A photo that everybody may see: `url` and, for lists, `small_url` lead to it."""

    id: uuid.UUID
    role: str
    role_label: str
    url: str
    small_url: str
    taken_in_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePhoto:
    """A photo of a case, for who treats it: `url` leads to the uncovered one, or is "" where there
    is nothing to see yet or any more."""

    id: uuid.UUID
    role: str
    role_label: str
    state: str
    state_label: str
    url: str
    taken_in_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingPhoto:
    """A photo that waits for an agent, or was judged just now."""

    id: uuid.UUID
    code: str
    subtype: str
    role_label: str
    state: str
    taken_in_at: dt.datetime
    is_late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoToReview:
    """A photo before an agent. `boxes` are those that cover it, or that a detector proposes;
    `has_original` is False once only the public one is left."""

    id: uuid.UUID
    code: str
    case_id: uuid.UUID
    subtype: str
    address: str
    role_label: str
    state: str
    state_label: str
    because: str
    width: int
    height: int
    boxes: list[rules.Box]
    is_proposed: bool
    has_original: bool
    taken_in_at: dt.datetime
    reviewed_at: dt.datetime | None
    report_id: uuid.UUID | None
    person_id: uuid.UUID | None


def waiting_count(reach: Reach) -> int:
    """Return how many photos within reach wait for an agent."""
    return Photo.objects.filter(_WAITING, within(reach, "case__arrondissement")).count()


def waiting(reach: Reach, *, now: dt.datetime) -> list[WaitingPhoto]:
    """Return the photos within reach that wait longest, oldest first; a day is late."""
    rows = Photo.objects.filter(_WAITING, within(reach, "case__arrondissement")).select_related(
        "case__subtype"
    )
    return [
        _waits(row, is_late=now - row.taken_in_at > _LATE)
        for row in rows.order_by("taken_in_at", "id")[:_LISTED]
    ]


def next_waiting(reach: Reach, *, after: uuid.UUID) -> uuid.UUID | None:
    """Return the photo within reach that waits next after this one, or else the one that waits
    longest; None if no other waits."""
    waits = Photo.objects.filter(_WAITING, within(reach, "case__arrondissement"))
    others = waits.exclude(pk=after).order_by("taken_in_at", "id")
    came = Photo.objects.filter(pk=after).values_list("taken_in_at", flat=True).first()
    later = others.filter(Q(taken_in_at__gt=came) | Q(taken_in_at=came, id__gt=after))
    keys = [rows.values_list("pk", flat=True).first() for rows in (later, others)]
    return next(filter(None, keys), None)


def judged(photo_id: str, reach: Reach) -> WaitingPhoto | None:
    """Return a photo within reach that was judged and can be looked at again; None for any
    other."""
    try:
        key = uuid.UUID(photo_id)
    except ValueError:
        return None
    rows = Photo.objects.filter(
        within(reach, "case__arrondissement"), pk=key, reviewed_at__isnull=False
    )
    row = rows.exclude(cleaned="").select_related("case__subtype").first()
    return None if row is None else _waits(row, is_late=False)


def to_review(photo_id: uuid.UUID, reach: Reach) -> PhotoToReview:
    """Return a photo as an agent judges it.

    :raises NotFound: `no_photo`, also for one that cannot be seen
    :raises Forbidden: `outside_territory`
    """
    rows = Photo.objects.select_related("case__subtype", "report")
    photo = rows.filter(pk=photo_id).exclude(cleaned="", shown="").first()
    if photo is None:
        raise _no_photo()
    require(reach, [photo.case.arrondissement])
    was_judged = photo.reviewed_at is not None
    boxes = photo.boxes if was_judged or photo.boxes else photo.proposed
    return PhotoToReview(
        id=photo.id,
        code=photo.case.code,
        case_id=photo.case_id,
        subtype=in_language(photo.case.subtype.label_fr, photo.case.subtype.label_en),
        address=photo.case.address,
        role_label=str(PhotoRole(photo.role).label),
        state=photo.state,
        state_label=str(PhotoState(photo.state).label),
        because=photo.problem,
        width=photo.width or 0,
        height=photo.height or 0,
        boxes=[(x, y, width, height) for x, y, width, height in boxes],
        is_proposed=not was_judged and not photo.boxes and bool(photo.proposed),
        has_original=bool(photo.cleaned),
        taken_in_at=photo.taken_in_at,
        reviewed_at=photo.reviewed_at,
        report_id=photo.report_id,
        person_id=photo.report.person_id if photo.report else None,
    )


def public_photos(case_id: uuid.UUID) -> list[PublicPhoto]:
    """Return the photos of a case that everybody may see, those of cases joined to it too, oldest
    first."""
    joined = Case.objects.filter(merged_into=case_id).values_list("pk", flat=True)
    return [_public(row) for row in _shown().filter(case__in=[case_id, *joined])]


def public_photos_of(case_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, list[PublicPhoto]]:
    """Return the photos that everybody may see of many cases, for lists, in one question; a case
    without any is not in it."""
    found: dict[uuid.UUID, list[PublicPhoto]] = {}
    for row in _shown().filter(case__in=list(case_ids)):
        found.setdefault(row.case_id, []).append(_public(row))
    return found


def photos_for_agents(case_id: uuid.UUID) -> list[CasePhoto]:
    """Return every photo of a case for agents, oldest first; their addresses ask for the role."""
    return [_of_case(row, _url("photo_uncovered", row.pk)) for row in _rows_of(case_id)]


def photos_for_link(case_id: uuid.UUID, *, uncovered: bool) -> list[CasePhoto]:
    """Return the photos of a case for who has no account: a partner, a reporter by their link.

    Addresses are signed, and good for an hour; where `uncovered` is False, only public photos have
    one.
    """
    found = []
    for row in _rows_of(case_id):
        lent = lent_url(row.pk, state=row.state) if uncovered else ""
        url = _url("photo", row.pk) if row.state == PhotoState.SHOWN and not uncovered else lent
        found.append(_of_case(row, url))
    return found


def photos_of_report(report_id: uuid.UUID) -> list[CasePhoto]:
    """Return the photos of one report, for who made it; signed addresses, good for an hour."""
    rows = Photo.objects.filter(report=report_id).order_by("taken_in_at", "id")
    return [_of_case(row, lent_url(row.pk, state=row.state)) for row in rows]


def lent_url(photo_id: uuid.UUID, *, state: str) -> str:
    """Return an address of an uncovered photo for who has no role: it names the photo and the state
    it is in, and is worth nothing once an hour has passed or the state has changed."""
    token = signing.dumps([str(photo_id), state], salt=_LENT)
    return reverse("streets:photo_lent", args=[token])


def lent_file(token: str) -> str:
    """Return the name of the file that a signed address leads to.

    :raises NotFound: `no_photo`, the same for a forged address as for one that is over
    """
    try:
        photo_id, state = signing.loads(token, salt=_LENT, max_age=LENT_FOR)
    except (signing.BadSignature, ValueError) as forged:
        raise _no_photo() from forged
    return _file(Photo.objects.filter(pk=photo_id, state=state), "cleaned")


def public_file(photo_id: uuid.UUID, *, small: bool = False) -> str:
    """Return the name of the file of a public photo.

    :raises NotFound: `no_photo`, the same for one that is not public as for none
    """
    name = _file(Photo.objects.filter(pk=photo_id, case__is_shown=True), "shown")
    return rules.small_name(name) if small else name


def uncovered_file(photo_id: uuid.UUID, reach: Reach) -> str:
    """Return the name of the file of a photo within reach before it is covered.

    :raises NotFound: `no_photo` if there is none, or not any more
    """
    return _file(
        Photo.objects.filter(within(reach, "case__arrondissement"), pk=photo_id), "cleaned"
    )


def file_bytes(name: str) -> bytes:
    """Return the content of a file of a photo."""
    with default_storage.open(name) as kept:
        content: bytes = kept.read()
    return content


def _waits(row: Photo, *, is_late: bool) -> WaitingPhoto:
    return WaitingPhoto(
        id=row.id,
        code=row.case.code,
        subtype=in_language(row.case.subtype.label_fr, row.case.subtype.label_en),
        role_label=str(PhotoRole(row.role).label),
        state=row.state,
        taken_in_at=row.taken_in_at,
        is_late=is_late,
    )


def _shown() -> QuerySet[Photo]:
    return Photo.objects.filter(state=PhotoState.SHOWN).order_by("taken_in_at", "id")


def _rows_of(case_id: uuid.UUID) -> QuerySet[Photo]:
    joined = Case.objects.filter(merged_into=case_id).values_list("pk", flat=True)
    return Photo.objects.filter(case__in=[case_id, *joined]).order_by("taken_in_at", "id")


def _public(row: Photo) -> PublicPhoto:
    return PublicPhoto(
        id=row.id,
        role=row.role,
        role_label=str(PhotoRole(row.role).label),
        url=_url("photo", row.pk),
        small_url=_url("photo_small", row.pk),
        taken_in_at=row.taken_in_at,
    )


def _of_case(row: Photo, url: str) -> CasePhoto:
    return CasePhoto(
        id=row.id,
        role=row.role,
        role_label=str(PhotoRole(row.role).label),
        state=row.state,
        state_label=str(PhotoState(row.state).label),
        url=url if row.cleaned or row.state == PhotoState.SHOWN else "",
        taken_in_at=row.taken_in_at,
    )


def _url(name: str, photo_id: uuid.UUID) -> str:
    return reverse(f"streets:{name}", args=[photo_id])


def _file(rows: QuerySet[Photo], column: str) -> str:
    name = rows.values_list(column, flat=True).first()
    if not name:
        raise _no_photo()
    return str(name)


def _no_photo() -> NotFound:
    return NotFound("no_photo", _("There is no such photo, or it is not public."))
