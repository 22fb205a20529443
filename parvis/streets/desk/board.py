"""The board of the agents: cases to treat as a list and on a map, chosen for what is done to
many."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext_lazy as _, pgettext_lazy
from django.views.decorators.http import require_safe

from parvis.kernel import clock
from parvis.kernel.http import CityRequest
from parvis.streets.forms.agents import BoardForm
from parvis.streets.permissions import agents_only, reach_of_agent
from parvis.streets.queries import board as asking

_MOST_PAGES = 250
_SORTS = (
    (asking.BY_DUE, _("Deadline first")),
    (asking.BY_PRIORITY, _("Most urgent first")),
    (asking.BY_AGE, pgettext_lazy("reports", "Newest first")),
)


@agents_only
@require_safe
def board(request: CityRequest) -> HttpResponse:
    """Show the cases that are looked for."""
    asked = {name: request.GET.get(name, "") for name in asking.NAMES}
    wanted, typed = asking.wanted_from(asked), request.GET.get("page", "")
    page = min(int(typed), _MOST_PAGES) if typed.isascii() and typed.isdigit() else 1
    reach = reach_of_agent(request.person)
    context: dict[str, Any] = {
        "form": BoardForm(asked, reach=reach),
        "board": asking.board(wanted, reach, page=max(page, 1), now=clock.now()),
        "sorts": [(key, label, key == wanted.sort) for key, label in _SORTS],
        "asked": {name: said for name, said in asked.items() if said},
        "before": _page(request, page - 1) if page > 1 else "",
        "after": _page(request, page + 1),
    }
    return render(request, "streets/desk_board.html", context)


def _page(request: CityRequest, page: int) -> str:
    kept = request.GET.copy()
    kept["page"] = str(page)
    return f"?{kept.urlencode()}"


urlpatterns: list[URLPattern | URLResolver] = [path(_("desk/cases/"), board, name="board")]
