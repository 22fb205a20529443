"""An agent corrects what a case is, where it is, whether it is public."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_http_methods

from parvis.kernel import clock
from parvis.kernel.errors import Refused
from parvis.kernel.http import CityRequest
from parvis.streets.actions.requalifying import requalify
from parvis.streets.forms.correcting import CorrectionForm
from parvis.streets.models import Case
from parvis.streets.permissions import agents_only, reach_of_agent
from parvis.streets.queries import catalogue
from parvis.streets.queries.life_desk import case_to_correct


@agents_only
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: CityRequest, code: str) -> HttpResponse:
    """Show what may be wrong about a case, and correct it."""
    case = case_to_correct(code, reach_of_agent(request.person))
    form = CorrectionForm(request.POST if request.method == "POST" else None, case=case)
    if request.method == "POST" and _corrected(request, case, form):
        return redirect("streets:desk_case", code)
    context = {"form": form, "case": case, "label": catalogue.label_of(case.subtype)}
    status = 422 if form.errors else 200
    return render(request, "streets/life_correct.html", context, status=status)


def _corrected(request: CityRequest, case: Case, form: CorrectionForm) -> bool:
    if not form.is_valid():
        return False
    try:
        done = requalify(
            case_id=case.pk,
            correction=form.correction(),
            actor=f"person:{request.person.id}",
            now=clock.now(),
        )
    except Refused as refusal:
        form.add_error(None, refusal.message)
        return False
    who = done.handler.name if done.handler else _("nobody yet: it must be routed by hand")
    messages.success(request, _("It is corrected. In charge: %(who)s.") % {"who": who})
    return True


urlpatterns: list[URLPattern | URLResolver] = [
    path(gettext_lazy("desk/cases/<str:code>/correct/"), correct, name="desk_correct"),
]
