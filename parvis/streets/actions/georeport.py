"""What programs send through GeoReport v2: a report, and what became of a case."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import IO

from django.db import transaction
from django.utils.translation import get_language, gettext as _

from parvis.kernel.errors import Forbidden, NotFound, Refused
from parvis.streets.actions.api_keys import Caller
from parvis.streets.actions.checking import MOST_PHOTOS, Draft, Reporter
from parvis.streets.actions.moving import move_case
from parvis.streets.actions.photos import take_in
from parvis.streets.actions.reporting import report
from parvis.streets.models import Case, ClosingReason, PhotoRole, State, Step
from parvis.streets.queries import catalogue, georeport
from parvis.streets.rules.georeport import step_meant
from parvis.streets.rules.questions import Answer
from parvis.territory.public import suggest

DOOR = "georeport"
SURE = 0.5
"""The score from which the likeliest address is taken for the one that is meant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """A report as a program sends it. `joins` is the code of a case that is reported once more;
    `account_id` that of the key's owner, or "" ; the place is a point or an address."""

    service_code: str
    lon: float | None = None
    lat: float | None = None
    address: str = ""
    address_id: str = ""
    description: str = ""
    email: str = ""
    account_id: str = ""
    attributes: Mapping[str, Answer] = field(default_factory=dict)
    joins: str = ""
    has_media_url: bool = False
    media: tuple[IO[bytes], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A report that was taken: the code of its case, and its own id."""

    code: str
    token: uuid.UUID
    notice: str
    account_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a partner tells of a case: `status` as it says it, `reason` the code of the closing's,
    `media` photos of the end."""

    code: str
    status: str
    description: str = ""
    reason: str = ""
    planned_on: dt.date | None = None
    media: tuple[IO[bytes], ...] = ()


@transaction.atomic
def take(
    posted: Posted, *, caller: Caller, client_key: uuid.UUID | None, now: dt.datetime
) -> Taken:
    """Take a report in, all of it or nothing; the same `client_key` twice is one report.

    :raises NotFound: `no_service`, `no_request` for a case to join that is not there
    :raises Refused: `address_id_unknown`, `address_unknown`, `attribute_unknown`,
        `account_of_another`, and what `checking.checked` and `photos.take_in` refuse
    """
    subtype = georeport.reportable(posted.service_code)
    known = {one.code for one in catalogue.questions_of(subtype)}
    for code in sorted(set(posted.attributes) - known):
        message = _("This service has no attribute %(code)s: ask for its definition.")
        raise _bad("attribute_unknown", message % {"code": code})
    lon, lat = _point(posted)
    done = report(
        Draft(
            subtype=subtype.code,
            lon=lon,
            lat=lat,
            address=posted.address,
            text=posted.description,
            answers=posted.attributes,
            joins=_joined(posted.joins),
            photos=posted.media,
            client_key=client_key,
            channel="api",
            language=get_language() or "fr",
        ),
        reporter=_reporter(posted, caller),
        now=now,
    )
    return Taken(
        code=done.code,
        token=done.report_id,
        notice=_notice(posted),
        account_id=posted.account_id,
    )


@transaction.atomic
def update(told: Told, *, caller: Caller, now: dt.datetime) -> Step:
    """Take the step that a partner says it took; on refusal nothing is changed, no photo is kept.

    :raises Forbidden: `may_not_update`, `request_of_another`
    :raises NotFound: `no_request`
    :raises Refused: `status_unknown`, `too_many_photos`, and what `moving.move_case` and
        `photos.take_in` refuse
    """
    case = _theirs(told.code, caller)
    to = step_meant(told.status, State.objects.values_list("code", flat=True))
    if not to:
        message = _("Say what was done, as status: done, scheduled or to_requalify.")
        raise _bad("status_unknown", message)
    if len(told.media) > MOST_PHOTOS:
        raise _bad("too_many_photos", _("Four photos at most."))
    photos = [
        take_in(one, case=case, report=None, role=PhotoRole.AFTER, client_key=None, now=now)
        for one in told.media
    ]
    return move_case(
        case_id=case.pk,
        to=to,
        actor="",
        who="partner",
        door=DOOR,
        reason=told.reason or _usual_reason(to),
        public_note=told.description,
        note=f"GeoReport: {caller.name}",
        proofs=photos,
        planned_on=told.planned_on,
        now=now,
    )


def _bad(code: str, message: str) -> Refused:
    return Refused(code, message, status=HTTPStatus.BAD_REQUEST)


def _point(posted: Posted) -> tuple[float | None, float | None]:
    """Return the point that was sent, or that of the address; none for who joins a case without
    saying where they stand."""
    if posted.lon is not None and posted.lat is not None:
        return posted.lon, posted.lat
    if posted.address:
        found = next(iter(suggest(posted.address, limit=1)), None)
        if found and found.kind == "address" and found.lon is not None and found.score >= SURE:
            return found.lon, found.lat
        message = _("We do not know this address. Give a number and a street, or lat and long.")
        raise _bad("address_unknown", message)
    if posted.address_id:
        message = _("This City gives addresses no id: send lat and long, or address_string.")
        raise _bad("address_id_unknown", message)
    return None, None


def _joined(code: str) -> uuid.UUID | None:
    if not code:
        return None
    known = Case.objects.filter(code=code, is_shown=True).values_list("id", flat=True)
    found = known.first() if len(code) <= georeport.LONGEST_CODE else None
    if found is None:
        raise NotFound("no_request", _("No request has this service_request_id."))
    return found


def _reporter(posted: Posted, caller: Caller) -> Reporter:
    """Return who reports: the key's owner, whoever has the address, or nobody.

    A program speaks in the name of no account but its owner's.
    """
    if not posted.account_id:
        return Reporter(email=posted.email, api_key_id=caller.key_id)
    if posted.account_id != str(caller.owner.id):
        message = _("This account_id is not that of the key: leave it out, or give an email.")
        raise Forbidden("account_of_another", message)
    return Reporter(person=caller.owner, api_key_id=caller.key_id)


def _notice(posted: Posted) -> str:
    """Return what whoever sent it should know."""
    said = []
    if posted.email and not posted.account_id:
        said.append(_("A letter asks to confirm the e-mail address; then what follows is told."))
    if posted.has_media_url:
        said.append(
            _("media_url was not fetched: send photos with the report, as multipart/form-data.")
        )
    if posted.media:
        said.append(_("Photos are public once an agent has looked at them."))
    return " ".join(said)


def _theirs(code: str, caller: Caller) -> Case:
    """Return the case, locked, if it is with the handler of this key."""
    if caller.handler_id is None:
        message = _("This api_key may report, not tell what became of requests.")
        raise Forbidden("may_not_update", message)
    rows = Case.objects.select_for_update(of=("self",)).filter(code=code, is_shown=True)
    found = rows.first() if len(code) <= georeport.LONGEST_CODE else None
    if found is None:
        raise NotFound("no_request", _("No request has this service_request_id."))
    if found.handler_id != caller.handler_id:
        message = _("This request is not with the handler of this api_key.")
        raise Forbidden("request_of_another", message)
    return found


def _usual_reason(state: str) -> str:
    rows = ClosingReason.objects.filter(state_id=state, retired_at=None).order_by("order")
    return rows.values_list("pk", flat=True).first() or ""
