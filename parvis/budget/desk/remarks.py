"""Moderators read what was said of projects, and hide what breaks the rules."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from parvis.budget.actions import building
from parvis.budget.actions.refusing import refusal
from parvis.budget.forms.agents import HideForm
from parvis.budget.models import Remark
from parvis.budget.permissions import moderators_only
from parvis.budget.queries import desk
from parvis.kernel import clock
from parvis.kernel.http import CityRequest

_LISTED = 100


@moderators_only
@never_cache
@require_safe
def remarks(request: CityRequest) -> HttpResponse:
    """Show what was said of projects, the latest first."""
    context = {"remarks": desk.fresh_remarks()[:_LISTED]}
    return render(request, "budget/desk_remarks.html", context)


@moderators_only
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def hide(request: CityRequest, remark_id: uuid.UUID) -> HttpResponse:
    """Hide a remark, and say why."""
    found = Remark.objects.select_related("project").filter(pk=remark_id).first()
    if found is None:
        raise refusal("no_remark")
    form = HideForm(request.POST or None)
    if form.is_valid() and _hidden(request, remark_id, form):
        messages.success(request, _("The remark is hidden; why can be read in its place."))
        return redirect("budget:remarks")
    status = form.status()
    context = {"remark": found, "form": form}
    return render(request, "budget/desk_hide.html", context, status=status)


def _hidden(request: CityRequest, remark_id: uuid.UUID, form: HideForm) -> bool:
    why, now = form.cleaned_data["why"], clock.now()
    return form.does(lambda: building.hide_remark(remark_id, why=why, by=request.person, now=now))


urlpatterns = [
    path(gettext_lazy("desk/remarks/"), remarks, name="remarks"),
    path(gettext_lazy("desk/remarks/<uuid:remark_id>/"), hide, name="hide"),
]
