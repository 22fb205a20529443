"""The agents' desk: every queue that waits for the person, with its count."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from parvis.account.public import ANY_SERVICE, ANYWHERE, needs_role, with_second_factor
from parvis.kernel import clock
from parvis.kernel.http import CityRequest
from parvis.portal.permissions import STAFF
from parvis.portal.queries.queues import queues_for
from parvis.portal.queries.thread import ROLES


@require_safe
@needs_role(*STAFF, service=ANY_SERVICE, territory=ANYWHERE)
def desk(request: CityRequest) -> HttpResponse:
    """Greet an agent with what waits."""
    queues = queues_for(request.person, now=clock.now())
    waiting = sum(queue.waiting for queue in queues)
    roles = [label for role, label in ROLES.items() if role in request.person.roles]
    is_invited = not with_second_factor([request.person.id])
    context = {"queues": queues, "waiting": waiting, "roles": roles, "is_invited": is_invited}
    return render(request, "portal/desk.html", context)
