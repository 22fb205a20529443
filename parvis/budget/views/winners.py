"""Winners: the list and the map with the state of the works, figures, and files."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_safe

from parvis.budget.forms.filters import WinnerFilters
from parvis.budget.forms.residents import theme_label
from parvis.budget.queries import deliveries, history, maps
from parvis.budget.queries.deliveries import Line
from parvis.kernel.http import CityRequest
from parvis.ui.wording import number

_PAGE = 25
_BOM = "\ufeff"
_MILLION = 1_000_000_00


@login_not_required
@require_safe
def winners(request: CityRequest) -> HttpResponse:
    """Show the winners that are asked for, each with the state of its works."""
    form = _filters(request)
    found = deliveries.listed(form.wanted())
    page = Paginator(found, _PAGE).get_page(request.GET.get("page"))
    asked = request.GET.urlencode()
    context = {
        "form": form,
        "page": page,
        "rows": deliveries.winners(page),
        "stages": deliveries.by_stage(found),
        "counts": f"{reverse('budget:winners_map')}?{asked}",
        "figures": f"{reverse('budget:figures')}?{asked}",
    }
    return render(request, "budget/winners.html", context)


@login_not_required
@require_safe
def winners_map(request: CityRequest) -> JsonResponse:
    """Answer `?box=west,south,east,north` with the winners asked for, or counts of them.

    :raises Refused: `map_not_understood`
    """
    bounds = maps.bounds_asked(request.GET.get("box", ""))
    found = deliveries.listed(_filters(request).wanted())
    return JsonResponse(maps.drawn(deliveries.points(found), bounds))


@login_not_required
@require_safe
def figures(request: CityRequest) -> HttpResponse:
    """Show the winners in figures: per edition, theme, place, and how far their works got."""
    form = _filters(request)
    charts = _charts(deliveries.listed(form.wanted()))
    by_year = charts[0][2]
    context = {
        "form": form,
        "charts": [(key, head, _bars(one), _money_bars(one)) for key, head, one in charts],
        "total": sum(one.projects for one in by_year),
        "millions": number(round(sum(one.cents for one in by_year) / _MILLION, 1)),
        "asked": request.GET.urlencode(),
    }
    return render(request, "budget/figures.html", context)


@login_not_required
@require_safe
def figures_file(request: CityRequest, key: str) -> HttpResponse:
    """Send the figures behind one chart."""
    found = deliveries.listed(_filters(request).wanted())
    lines = next((one for name, _label, one in _charts(found) if name == key), None)
    return _csv(key, lines or [])


@login_not_required
@require_safe
def history_file(_request: CityRequest) -> HttpResponse:
    """Send the winners of before as the City's own file has them."""
    answer = HttpResponse(history.as_file(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="bp_projets_gagnants.csv"'
    return answer


def _filters(request: CityRequest) -> WinnerFilters:
    return WinnerFilters(request.GET, years=deliveries.years())


def _charts(found: Any) -> list[tuple[str, str, Sequence[Line]]]:
    themes = [
        Line(label=theme_label(one.label), projects=one.projects, cents=one.cents)
        for one in deliveries.by_theme(found)
    ]
    return [
        ("editions", _("Edition"), deliveries.by_year(found)),
        ("themes", _("Theme"), themes),
        ("places", _("Place"), deliveries.by_place(found)),
        ("stages", _("State of the works"), deliveries.by_stage(found)),
    ]


def _bars(lines: Sequence[Line]) -> list[tuple[str, float, str]]:
    return [(one.label, one.projects, number(one.projects)) for one in lines]


def _money_bars(lines: Sequence[Line]) -> list[tuple[str, float, str]]:
    millions = [(one.label, round(one.cents / _MILLION, 1)) for one in lines]
    return [(label, amount, f"{number(amount)} M€") for label, amount in millions]


def _csv(name: str, lines: Sequence[Line]) -> HttpResponse:
    kept = io.StringIO()
    out = csv.writer(kept, delimiter=";")
    out.writerow([name, "projets", "euros"])
    out.writerows([one.label, one.projects, f"{one.cents / 100:.2f}"] for one in lines)
    answer = HttpResponse(_BOM + kept.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="budget-participatif-{name}.csv"'
    return answer


urlpatterns = [
    path(gettext_lazy("winners/"), winners, name="winners"),
    path(gettext_lazy("winners/map/"), winners_map, name="winners_map"),
    path(gettext_lazy("winners/figures/"), figures, name="figures"),
    path(gettext_lazy("winners/figures/<slug:key>.csv"), figures_file, name="figures_file"),
    path("winners.csv", history_file, name="history_file"),
]
