"""Pages that show a household: whom one holds, for whom one may act, who may act for one."""

from __future__ import annotations

import uuid

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from parvis.kernel import clock
from parvis.kernel.acting import done_for_oneself
from parvis.kernel.http import CityRequest
from parvis.mandates.actions import growing_up
from parvis.mandates.queries import household


@require_safe
def mine(request: CityRequest) -> HttpResponse:
    """Show the household: children, protected adults, relatives, associations."""
    now = clock.now()
    bonds = household.bonds_of(request.person, now=now)
    context = {
        "held": [bond for bond in bonds if bond.in_force],
        "waiting": [bond for bond in bonds if bond.is_waiting],
        "over": [bond for bond in bonds if not bond.in_force and not bond.is_waiting],
        "invitations": household.invitations(request.person, now=now),
    }
    return render(request, "mandates/household.html", context)


@require_safe
def standing_in(request: CityRequest) -> HttpResponse:
    """Show for whom one may act, each with a button that begins."""
    bonds = household.bonds_of(request.person, now=clock.now())
    held = [bond for bond in bonds if bond.in_force]
    return render(request, "mandates/standing_in.html", {"held": held})


@require_safe
def represented(request: CityRequest) -> HttpResponse:
    """Show who may act for one, what waits for one's answer, and what was done in one's name."""
    now = clock.now()
    bonds = household.bonds_over(request.person, now=now)
    context = {
        "held": [bond for bond in bonds if bond.in_force],
        "offered": [bond for bond in bonds if bond.is_waiting],
        "over": [bond for bond in bonds if not bond.in_force and not bond.is_waiting],
        "invitations": household.invitations(request.person, now=now),
        "done": household.done_for(household.refs_of(request.person.id)),
    }
    return render(request, "mandates/represented.html", context)


@require_safe
def ward(request: CityRequest, ward_id: uuid.UUID) -> HttpResponse:
    """Show who holds a child or an adult, and what was done in their name, to who holds them."""
    return render(request, "mandates/ward.html", _ward(request, ward_id))


@never_cache
@require_POST
@done_for_oneself
def code(request: CityRequest, ward_id: uuid.UUID) -> HttpResponse:
    """Give a code for the file of a ward; it is shown once, on the page that answers."""
    use = request.POST.get("use", "")
    given = growing_up.give_code(ward_id=ward_id, use=use, by=request.person, now=clock.now())
    context = _ward(request, ward_id) | {"code": given, "use": use}
    return render(request, "mandates/ward.html", context)


def _ward(request: CityRequest, ward_id: uuid.UUID) -> dict[str, object]:
    held = household.held_ward(ward_id, by=request.person, now=clock.now())
    bonds = household.bonds_over_ward(ward_id, now=clock.now())
    return {
        "ward": held,
        "holders": [bond for bond in bonds if bond.in_force],
        "done": household.done_for(household.refs_of_ward(ward_id)),
    }
