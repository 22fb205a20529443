"""What one click does: support, vote, follow, take back. Each is a POST that can be undone."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from parvis.deliberation import public as deliberation
from parvis.deliberation.public import Opinion, Target
from parvis.ideas.queries.discussion import heading
from parvis.kernel import clock
from parvis.kernel.acting import done_for_others
from parvis.kernel.errors import Refused
from parvis.kernel.http import CityRequest
from parvis.mandates.public import PARTICIPATION


@login_not_required
@require_POST
def support(request: CityRequest, contribution_id: uuid.UUID) -> HttpResponse:
    """Support a contribution, or stop supporting it (`on=0`)."""
    target = Target(kind="contribution", id=contribution_id)
    act = deliberation.withdraw_support if _off(request) else deliberation.support
    return _done(
        request, contribution_id, lambda: act(target=target, by=request.person, now=clock.now())
    )


@login_not_required
@require_POST
def vote(request: CityRequest, contribution_id: uuid.UUID) -> HttpResponse:
    """Say one agrees, is mixed or disagrees; an empty opinion takes the vote back."""
    chosen = request.POST.get("opinion", "")
    if chosen not in ("", *Opinion.values):
        raise Refused("unknown_vote", _("Press one of the buttons of this page."), status=422)
    opinion = Opinion(chosen) if chosen else None
    act = partial(deliberation.vote, contribution_id=contribution_id, opinion=opinion)
    return _done(request, contribution_id, lambda: act(by=request.person, now=clock.now()))


@login_not_required
@require_POST
def follow(request: CityRequest, contribution_id: uuid.UUID) -> HttpResponse:
    """Follow a contribution, or stop following it (`on=0`)."""
    act = deliberation.unfollow if _off(request) else deliberation.follow
    return _done(
        request,
        contribution_id,
        lambda: act(contribution_id=contribution_id, by=request.person, now=clock.now()),
    )


@require_POST
@done_for_others(PARTICIPATION)
def withdraw(request: CityRequest, contribution_id: uuid.UUID) -> HttpResponse:
    """Take one's own contribution back."""
    deliberation.withdraw_contribution(
        contribution_id=contribution_id, by=request.person, now=clock.now()
    )
    messages.success(request, _("Your contribution is withdrawn: its text is no longer shown."))
    return redirect("ideas:contribution", contribution_id)


@login_not_required
@require_POST
def support_remark(request: CityRequest, remark_id: uuid.UUID) -> HttpResponse:
    """Support an argument, or stop supporting it (`on=0`)."""
    remark = deliberation.remark(remark_id, viewer=request.person)
    target = Target(kind="remark", id=remark_id)
    act = deliberation.withdraw_support if _off(request) else deliberation.support
    return _done(
        request,
        remark.contribution_id,
        lambda: act(target=target, by=request.person, now=clock.now()),
        remark_id=remark_id,
    )


@require_POST
@done_for_others(PARTICIPATION)
def withdraw_remark(request: CityRequest, remark_id: uuid.UUID) -> HttpResponse:
    """Take one's own argument or reply back."""
    remark = deliberation.remark(remark_id, viewer=request.person)
    deliberation.withdraw_remark(remark_id=remark_id, by=request.person, now=clock.now())
    messages.success(request, _("Your words are withdrawn."))
    return redirect("ideas:contribution", remark.contribution_id)


def _off(request: CityRequest) -> bool:
    return request.POST.get("on") == "0"


def _done(
    request: CityRequest,
    contribution_id: uuid.UUID,
    act: Callable[[], object],
    *,
    remark_id: uuid.UUID | None = None,
) -> HttpResponse:
    page = reverse("ideas:contribution", args=[contribution_id])
    if request.person is None:
        return redirect_to_login(page)
    try:
        act()
    except Refused as refusal:
        if not request.htmx:
            raise
        # The page is stale: it is read again whole, with the reason on top.
        messages.error(request, refusal.message)
        return HttpResponse(status=refusal.status, headers={"HX-Refresh": "true"})
    if not request.htmx:
        return redirect(f"{page}#{remark_id or 'voix'}")
    if remark_id is not None:
        return _remark_fragment(request, remark_id)
    return _fragment(request, contribution_id)


def _fragment(request: CityRequest, contribution_id: uuid.UUID) -> HttpResponse:
    now = clock.now()
    shown = deliberation.contribution(contribution_id, viewer=request.person, now=now)
    return render(request, "ideas/parts/gestures.html", heading(shown, now=now))


def _remark_fragment(request: CityRequest, remark_id: uuid.UUID) -> HttpResponse:
    remark = deliberation.remark(remark_id, viewer=request.person)
    context = {"remark": remark, "is_open": True}
    return render(request, "ideas/parts/remark_support.html", context)
