"""What a program sends through GeoReport v2, as it is typed: shape only, refused with the name of
the argument."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from http import HTTPStatus
from typing import IO, TYPE_CHECKING

from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.timezone import localtime
from django.utils.translation import gettext as _, gettext_noop

from parvis.kernel.errors import Refused
from parvis.streets.actions.georeport import Posted, Told
from parvis.streets.rules import georeport as rules
from parvis.streets.rules.georeport import Unreadable

if TYPE_CHECKING:
    Files = MultiValueDict[str, UploadedFile[bytes]]
else:
    Files = MultiValueDict

MEDIA = ("media", "media[]", "photo", "photos")
"""The names under which programs send photos (multipart/form-data)."""

# Each names the argument it is about.
_SENTENCES = {
    "argument_missing": gettext_noop("%(argument)s is missing."),
    "attribute_said_twice": gettext_noop("%(argument)s takes one answer."),
    "date_unreadable": gettext_noop(
        "%(argument)s is no moment: write it like 2026-05-04T08:00:00Z."
    ),
    "date_without_zone": gettext_noop("%(argument)s needs its zone: Z, or +02:00."),
    "description_too_long": gettext_noop("%(argument)s is longer than 4,000 characters."),
    "number_unreadable": gettext_noop("%(argument)s is no number that can be used here."),
    "page_too_large": gettext_noop("%(argument)s is 1,000 at most."),
    "place_incomplete": gettext_noop("A place is lat and long together: %(argument)s is missing."),
    "place_missing": gettext_noop("Say where: lat and long, or address_string."),
    "radius_too_wide": gettext_noop("%(argument)s is between 1 and 5,000 metres."),
    "span_too_wide": gettext_noop(
        "One question covers 90 days at most: ask several (%(argument)s)."
    ),
    "span_upside_down": gettext_noop("%(argument)s is before the beginning."),
    "status_unknown": gettext_noop("%(argument)s is open, closed, or both with a comma."),
    "text_unreadable": gettext_noop("%(argument)s has characters that no text has."),
    "too_many_ids": gettext_noop("%(argument)s names 1,000 requests at most."),
}


def refusal(fault: Unreadable) -> Refused:
    """Return what cannot be read as a refusal, in the active language."""
    message = _(_SENTENCES[fault.code]) % {"argument": fault.argument}
    return Refused(fault.code, message, status=HTTPStatus.BAD_REQUEST)


def check_text(given: QueryDict) -> None:
    """Refuse what no database keeps.

    :raises Unreadable: `text_unreadable`
    """
    for name, values in given.lists():
        if any("\x00" in text for text in (name, *values)):
            raise Unreadable("text_unreadable", name.replace("\x00", "")[:60])


def posted(given: QueryDict, files: Files) -> Posted:
    """Return the report that was sent.

    :raises Unreadable: `argument_missing`, `place_missing`, `place_incomplete`,
        `number_unreadable`, `description_too_long`
    """
    said = _said(given)
    if "service_code" not in said:
        raise Unreadable("argument_missing", "service_code")
    if len(said.get("description", "")) > rules.DESCRIPTION:
        raise Unreadable("description_too_long", "description")
    lon, lat = _point(said)
    answers = rules.attributes(given.lists())
    return Posted(
        service_code=said["service_code"],
        lon=lon,
        lat=lat,
        address=said.get("address_string", ""),
        address_id=said.get("address_id", ""),
        description=said.get("description", ""),
        email=said.get("email", ""),
        account_id=said.get("account_id", ""),
        attributes={code: many if many[1:] else many[0] for code, many in answers.items()},
        joins=said.get("service_request_id", ""),
        has_media_url="media_url" in said,
        media=_media(files),
    )


def told(given: QueryDict, files: Files) -> Told:
    """Return what a partner tells of a request.

    :raises Unreadable: `argument_missing`, `date_unreadable`, `date_without_zone`
    """
    said = _said(given)
    for name in ("service_request_id", "status"):
        if name not in said:
            raise Unreadable("argument_missing", name)
    return Told(
        code=said["service_request_id"],
        status=said["status"],
        description=said.get("description", ""),
        reason=said.get("external_status_code", ""),
        planned_on=_day(said.get("expected_datetime", "")),
        media=_media(files),
    )


def _said(given: QueryDict) -> dict[str, str]:
    """Return the arguments that say something; an empty one is as if it were not there."""
    said = {name: str(value).strip() for name, value in given.items()}
    return {name: value for name, value in said.items() if value}


def _point(said: Mapping[str, str]) -> tuple[float | None, float | None]:
    known = [name for name in ("lat", "long") if name in said]
    if len(known) == 1:
        raise Unreadable("place_incomplete", "long" if known == ["lat"] else "lat")
    if known:
        return rules.number(said["long"], "long"), rules.number(said["lat"], "lat")
    if not {"address_string", "address_id", "service_request_id"} & set(said):
        raise Unreadable("place_missing", "lat")
    return None, None


def _day(text: str) -> dt.date | None:
    """Return a day, as such or as the moment it has in the city."""
    if not text:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return localtime(rules.moment(text, "expected_datetime")).date()


def _media(files: Files) -> tuple[IO[bytes], ...]:
    return tuple(one for name in MEDIA for one in files.getlist(name))
