"""The desk of a vote: make its key, give it back, open the box."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from parvis.kernel import clock
from parvis.kernel.errors import Refused
from parvis.kernel.http import CityRequest
from parvis.voting.actions import opening, preparing
from parvis.voting.forms.desk import KeyForm
from parvis.voting.permissions import is_agent, is_official, officials_only, staff_only
from parvis.voting.queries import paper, polls

_TEMPLATE = "voting/desk_poll.html"


@staff_only
@require_safe
def desk(request: CityRequest) -> HttpResponse:
    """Show every vote, those in preparation first."""
    now = clock.now()
    context = {"drafts": polls.drafts(now=now), "polls": polls.polls(now=now)}
    return render(request, "voting/desk.html", context)


@staff_only
@never_cache
@require_safe
def desk_poll(request: CityRequest, ref: str) -> HttpResponse:
    """Show how far a vote is, and the next thing to do for who is here."""
    return _page(request, ref, KeyForm())


@officials_only
@never_cache
@require_POST
def make_key(request: CityRequest, ref: str) -> HttpResponse:
    """Make the opening key and send its file, this once."""
    key = preparing.make_opening_key(ref=ref, by=request.person, now=clock.now())
    answer = HttpResponse(key, content_type="application/octet-stream")
    answer["Content-Disposition"] = f'attachment; filename="{ref}.key.json"'
    return answer


@officials_only
@require_POST
def keep_key(request: CityRequest, ref: str) -> HttpResponse:
    """Take the file of the key back, to see that it is kept."""

    def keep(key: bytes) -> None:
        preparing.keep_opening_key(ref=ref, key=key, by=request.person, now=clock.now())
        messages.success(request, _("The key is kept. Keep its file where only you find it."))

    return _with_key(request, ref, keep)


@officials_only
@require_POST
def unlock(request: CityRequest, ref: str) -> HttpResponse:
    """Open the box with the file of the key."""

    def unlock_with(key: bytes) -> None:
        opening.open_box(ref=ref, key=key, by=request.person, now=clock.now())
        messages.success(request, _("The box is open, and every ballot is published."))

    return _with_key(request, ref, unlock_with)


def _with_key(request: CityRequest, ref: str, act: Callable[[bytes], None]) -> HttpResponse:
    form = KeyForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, ref, form, status=422)
    try:
        act(form.read())
    except Refused as refused:
        if refused.code != "wrong_key":
            raise
        form.add_error("key", refused.message)
        return _page(request, ref, form, status=refused.status)
    return redirect("voting:desk_poll", ref)


def _page(request: CityRequest, ref: str, form: KeyForm, *, status: int = 200) -> HttpResponse:
    poll = polls.poll(ref=ref, now=clock.now())
    context = {
        "poll": poll,
        "state": poll.state.value,
        "form": form,
        "is_official": is_official(request.person),
        "is_agent": is_agent(request.person),
        "boxes": paper.states(ref),
        "is_paper_ready": paper.is_ready(ref),
    }
    return render(request, _TEMPLATE, context, status=status)


urlpatterns = [
    path(gettext_lazy("desk/"), desk, name="desk"),
    path(gettext_lazy("desk/<slug:ref>/"), desk_poll, name="desk_poll"),
    path(gettext_lazy("desk/<slug:ref>/make-key/"), make_key, name="make_key"),
    path(gettext_lazy("desk/<slug:ref>/keep-key/"), keep_key, name="keep_key"),
    path(gettext_lazy("desk/<slug:ref>/unlock/"), unlock, name="unlock"),
]
