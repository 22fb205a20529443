"""Services, requests and updates in the words of GeoReport v2, the same for JSON and XML."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _, ngettext

from parvis.kernel.http import CityRequest
from parvis.streets.queries.georeport import Asks, Request, Service, Update
from parvis.streets.rules.georeport import status_of

Told = dict[str, Any]


def service(one: Service) -> Told:
    """Return a line of the list of services."""
    return {
        "service_code": one.code,
        "service_name": one.name,
        "description": one.description,
        "metadata": one.has_questions,
        "type": "realtime",
        "keywords": ", ".join(one.keywords),
        "group": one.group,
    }


def definition(code: str, asks: list[Asks]) -> Told:
    """Return what more is asked of a service."""
    return {
        "service_code": code,
        "attributes": [_attribute(rank, one) for rank, one in enumerate(asks, start=1)],
    }


def request(one: Request, asked_by: CityRequest) -> Told:
    """Return a request; no word of who reported it. `extensions=true` adds what the standard has no
    place for."""
    told: Told = {
        "service_request_id": one.code,
        "status": status_of(is_open=one.is_open),
        "status_notes": one.notes,
        "service_name": one.service_name,
        "service_code": one.service,
        "description": None,
        "agency_responsible": one.handler or None,
        "service_notice": _notice(one),
        "requested_datetime": moment(one.requested_at),
        "updated_datetime": moment(one.updated_at),
        "expected_datetime": moment(one.due_at) if one.due_at else None,
        "address": one.address or None,
        "address_id": None,
        "zipcode": one.postcode or None,
        "lat": one.lat,
        "long": one.lon,
        "media_url": _photo(one.photos[0], asked_by) if one.photos else None,
    }
    if asked_by.GET.get("extensions", "").lower() == "true":
        told["extended_attributes"] = _extended(one, asked_by)
    return told


def update(one: Update) -> Told:
    """Return what happened to a request."""
    return {
        "update_id": str(one.id),
        "service_request_id": one.code,
        "status": status_of(is_open=one.is_open),
        "external_status_code": one.state,
        "description": one.description,
        "updated_datetime": moment(one.taken_at),
        "media_url": None,
    }


def moment(at: dt.datetime) -> str:
    """Return a moment as the W3C note on dates writes it, in the hour of the city."""
    return localtime(at).isoformat(timespec="seconds")


def _attribute(rank: int, one: Asks) -> Told:
    question = one.question
    told: Told = {
        "variable": True,
        "code": question.code,
        "datatype": question.datatype,
        "required": question.is_required,
        "datatype_description": one.hint,
        "order": rank,
        "description": question.label,
    }
    if question.values:
        told["values"] = [{"key": key, "name": name} for key, name in question.values]
    return told


def _notice(one: Request) -> str:
    if one.merged_into:
        return _("It is followed as %(code)s.") % {"code": one.merged_into}
    said = ngettext("Reported by %(count)s person.", "Reported by %(count)s persons.", one.reports)
    return said % {"count": one.reports}


def _extended(one: Request, asked_by: CityRequest) -> Told:
    return {
        "state": one.state,
        "handler": one.handler_code or None,
        "closed_because": one.reason or None,
        "closed_datetime": moment(one.closed_at) if one.closed_at else None,
        "merged_into": one.merged_into or None,
        "reports": one.reports,
        "contradictions": one.contradictions,
        "photos": [{"media_url": _photo(photo, asked_by)} for photo in one.photos],
    }


def _photo(photo: str, asked_by: CityRequest) -> str:
    return asked_by.build_absolute_uri(reverse("streets:photo", args=[photo]))
