"""Administrators set an edition: words, money, calendar, areas; and fix its rules."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from parvis.budget.actions import freezing, planning
from parvis.budget.actions.loading import load_city_edition
from parvis.budget.actions.refusing import refusal
from parvis.budget.forms.planning import AreaForm, EditionForm
from parvis.budget.models import Area, Edition
from parvis.budget.permissions import administrators_only
from parvis.budget.queries import desk, editions, words
from parvis.budget.queries.plans import area_plan, plan_of
from parvis.budget.rules.plans import AreaPlan, EditionPlan
from parvis.kernel import clock
from parvis.kernel.http import CityRequest

_pages = require_http_methods(["GET", "HEAD", "POST"])


@administrators_only
@_pages
def plans(request: CityRequest) -> HttpResponse:
    """Show the editions; make the one the city's folder plans."""
    if request.method == "POST":
        folder = settings.PARVIS_CITY_DIR / "budget"
        made = load_city_edition(folder, now=clock.now(), by=request.person)
        return redirect("budget:plan", made.slug)
    now = clock.now()
    shown = [(one, words.title_of(one), editions.standing(one, now=now)) for one in desk.editions()]
    return render(request, "budget/desk_plans.html", {"editions": shown})


@administrators_only
@never_cache
@_pages
def plan(request: CityRequest, slug: str) -> HttpResponse:
    """Set the words, the money and the calendar of an edition."""
    edition = editions.seen(slug)
    before = plan_of(edition)
    form = EditionForm.of(before, request.POST or None)
    if form.is_valid() and _changed(request, edition, form, before):
        messages.success(request, _("The edition is set."))
        return redirect("budget:plan", slug)
    context = {"edition": edition, "form": form, "areas": editions.areas(edition)}
    context |= {"title": words.title_of(edition)}
    return render(request, "budget/desk_plan.html", context, status=form.status())


@administrators_only
@never_cache
@_pages
def area(request: CityRequest, area_id: uuid.UUID) -> HttpResponse:
    """Set who may propose and vote in an area, and how it is counted."""
    found = Area.objects.select_related("edition").filter(pk=area_id).first()
    if found is None:
        raise refusal("no_area")
    before = area_plan(found)
    form = AreaForm.of(before, request.POST or None)
    if form.is_valid() and _changed_area(request, found, form, before):
        messages.success(request, _("The area is set, and the envelopes are shared anew."))
        return redirect("budget:plan", found.edition.slug)
    context = {"area": found, "name": words.area_name(found), "form": form}
    return render(request, "budget/desk_area.html", context, status=form.status())


@administrators_only
@require_POST
def freeze(request: CityRequest, slug: str) -> HttpResponse:
    """Fix the rules of an edition for good."""
    freezing.freeze(edition_id=editions.seen(slug).pk, by=request.person, now=clock.now())
    messages.success(request, _("The rules are fixed: nobody can change them any more."))
    return redirect("budget:plan", slug)


def _changed(
    request: CityRequest, edition: Edition, form: EditionForm, before: EditionPlan
) -> bool:
    by, now = request.person, clock.now()
    return form.does(lambda: planning.change_edition(edition.pk, form.plan(before), by=by, now=now))


def _changed_area(request: CityRequest, area: Area, form: AreaForm, before: AreaPlan) -> bool:
    by, now = request.person, clock.now()
    return form.does(lambda: planning.change_area(area.pk, form.plan(before), by=by, now=now))


urlpatterns = [
    path(gettext_lazy("desk/editions/"), plans, name="plans"),
    path(gettext_lazy("desk/editions/<slug:slug>/"), plan, name="plan"),
    path(gettext_lazy("desk/editions/<slug:slug>/freeze/"), freeze, name="freeze"),
    path(gettext_lazy("desk/areas/<uuid:area_id>/"), area, name="area"),
]
