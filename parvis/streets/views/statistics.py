"""What became of the reports, in figures."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from parvis.kernel import clock
from parvis.streets.forms.map import StatisticsForm
from parvis.streets.queries import map as places, statistics as asking
from parvis.ui.wording import number

_YEAR = 12


@login_not_required
@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """Show the figures of the city or of an arrondissement; what makes no sense is left out."""
    form = StatisticsForm(request.GET, districts=places.districts())
    form.is_valid()
    told = form.cleaned_data
    arrondissement = told.get("arrondissement")
    found = asking.statistics(
        arrondissement=arrondissement,
        months=told.get("months") or _YEAR,
        today=localdate(clock.now()),
    )
    opened = [(one.label, one.figures.opened) for one in found.months]
    bars = [(label, amount, number(amount)) for label, amount in opened]
    context = {"form": form, "found": found, "bars": bars, "arrondissement": arrondissement}
    return render(request, "streets/statistics.html", context)


urlpatterns = [path(_("figures/"), figures, name="statistics")]
