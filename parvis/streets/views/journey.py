"""From page to page until a report is whole: what each page takes, and which one comes next.

A page posts its own fields and the signed draft; nothing is kept between two pages but the photos.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

from django.utils import timezone

from parvis.kernel.http import CityRequest
from parvis.streets.actions import checking
from parvis.streets.actions.checking import Draft, Unfit
from parvis.streets.actions.drafting import Kept, add_photos, begun
from parvis.streets.forms.reporting import DetailsForm, PlaceForm, answers_in
from parvis.streets.permissions import treats_cases
from parvis.streets.queries import catalogue, ground, near, public_cases
from parvis.territory.public import in_metres

PHOTO, PLACE, KIND, DETAILS, NEAR, WHO = "photo", "place", "kind", "details", "near", "who"
STEPS = (PHOTO, PLACE, KIND, DETAILS, NEAR, WHO)

Took = tuple[Kept, bool]
"""The draft after a page, and whether that page has all it asks for."""


def started(request: CityRequest) -> Kept:
    """Return a draft as an address begins it: `?joins=` the number of a case, `?kind=`, `?lon=` and
    `?lat=`; what makes no sense is left out."""
    asked, kept = request.GET, begun()
    if asked.get("joins"):
        case = public_cases.case_of(asked["joins"])
        return replace(kept, joins=case.code, joins_id=str(case.pk), subtype=case.subtype.code)
    point = PlaceForm(asked)
    if point.is_valid() and point.cleaned_data["lon"] is not None:
        kept = replace(kept, lon=point.cleaned_data["lon"], lat=point.cleaned_data["lat"])
    kind = asked.get("kind", "").replace("\x00", "")
    if catalogue.offered().filter(code=kind, not_ours_fr="").exists():
        kept = replace(kept, subtype=kind)
    return kept


def next_step(kept: Kept, *, now: dt.datetime) -> str:
    """Return the first page that still asks for something."""
    if kept.joins:
        return WHO
    missing = {
        PHOTO: not kept.has_photo_step,
        PLACE: kept.lon is None or kept.by_photo,
        KIND: not kept.subtype,
        DETAILS: not kept.has_details,
    }
    step = next((one for one, is_missing in missing.items() if is_missing), "")
    return step or (NEAR if not kept.has_looked and near_cases(kept, now=now) else WHO)


def near_cases(kept: Kept, *, now: dt.datetime) -> list[public_cases.Row]:
    """Return the public cases that this draft may join, the nearest first."""
    if kept.lon is None or kept.lat is None or not kept.subtype:
        return []
    at = in_metres([(kept.lon, kept.lat)])[0]
    found = near.near(catalogue.subtype(kept.subtype), at=at, now=now)
    known = public_cases.by_ids(one.case_id for one in found)
    return [
        public_cases.row(known[one.case_id], metres=one.metres)
        for one in found
        if one.case_id in known
    ]


def take(step: str, kept: Kept, request: CityRequest, *, now: dt.datetime) -> Took:
    """Return the draft with what a page asked for.

    :raises Refused: what the rules say of it; the draft stays as it was
    """
    takes: dict[str, Callable[[Kept, CityRequest, dt.datetime], Took]] = {
        PHOTO: _photo,
        PLACE: _place,
        KIND: _kind,
        DETAILS: _details,
        NEAR: _near,
    }
    handler = takes.get(step)
    return handler(kept, request, now) if handler else (kept, True)


def _photo(kept: Kept, request: CityRequest, now: dt.datetime) -> Took:
    if "remove" in request.POST:
        return replace(kept, photos=()), False
    uploads = request.FILES.getlist("photos")
    kept = add_photos(kept, uploads, now=now)
    return replace(kept, has_photo_step=True), True


def _place(kept: Kept, request: CityRequest, now: dt.datetime) -> Took:
    del now
    form = PlaceForm(request.POST)
    if not form.is_valid():
        raise Unfit("place_missing", step=PLACE)
    said = form.cleaned_data
    kept = replace(kept, says_bridge=said["says_bridge"])
    chosen = _chosen(request)
    if chosen:
        spot = ground.found(chosen)
        if spot is None:
            raise Unfit("place_missing", step=PLACE)
        return _at(kept, lon=spot.lon, lat=spot.lat, address=chosen), True
    if "find" in request.POST:
        return kept, False
    if said["lon"] is None or said["lat"] is None:
        # Words alone are looked up first: the page comes back with what they may mean.
        if said["address"].strip():
            return kept, False
        raise Unfit("place_missing", step=PLACE)
    return _at(kept, lon=said["lon"], lat=said["lat"], address=said["address"]), True


def _chosen(request: CityRequest) -> str:
    """Return the address that was touched, or the street that was chosen in the list."""
    street, district = request.POST.get("street", ""), request.POST.get("arrondissement", "")
    if "by_list" in request.POST and street and district.isdigit():
        return f"{street}, 750{int(district):02} Paris"
    return request.POST.get("at", "")


def _at(kept: Kept, *, lon: float, lat: float, address: str) -> Kept:
    draft = Draft(subtype="", lon=lon, lat=lat, address=address, says_bridge=kept.says_bridge)
    spot = checking.check_place(draft)
    # What somebody typed is told where it is what the point says.
    told = (spot.label if spot else "") or address
    return replace(kept, lon=lon, lat=lat, address=told, by_photo=False, has_looked=False)


def _kind(kept: Kept, request: CityRequest, now: dt.datetime) -> Took:
    del now
    code = request.POST.get("kind", "")
    if not code:
        return kept, False
    subtype = catalogue.subtype(code)
    checking.check_kind(subtype, is_agent=may_report_all(request))
    if code == kept.subtype:
        return kept, True
    return replace(kept, subtype=code, answers={}, has_details=False, has_looked=False), True


def _details(kept: Kept, request: CityRequest, now: dt.datetime) -> Took:
    questions = catalogue.questions_of(catalogue.subtype(kept.subtype))
    form = DetailsForm(request.POST, questions=())
    form.is_valid()
    said = form.cleaned_data
    noticed = said.get("noticed_at")
    if noticed is not None and timezone.is_naive(noticed):
        noticed = timezone.make_aware(noticed)
    answers = checking.check_answers(questions, answers_in(request.POST))
    if "noticed_at" in form.errors:
        raise Unfit("moment_unreadable", step=DETAILS)
    if noticed is not None:
        checking.check_moment(noticed, now=now)
    if "text" in form.errors:
        raise Unfit("text_too_long", step=DETAILS)
    return replace(
        kept,
        text=said["text"],
        answers=answers,
        noticed_at=noticed.isoformat() if noticed else "",
        has_details=True,
    ), True


def _near(kept: Kept, request: CityRequest, now: dt.datetime) -> Took:
    chosen = request.POST.get("join", "")
    for one in near_cases(kept, now=now):
        if one.case.code == chosen:
            return replace(
                kept, joins=one.case.code, joins_id=str(one.case.id), has_looked=True
            ), True
    return replace(kept, joins="", joins_id="", has_looked=True), True


def may_report_all(request: CityRequest) -> bool:
    """Tell whether who reports treats reports, and may report what only agents do."""
    return treats_cases(request.person)
