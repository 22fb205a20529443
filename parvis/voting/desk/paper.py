"""The desk of paper: boxes, voters ticked before them, minutes, sheets read twice."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from parvis.account.public import person_by_email
from parvis.kernel import clock
from parvis.kernel.errors import Refused
from parvis.kernel.http import CityRequest
from parvis.voting.actions import paper as actions
from parvis.voting.forms.desk import BoxForm, MinutesForm, ReasonForm, SheetForm, TickForm
from parvis.voting.permissions import agents_only
from parvis.voting.queries import desk, paper, polls
from parvis.voting.rules.electors import Elector
from parvis.voting.rules.identity import identity_of
from parvis.voting.rules.paper import SheetRead

_BOTH = ["GET", "HEAD", "POST"]


@agents_only
@require_http_methods(_BOTH)
def boxes(request: CityRequest, ref: str) -> HttpResponse:
    """Show the boxes of a vote and how far each is; add one."""
    form = BoxForm(request.POST or None)
    if form.is_valid() and _is_added(request, ref, form):
        return redirect("voting:boxes", ref)
    context = {"boxes": paper.boxes(ref), "states": paper.states(ref)}
    return _shown(request, "voting/desk_boxes.html", ref, form, context)


@agents_only
@never_cache
@require_http_methods(_BOTH)
def tick(request: CityRequest, ref: str) -> HttpResponse:
    """Tick somebody who is about to vote on paper."""
    poll = polls.poll(ref=ref, now=clock.now())
    kept = {"box": request.GET.get("box", "")}
    form = TickForm(
        request.POST or None,
        initial=kept,
        boxes=[(one.code, one.place) for one in paper.boxes(ref)],
        contests=[(one.key, one.title) for one in poll.contests],
    )
    if form.is_valid() and _is_ticked(request, ref, form):
        return redirect(f"{request.path}?box={form.cleaned_data['box']}")
    return _shown(request, "voting/desk_tick.html", ref, form, {})


@agents_only
@require_http_methods(_BOTH)
def minutes(request: CityRequest, ref: str, box: str, contest: str) -> HttpResponse:
    """Write the minutes of a box for one contest, or say why figures differ."""
    state = paper.state(ref, box, contest)
    is_reason = request.POST.get("verb") == "explain"
    form = MinutesForm(None if is_reason else request.POST or None, initial=_figures(state))
    reason = ReasonForm(request.POST if is_reason else None)
    asked: Form = reason if is_reason else form
    if asked.is_valid() and _is_written(request, ref, state, asked):
        return redirect("voting:minutes", ref, box, contest)
    may_sign = state.may_be_signed_by(request.person.id)
    context = {"state": state, "reason": reason, "may_sign": may_sign}
    return _shown(request, "voting/desk_minutes.html", ref, form, context)


@agents_only
@never_cache
@require_http_methods(_BOTH)
def sheets(request: CityRequest, ref: str, box: str, contest: str) -> HttpResponse:
    """Read the sheets of a box one after the other, by their numbers."""
    plan = polls.poll(ref=ref, now=clock.now()).contest(contest)
    state = paper.state(ref, box, contest)
    until = state.minutes.ballots if state.minutes else 0
    wanted = desk.next_sheet(ref, box, contest, reader=request.person.id, until=until)
    number = request.GET.get("sheet") or wanted
    form = SheetForm(request.POST or None, initial={"number": number}, contest=plan)
    if form.is_valid() and _is_read(request, ref, state, form):
        return redirect("voting:sheets", ref, box, contest)
    is_looked_at = form.is_bound or "sheet" in request.GET
    done = {"is_done": wanted is None, "opens_on_done": wanted is None and not is_looked_at}
    context = {"state": state, "contest": plan} | done
    return _shown(request, "voting/desk_sheets.html", ref, form, context)


def _shown(
    request: CityRequest, template: str, ref: str, form: Form, context: dict[str, Any]
) -> HttpResponse:
    given = {"poll": polls.poll(ref=ref, now=clock.now()), "form": form} | context
    refused = any(one.errors for one in given.values() if isinstance(one, Form))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if refused else HTTPStatus.OK
    return render(request, template, given, status=status)


def _is_added(request: CityRequest, ref: str, form: BoxForm) -> bool:
    try:
        actions.add_box(ref=ref, by=request.person, now=clock.now(), **form.cleaned_data)
    except Refused as refused:
        return _said(form, refused)
    messages.success(request, _("The box is added."))
    return True


def _is_ticked(request: CityRequest, ref: str, form: TickForm) -> bool:
    given = form.cleaned_data
    names = ("first_name", "family_name", "birth_date")
    known = person_by_email(given["email"]) if given["email"] else None
    elector = Elector(
        identity=identity_of(**{name: given[name] for name in names}),
        contests=tuple(given["contests"]),
        person_id=known.id if known else None,
    )
    told = {"ref": ref, "elector": elector, "box": given["box"], "born_on": given["birth_date"]}
    try:
        actions.hand_out(by=request.person, now=clock.now(), **told)
    except Refused as refused:
        return _said(form, refused)
    messages.success(request, _("Ticked: hand out the ballots."))
    return True


def _is_written(request: CityRequest, ref: str, state: paper.BoxState, form: Form) -> bool:
    given = {"ref": ref, "box": state.box, "contest": state.contest, "by": request.person}
    try:
        if isinstance(form, MinutesForm):
            actions.write_minutes(found=form.found(), now=clock.now(), **given)
            messages.success(request, _("The minutes are written."))
        else:
            actions.sign_off(reason=form.cleaned_data["reason"], now=clock.now(), **given)
            messages.success(request, _("The difference is explained."))
    except Refused as refused:
        return _said(form, refused)
    return True


def _is_read(request: CityRequest, ref: str, state: paper.BoxState, form: SheetForm) -> bool:
    seen = SheetRead(
        box=state.box,
        contest=state.contest,
        number=form.cleaned_data["number"],
        value=form.value(request.POST.get("verb", "")),
    )
    try:
        actions.read_sheet(ref=ref, seen=seen, by=request.person, now=clock.now())
    except Refused as refused:
        return _said(form, refused)
    messages.success(request, _("Sheet %(number)s is written down.") % {"number": seen.number})
    return True


def _said(form: Form, refused: Refused) -> bool:
    form.add_error(None, refused.message)
    return False


def _figures(state: paper.BoxState) -> dict[str, int]:
    if state.minutes is None:
        return {}
    found = state.minutes
    return {"ballots": found.ballots, "blank": found.blank, "spoilt": found.spoilt}


urlpatterns = [
    path(gettext_lazy("desk/<slug:ref>/boxes/"), boxes, name="boxes"),
    path(gettext_lazy("desk/<slug:ref>/tick/"), tick, name="tick"),
    path(gettext_lazy("desk/<slug:ref>/boxes/<slug:box>/<str:contest>/"), minutes, name="minutes"),
    path(
        gettext_lazy("desk/<slug:ref>/boxes/<slug:box>/<str:contest>/sheets/"),
        sheets,
        name="sheets",
    ),
]
