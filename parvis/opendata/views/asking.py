"""The way into a page, and what its address asks for."""

from __future__ import annotations

import functools
from collections.abc import Callable
from http import HTTPStatus

from django.contrib.auth.decorators import login_not_required
from django.http import QueryDict
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from parvis.kernel.errors import Refused
from parvis.kernel.http import CityRequest
from parvis.opendata.queries.engine import read_cursor
from parvis.opendata.queries.pages import filters
from parvis.opendata.queries.pages.charts import Wanted
from parvis.opendata.queries.pages.table import ALL, CURSOR, RANK, SORT, VERSION, View as TableView
from parvis.opendata.rules.odsql.errors import QueryError

_DIGITS = 9
_LONGEST = 200


View = Callable[..., HttpResponseBase]


def open_page(view: View) -> View:
    """Open a view to everybody; what its address asks and no row can answer is refused."""

    @login_not_required
    @require_safe
    @functools.wraps(view)
    def page(request: CityRequest, **asked: str | int) -> HttpResponseBase:
        try:
            return view(request, **asked)
        except QueryError as error:
            raise Refused("odsql", error.message, status=HTTPStatus.BAD_REQUEST) from error

    return page


def whole(given: QueryDict, name: str) -> int | None:
    """Return a whole number of an address, None if there is none."""
    text = given.get(name, "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else None


def table_view(given: QueryDict) -> TableView:
    """Return the view of a table that is asked for; who goes on stays in the version of the cursor,
    and a cursor that nobody gave begins again."""
    cursor, version = given.get(CURSOR, ""), whole(given, VERSION)
    rank = whole(given, RANK) or 0
    if cursor:
        try:
            version = read_cursor(cursor).version
        except QueryError:
            cursor, rank = "", 0
    return TableView(
        filters=filters.read(given),
        sort=given.get(SORT, "")[:_LONGEST],
        cursor=cursor,
        rank=rank if cursor else 0,
        all_columns=bool(given.get(ALL)),
        version=version,
    )


def chart_wanted(given: QueryDict) -> Wanted:
    """Return the chart that is asked for."""
    return Wanted(
        filters=filters.read(given),
        measure=given.get("quoi", "")[:_LONGEST],
        calculation=given.get("calcul", "")[:_LONGEST],
        dimension=given.get("par", "")[:_LONGEST],
        shape=given.get("forme", "")[:_LONGEST],
    )
