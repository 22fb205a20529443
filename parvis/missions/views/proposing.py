"""Asking the City for a mission, and handing over the list of what it is about."""

from __future__ import annotations

import uuid
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_http_methods

from parvis.kernel import clock
from parvis.kernel.acting import done_for_others
from parvis.kernel.errors import NotFound
from parvis.kernel.http import CityRequest
from parvis.mandates.public import PARTICIPATION
from parvis.missions.actions import finding, proposing
from parvis.missions.actions.finding import Listed
from parvis.missions.actions.refusing import Unfit
from parvis.missions.forms.proposing import ListForm, ProposalForm
from parvis.missions.models import Mission
from parvis.missions.permissions import (
    associations_of,
    is_agent,
    mission_seen,
    require_proposer,
)
from parvis.missions.queries import missions

_pages = require_http_methods(["GET", "HEAD", "POST"])


@done_for_others(PARTICIPATION)
@_pages
def propose(request: CityRequest) -> HttpResponse:
    """Ask the City for a mission; `?dataset=` names the published data it checks."""
    names = _names(request)
    form = ProposalForm(
        request.POST or None,
        initial={"source_dataset": request.GET.get("dataset", "")},
        names=names,
        districts=missions.districts(),
        zones=missions.grounds(),
    )
    mission = _proposed(request, form) if form.is_valid() else None
    if mission is not None:
        messages.success(request, _("Your mission waits for the City. Hand over its list now."))
        return redirect("missions:list", mission.slug)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "missions/propose.html", {"form": form}, status=status)


@done_for_others(PARTICIPATION)
@_pages
def hand_list(request: CityRequest, slug: str) -> HttpResponse:
    """Take in the list of things a mission is about."""
    mission = _own(request, slug)
    form = ListForm(request.POST or None, request.FILES or None)
    listed = _listed(request, mission, form) if form.is_valid() else None
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    context = {"mission": mission, "form": form, "listed": listed}
    return render(request, "missions/list.html", context, status=status)


def _names(request: CityRequest) -> list[tuple[str, str]]:
    held = associations_of(request.person, now=clock.now())
    names = [(str(key), name) for key, name in held]
    if is_agent(request.person):
        names.insert(0, ("", _("The City of Paris")))
    elif not names:
        require_proposer(request.person, None, now=clock.now())
    return names


def _proposed(request: CityRequest, form: ProposalForm) -> Mission | None:
    try:
        return proposing.propose(
            form.wish(),
            by=request.person,
            association_id=form.association_id(),
            now=clock.now(),
        )
    except Unfit as refusal:
        form.refuse(refusal.field, refusal.message)
        return None


def _own(request: CityRequest, slug: str) -> Mission:
    mission = mission_seen(slug, request.person)
    person_id: uuid.UUID = request.person.id
    if mission.proposed_by_id != person_id and not is_agent(request.person):
        raise NotFound("no_mission", _("There is no such mission."))
    return mission


def _listed(request: CityRequest, mission: Mission, form: ListForm) -> Listed | None:
    content = form.cleaned_data["file"].read()
    try:
        return finding.add_list(
            mission_id=mission.pk, content=content, by=request.person, now=clock.now()
        )
    except Unfit as refusal:
        form.add_error("file", refusal.message)
        return None


urlpatterns = [
    path(gettext_lazy("propose/"), propose, name="propose"),
    path(gettext_lazy("<slug:slug>/list/"), hand_list, name="list"),
]
