"""What a map shows, as <c-live-map> asks for it."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.utils.translation import gettext, gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from parvis.kernel.errors import Refused
from parvis.streets.forms.map import CITY, OPEN, MapForm
from parvis.streets.queries import map as asking
from parvis.streets.rules.cells import MOST_CELLS

_FRESH_S = 5


@require_safe
@login_not_required
@cache_control(max_age=_FRESH_S)
def counts(request: HttpRequest) -> JsonResponse:
    """Answer `?box=west,south,east,north` (degrees) with counts, or points where they are few.

    `type` is the code of a type, `state` « open » or « all », `cells` how many counts at most.

    :raises Refused: `map_not_understood`
    """
    form = MapForm(request.GET, types=asking.types(), districts=asking.districts())
    if not form.is_valid():
        sentence = " ".join(str(said) for errors in form.errors.values() for said in errors)
        code = "map_not_understood"
        raise Refused(code, sentence or gettext("Ask again."), status=HTTPStatus.BAD_REQUEST)
    told = form.cleaned_data
    wanted = asking.wanted(told["type"], only_open=told["state"] in ("", OPEN))
    box = asking.ground(told["box"] or CITY)
    return JsonResponse(asking.drawn(box, wanted, most=told["cells"] or MOST_CELLS))


urlpatterns = [path(_("map/counts/"), counts, name="map_counts")]
