"""What came of a vote: its areas, one of them round by round, and everything to take away."""

from __future__ import annotations

import csv
import io
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_safe

from parvis.budget.models import Edition
from parvis.budget.queries import ballots, editions, results as found, words
from parvis.kernel import clock
from parvis.kernel.errors import NotFound
from parvis.kernel.http import CityRequest
from parvis.voting import public as voting
from parvis.voting.public import PollState, PollView

_BOM = "\ufeff"


@login_not_required
@require_safe
def results(request: CityRequest, slug: str) -> HttpResponse:
    """Show what came of the vote of an edition, area by area; until then, when it will be told."""
    edition, poll = _vote(slug)
    context = _frame(edition, poll)
    if context["is_published"]:
        context["areas"] = found.summaries(edition, poll)
    return render(request, "budget/results.html", context)


@login_not_required
@require_safe
def area(request: CityRequest, slug: str, key: str) -> HttpResponse:
    """Show who is funded in one area, and why, round by round."""
    edition, poll = _vote(slug)
    context = _frame(edition, poll) | {
        "result": found.area_result(edition, poll, key),
        "turnout": found.turnout(poll, key),
        "others": [(one.key, ballots.area_name(edition, one.key)) for one in poll.contests],
    }
    return render(request, "budget/result.html", context)


@login_not_required
@require_safe
def record(_request: CityRequest, slug: str) -> HttpResponse:
    """Send the published record, with the program that checks it."""
    _edition, poll = _vote(slug)
    return _file(voting.record(ref=poll.ref), "application/zip", f"{poll.ref}.zip")


@login_not_required
@require_safe
def pabulib(_request: CityRequest, slug: str, key: str) -> HttpResponse:
    """Send the ballots of an area in the Pabulib format."""
    edition, poll = _vote(slug)
    text = found.as_pabulib(edition, poll, key)
    return _file(text.encode(), "text/plain; charset=utf-8", f"{poll.ref}-{key}.pb")


@login_not_required
@require_safe
def table(_request: CityRequest, slug: str, key: str) -> HttpResponse:
    """Send the result of an area as CSV."""
    edition, poll = _vote(slug)
    written = io.StringIO(_BOM, newline="")
    written.seek(len(_BOM))
    csv.writer(written, delimiter=";").writerows(
        found.rows_of(found.area_result(edition, poll, key))
    )
    content = written.getvalue().encode()
    return _file(content, "text/csv; charset=utf-8", f"{poll.ref}-{key}.csv")


def _vote(slug: str) -> tuple[Edition, PollView]:
    edition = editions.by_slug(slug)
    poll = ballots.vote_of(edition, now=clock.now()) if edition else None
    if edition is None or poll is None or not poll.is_frozen:
        raise NotFound("no_vote", _("There is no vote at this address, or not yet."))
    return edition, poll


def _frame(edition: Edition, poll: PollView) -> dict[str, Any]:
    return {
        "edition": edition,
        "title": words.title_of(edition),
        "poll": poll,
        "is_published": poll.state == PollState.PUBLISHED,
        "is_over": poll.state in {PollState.CLOSED, PollState.OPENED},
    }


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


urlpatterns = [
    path(gettext_lazy("editions/<slug:slug>/results/"), results, name="results"),
    path(gettext_lazy("editions/<slug:slug>/results/record.zip"), record, name="record"),
    path(gettext_lazy("editions/<slug:slug>/results/<slug:key>/"), area, name="result"),
    path(
        gettext_lazy("editions/<slug:slug>/results/<slug:key>/ballots.pb"),
        pabulib,
        name="result_pb",
    ),
    path(
        gettext_lazy("editions/<slug:slug>/results/<slug:key>/result.csv"), table, name="result_csv"
    ),
]
