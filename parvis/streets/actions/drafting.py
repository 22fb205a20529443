"""A draft on its way through the pages: what was said so far, and where its photos wait.

The words travel with the page itself, signed; the City keeps none of them before the draft is sent.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import IO

from django.core import signing
from django.utils.translation import gettext as _

from parvis.kernel.errors import Refused
from parvis.streets.actions.checking import MOST_PHOTOS, Draft, Unfit
from parvis.streets.actions.photos import held, hold
from parvis.streets.rules.questions import Answer

_SALT = "streets.draft"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What somebody said so far. `key` is the draft's own id; `photos` are keys of photos that
    wait; `by_photo` tells that the place was read in a photo and nobody has confirmed it; `joins`
    is the code of the case it joins, `has_looked` that what is near was seen; `email` is what was
    typed on one page with all the rest."""

    key: str
    photos: tuple[str, ...] = ()
    has_photo_step: bool = False
    lon: float | None = None
    lat: float | None = None
    by_photo: bool = False
    address: str = ""
    says_bridge: bool = False
    subtype: str = ""
    text: str = ""
    answers: dict[str, Answer] = field(default_factory=dict)
    noticed_at: str = ""
    has_details: bool = False
    joins: str = ""
    joins_id: str = ""
    has_looked: bool = False
    email: str = ""


def begun() -> Kept:
    """Return a new draft."""
    return Kept(key=str(uuid.uuid4()))


def packed(kept: Kept) -> str:
    """Return a draft as the page carries it."""
    return signing.dumps(asdict(kept), salt=_SALT, compress=True)


def unpacked(carried: str) -> Kept:
    """Return the draft that a page carried.

    :raises Refused: `draft_damaged` if the page is not one of ours
    """
    try:
        said = signing.loads(carried, salt=_SALT)
        return Kept(**{**said, "photos": tuple(said["photos"])})
    except (signing.BadSignature, TypeError, KeyError) as error:
        message = _("This draft is damaged: begin again, please.")
        raise Refused("draft_damaged", message, status=400) from error


def add_photos(kept: Kept, uploads: Sequence[IO[bytes]], *, now: dt.datetime) -> Kept:
    """Let photos wait for the draft, without their metadata; the place that the first one says is
    proposed, unless a place is known.

    :raises Refused: `too_many_photos`, and what `photos.hold` refuses; the draft stays as it was
    """
    if len(kept.photos) + len(uploads) > MOST_PHOTOS:
        raise Unfit("too_many_photos", step="photo")
    for upload in uploads:
        waiting = hold(upload, now=now)
        kept = replace(kept, photos=(*kept.photos, waiting.key))
        if waiting.place and kept.lon is None:
            kept = replace(kept, lon=waiting.place[0], lat=waiting.place[1], by_photo=True)
    return kept


def as_draft(kept: Kept, *, channel: str, language: str) -> Draft:
    """Return a draft as it is judged and sent.

    :raises Refused: `photo_gone` if a photo has waited too long
    """
    return Draft(
        subtype=kept.subtype,
        lon=kept.lon,
        lat=kept.lat,
        address=kept.address,
        says_bridge=kept.says_bridge,
        text=kept.text,
        answers=kept.answers,
        noticed_at=dt.datetime.fromisoformat(kept.noticed_at) if kept.noticed_at else None,
        joins=uuid.UUID(kept.joins_id) if kept.joins_id else None,
        photos=tuple(held(key) for key in kept.photos),
        client_key=uuid.UUID(kept.key),
        channel=channel,
        language=language,
    )
