"""Everything public in a consultation, to take away."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from parvis.deliberation import public as deliberation
from parvis.kernel.http import CityRequest


@login_not_required
@require_safe
def data(request: CityRequest, slug: str) -> HttpResponse:
    """Show what can be taken away, and what each column means."""
    consultation = deliberation.consultation_head(slug)
    tables = [(name, deliberation.csv_columns(name)) for name in deliberation.CSV_TABLES]
    return render(request, "ideas/data.html", {"consultation": consultation, "tables": tables})


@login_not_required
@require_safe
def as_json(_request: CityRequest, slug: str) -> StreamingHttpResponse:
    """Send everything public as one JSON document."""
    return _attachment(
        StreamingHttpResponse(deliberation.export_json(slug), content_type="application/json"),
        f"{slug}.json",
    )


@login_not_required
@require_safe
def as_csv(_request: CityRequest, slug: str, table: str) -> StreamingHttpResponse:
    """Send one table as CSV."""
    return _attachment(
        StreamingHttpResponse(deliberation.export_csv(slug, table), content_type="text/csv"),
        f"{slug}-{table}.csv",
    )


def _attachment(response: StreamingHttpResponse, name: str) -> StreamingHttpResponse:
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
