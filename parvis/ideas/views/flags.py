"""Pages where one tells the moderators that a text should not stay."""

from __future__ import annotations

import datetime as dt
import uuid
from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from parvis.deliberation import public as deliberation
from parvis.deliberation.public import ContributionView, Reason, RemarkView, State, Target
from parvis.ideas.forms.residents import FlagForm
from parvis.ideas.forms.typed import attempt
from parvis.ideas.queries.discussion import heading
from parvis.ideas.views import typed
from parvis.kernel import clock
from parvis.kernel.errors import Refused
from parvis.kernel.http import CityRequest


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def contribution(request: CityRequest, contribution_id: uuid.UUID) -> HttpResponse:
    """Flag a contribution."""
    now = clock.now()
    shown = deliberation.contribution(contribution_id, viewer=request.person, now=now)
    return _flag(request, shown, None, now)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def remark(request: CityRequest, remark_id: uuid.UUID) -> HttpResponse:
    """Flag an argument or a reply."""
    found = deliberation.remark(remark_id, viewer=request.person)
    now = clock.now()
    shown = deliberation.contribution(found.contribution_id, viewer=request.person, now=now)
    return _flag(request, shown, found, now)


def _flag(
    request: CityRequest, shown: ContributionView, about: RemarkView | None, now: dt.datetime
) -> HttpResponse:
    public = shown.row.state == State.PUBLIC and (about is None or about.state == State.PUBLIC)
    context = heading(shown, now=now) | {"remark": about, "may_flag": public}
    if request.method != "POST":
        context["form"] = FlagForm(initial=typed.given_back(request))
        return render(request, "ideas/flag.html", context)
    if request.person is None:
        return typed.sign_in_first(request)
    form = FlagForm(request.POST)
    target = _target(shown, about)
    flag = partial(deliberation.flag, target=target, by=request.person, now=now)
    made = attempt(form, lambda t: flag(reason=Reason(t["reason"]), comment=t["body"]))
    if isinstance(made, Refused):
        return render(request, "ideas/flag.html", context | {"form": form}, status=made.status)
    typed.forget(request)
    messages.success(request, _("Thank you. A moderator will read this text."))
    return redirect("ideas:contribution", shown.row.id)


def _target(shown: ContributionView, about: RemarkView | None) -> Target:
    if about:
        return Target(kind="remark", id=about.id)
    return Target(kind="contribution", id=shown.row.id)
