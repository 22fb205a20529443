"""Pages one reads: the consultations, the text clause by clause, the contributions, one of them."""

from __future__ import annotations

import secrets
import uuid

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from parvis.deliberation import public as deliberation
from parvis.ideas.queries import discussion, reading
from parvis.ideas.queries.places import places, plan_of
from parvis.ideas.views import listing
from parvis.kernel import clock
from parvis.kernel.http import CityRequest


@login_not_required
@require_safe
def index(request: CityRequest) -> HttpResponse:
    """Show the consultations that are open, to come and over."""
    context = {"overview": reading.overview(now=clock.now())}
    return render(request, "ideas/index.html", context)


@login_not_required
@require_safe
def consultation(request: CityRequest, slug: str) -> HttpResponse:
    """Show the text of one consultation, clause by clause, with what was said of each."""
    now = clock.now()
    asked = deliberation.consultation(slug)
    context = {"consultation": asked, "moment": asked.moment(now)}
    plan = plan_of(asked)
    if plan is None:
        return render(
            request, "ideas/archive.html", context | {"parts": reading.own_chapters(asked)}
        )
    return render(
        request,
        "ideas/consultation.html",
        context | {"plan": plan, "chapters": reading.chapters(asked, plan)},
    )


@login_not_required
@require_safe
@vary_on_headers("HX-Target")
def contributions(request: CityRequest, slug: str) -> HttpResponse:
    """Show the contributions of a consultation, searched, filtered, sorted and paged."""
    asked = deliberation.consultation_head(slug)
    context = listing.context(request, asked, places(asked), now=clock.now())
    template = "ideas/parts/found.html" if request.htmx.target == "found" else "ideas/list.html"
    return render(request, template, context)


@login_not_required
@require_safe
def contribution(request: CityRequest, contribution_id: uuid.UUID) -> HttpResponse:
    """Show one contribution with its arguments, its replies and the answer of the city."""
    now = clock.now()
    shown = deliberation.contribution(contribution_id, viewer=request.person, now=now)
    context = discussion.heading(shown, now=now) | {
        "columns": discussion.columns(
            shown,
            viewer=request.person,
            cursors={key: request.GET.get(key, "") for key in ("for", "against", "replies")},
        ),
        "form_token": secrets.token_urlsafe(16),
    }
    return render(request, "ideas/contribution.html", context)


@login_not_required
@require_safe
def history(request: CityRequest, contribution_id: uuid.UUID) -> HttpResponse:
    """Show how a contribution changed, from one version to the next."""
    now = clock.now()
    shown = deliberation.contribution(contribution_id, viewer=request.person, now=now)
    changes = discussion.changes(contribution_id, viewer=request.person)
    context = discussion.heading(shown, now=now) | {"changes": changes}
    return render(request, "ideas/history.html", context)
