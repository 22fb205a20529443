"""Agents follow the works of winners up."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from parvis.budget.actions import delivering
from parvis.budget.actions.refusing import refusal
from parvis.budget.forms.agents import MoveForm
from parvis.budget.forms.filters import WinnerFilters
from parvis.budget.models import Delivery
from parvis.budget.permissions import agents_only, project_seen
from parvis.budget.queries import deliveries, desk, projects
from parvis.kernel import clock
from parvis.kernel.http import CityRequest

_PAGE = 30


@agents_only
@require_safe
def works(request: CityRequest) -> HttpResponse:
    """Show the winners, to say how far each got."""
    form = WinnerFilters(request.GET, years=deliveries.years())
    found = deliveries.listed(form.wanted())
    page = Paginator(found, _PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "rows": deliveries.winners(page)}
    return render(request, "budget/desk_works.html", context)


@agents_only
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def work(request: CityRequest, project_id: uuid.UUID) -> HttpResponse:
    """Say how far one winner got, or that it is given up."""
    project = project_seen(project_id, request.person)
    delivery = deliveries.delivery_of(project)
    if delivery is None:
        raise refusal("no_delivery")
    form = _form(request, delivery)
    if form.is_valid() and _moved(request, project_id, form):
        messages.success(request, _("It is noted, and whoever follows it is told."))
        return redirect("budget:works")
    context = {"project": project, "row": projects.row(project), "form": form}
    status = form.status()
    return render(request, "budget/desk_work.html", context, status=status)


def _form(request: CityRequest, delivery: Delivery) -> MoveForm:
    kept = MoveForm.kept(delivery)
    return MoveForm(request.POST or None, initial=kept, departments=desk.departments())


def _moved(request: CityRequest, project_id: uuid.UUID, form: MoveForm) -> bool:
    return form.does(
        lambda: delivering.move(project_id, form.move(), by=request.person, now=clock.now())
    )


urlpatterns = [
    path(gettext_lazy("desk/works/"), works, name="works"),
    path(gettext_lazy("desk/works/<uuid:project_id>/"), work, name="work"),
]
