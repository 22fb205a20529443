"""Pages where one argues for or against a contribution, or replies."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from parvis.deliberation import public as deliberation
from parvis.deliberation.public import ContributionView, NewRemark, RemarkView, Stance
from parvis.ideas.forms.residents import ArgumentForm, ReplyForm
from parvis.ideas.forms.typed import attempt
from parvis.ideas.queries.discussion import heading
from parvis.ideas.views import typed
from parvis.kernel import clock
from parvis.kernel.acting import done_for_others
from parvis.kernel.errors import Refused
from parvis.kernel.http import CityRequest
from parvis.mandates.public import PARTICIPATION


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@done_for_others(PARTICIPATION)
def argue(request: CityRequest, contribution_id: uuid.UUID) -> HttpResponse:
    """Give an argument for or against a contribution, or reply to it."""
    now = clock.now()
    shown = deliberation.contribution(contribution_id, viewer=request.person, now=now)
    if request.method == "POST":
        return _send(request, shown, now)
    form = ArgumentForm(initial={"stance": _side(request)} | typed.given_back(request))
    return render(request, "ideas/argue.html", heading(shown, now=now) | {"form": form})


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@done_for_others(PARTICIPATION)
def reply(request: CityRequest, remark_id: uuid.UUID) -> HttpResponse:
    """Reply to an argument."""
    remark = deliberation.remark(remark_id, viewer=request.person)
    now = clock.now()
    shown = deliberation.contribution(remark.contribution_id, viewer=request.person, now=now)
    if request.method == "POST":
        return _send_reply(request, shown, remark, now)
    form = ReplyForm(initial=typed.given_back(request))
    context = heading(shown, now=now) | {"form": form, "remark": remark}
    return render(request, "ideas/reply.html", context)


def _side(request: CityRequest) -> str:
    side = request.GET.get("side", "")
    return side if side in Stance.values else Stance.REPLY.value


def _send(request: CityRequest, shown: ContributionView, now: dt.datetime) -> HttpResponse:
    if request.person is None:
        return typed.sign_in_first(request)
    form = ArgumentForm(request.POST)
    post = partial(deliberation.post_remark, by=request.person, now=now)
    made = attempt(form, lambda t: post(new=_remark(shown, t, Stance(t["stance"]), None)))
    if isinstance(made, Refused):
        context = heading(shown, now=now) | {"form": form}
        return render(request, "ideas/argue.html", context, status=made.status)
    return _thanks(request, shown, made)


def _send_reply(
    request: CityRequest, shown: ContributionView, to: RemarkView, now: dt.datetime
) -> HttpResponse:
    if request.person is None:
        return typed.sign_in_first(request)
    form = ReplyForm(request.POST)
    post = partial(deliberation.post_remark, by=request.person, now=now)
    made = attempt(form, lambda t: post(new=_remark(shown, t, Stance.REPLY, to.id)))
    if isinstance(made, Refused):
        context = heading(shown, now=now) | {"form": form, "remark": to}
        return render(request, "ideas/reply.html", context, status=made.status)
    return _thanks(request, shown, to.id)


def _remark(
    shown: ContributionView, given: Mapping[str, Any], stance: Stance, to: uuid.UUID | None
) -> NewRemark:
    return NewRemark(
        contribution_id=shown.row.id,
        stance=stance,
        body=given["body"],
        parent_id=to,
        form_token=given["form_token"],
    )


def _thanks(request: CityRequest, shown: ContributionView, anchor: uuid.UUID) -> HttpResponse:
    typed.forget(request)
    messages.success(request, _("Your words are published. Thank you."))
    return redirect(f"{reverse('ideas:contribution', args=[shown.row.id])}#{anchor}")
