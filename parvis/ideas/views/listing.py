"""The list of contributions as an address asks for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from parvis.deliberation import public as deliberation
from parvis.deliberation.public import ConsultationHead, Wanted
from parvis.ideas.forms.filters import FilterForm
from parvis.ideas.queries.districts import districts
from parvis.ideas.queries.lists import wanted
from parvis.ideas.queries.places import Place
from parvis.kernel.http import CityRequest

_WHOSE = ("mine", "followed")


def address_with(request: CityRequest, **changes: str) -> str:
    """Return the address's parameters with these changed, a parameter left out where it is ""."""
    asked = request.GET.copy()
    for name, value in changes.items():
        asked.pop(name, None)
        if value:
            asked[name] = value
    return f"?{asked.urlencode()}"


def context(
    request: CityRequest,
    consultation: ConsultationHead,
    places: Mapping[str, Place],
    *,
    now: dt.datetime,
) -> dict[str, Any]:
    """Return what the list shows, and the addresses of its neighbours."""
    form = FilterForm(request.GET, places=places.values(), districts=districts())
    form.is_valid()
    asked = _asked(request, form, places)
    page = deliberation.contributions(consultation.slug, wanted=asked, viewer=request.person)
    return {
        "consultation": consultation,
        "moment": consultation.moment(now),
        "form": form,
        "asked": asked,
        "page": page,
        "places": places,
        "chosen": places.get(asked.section_ref or asked.branch_ref),
        **_narrowed(request, form, places),
        **_neighbours(request, page.previous_cursor, page.next_cursor),
    }


def _whose(request: CityRequest) -> str:
    whose = request.GET.get("whose", "")
    return whose if request.person and whose in _WHOSE else ""


def _drawn(form: FilterForm, places: Mapping[str, Place]) -> tuple[Any, ...]:
    """Return all that the filters draw, their words apart."""
    chosen = {name: value for name, value in form.cleaned_data.items() if name != "q"}
    return (*places.values(), *chosen.items(), *form.errors)


def _asked(request: CityRequest, form: FilterForm, places: Mapping[str, Place]) -> Wanted:
    return wanted(
        form.cleaned_data,
        places=places,
        whose=_whose(request),
        cursor=request.GET.get("cursor", ""),
    )


def _narrowed(
    request: CityRequest, form: FilterForm, places: Mapping[str, Place]
) -> dict[str, Any]:
    whose = _whose(request)
    return {
        "drawn": _drawn(form, places),
        "whose": whose,
        "is_all": not whose,
        "is_mine": whose == "mine",
        "is_followed": whose == "followed",
        "is_filtered": bool(whose) or any(request.GET.get(name) for name in form.fields),
    }


def _neighbours(request: CityRequest, previous: str, following: str) -> dict[str, str]:
    return {
        "previous_url": address_with(request, cursor=previous) if previous else "",
        "next_url": address_with(request, cursor=following) if following else "",
    }
