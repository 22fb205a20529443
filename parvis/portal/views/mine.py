"""« Mon compte »: one thread with the City."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from parvis.kernel import clock
from parvis.kernel.http import CityRequest
from parvis.portal.queries.thread import FILTERS, cards, deeds, deeds_of_others, thread
from parvis.relation.public import mark_read


@require_safe
def mine(request: CityRequest) -> HttpResponse:
    """Show a person what they have under way, their thread, and who read or changed their file."""
    now, only = clock.now(), request.GET.get("fil", "")
    only, before = only if only in FILTERS else "", request.GET.get("avant", "")
    said = thread(request.person, now=now, before=before, only=only)
    if request.method == "GET":
        mark_read(person_id=request.person.id, entry_ids=said.seen, now=now)
    context = {
        "cards": cards(request.person, now=now),
        "thread": said,
        "filters": FILTERS.items(),
        "deeds": deeds_of_others(request.person),
    }
    return render(request, "portal/mine.html", context)


@require_safe
def register_of_mine(request: CityRequest) -> HttpResponse:
    """Show a person the lines of the register that concern them."""
    return render(request, "portal/register.html", {"deeds": deeds(request.person)})
