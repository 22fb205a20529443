"""The vote of an edition from the desk: what it asks, opening it, counting and publishing it."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from parvis.budget.actions import voting as acts
from parvis.budget.models import Edition
from parvis.budget.permissions import administrators_only
from parvis.budget.queries import ballots, editions, words
from parvis.kernel import clock
from parvis.kernel.errors import NotFound
from parvis.kernel.http import CityRequest
from parvis.voting.public import PollState


@administrators_only
@require_safe
def vote(request: CityRequest, slug: str) -> HttpResponse:
    """Show how far the vote of an edition is, and what comes next."""
    edition = _edition(slug)
    poll = ballots.vote_of(edition, now=clock.now())
    state = poll.state if poll else None
    context = {
        "edition": edition,
        "title": words.title_of(edition),
        "poll": poll,
        "may_prepare": poll is None or not poll.is_frozen,
        "may_open": bool(poll and poll.is_key_kept and not poll.is_frozen),
        "may_publish": state == PollState.OPENED,
        "is_published": state == PollState.PUBLISHED,
    }
    return render(request, "budget/vote_desk.html", context)


@administrators_only
@require_POST
def prepare(request: CityRequest, slug: str) -> HttpResponse:
    """Write down what the vote will ask."""
    acts.prepare_vote(edition_id=_id(slug), by=request.person, now=clock.now())
    messages.success(request, _("The vote is prepared. An elected official now makes its key."))
    return redirect("budget:desk_vote", slug)


@administrators_only
@require_POST
def open_for_good(request: CityRequest, slug: str) -> HttpResponse:
    """Fix the edition and its vote for good."""
    acts.open_vote(edition_id=_id(slug), by=request.person, now=clock.now())
    messages.success(request, _("Everything is fixed and its hash is published."))
    return redirect("budget:desk_vote", slug)


@administrators_only
@require_POST
def publish(request: CityRequest, slug: str) -> HttpResponse:
    """Count every area and publish what came of it."""
    acts.publish_vote(edition_id=_id(slug), by=request.person, now=clock.now())
    messages.success(request, _("The results are published."))
    return redirect("budget:results", slug)


def _edition(slug: str) -> Edition:
    found = editions.by_slug(slug)
    if found is None:
        raise NotFound("no_edition", _("There is no such edition of the participatory budget."))
    return found


def _id(slug: str) -> uuid.UUID:
    found: uuid.UUID = _edition(slug).pk
    return found


urlpatterns = [
    path(gettext_lazy("desk/votes/<slug:slug>/"), vote, name="desk_vote"),
    path(gettext_lazy("desk/votes/<slug:slug>/prepare/"), prepare, name="desk_vote_prepare"),
    path(gettext_lazy("desk/votes/<slug:slug>/open/"), open_for_good, name="desk_vote_open"),
    path(gettext_lazy("desk/votes/<slug:slug>/publish/"), publish, name="desk_vote_publish"),
]
