"""One thing done to many cases: chosen on the board, seen before it is done, told line by line,
taken back."""

from __future__ import annotations

import csv
import io
import uuid
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from parvis.kernel import clock
from parvis.kernel.errors import Refused
from parvis.kernel.http import CityRequest
from parvis.streets.actions import bulk
from parvis.streets.desk.choosing import chosen
from parvis.streets.forms.agents import BulkForm
from parvis.streets.permissions import agents_only, reach_of_agent
from parvis.streets.queries import bulk as asking


@agents_only
@require_safe
def listed(request: CityRequest) -> HttpResponse:
    """Show the latest actions on many cases."""
    jobs = asking.jobs(request.person.id, reach_of_agent(request.person))
    return render(request, "streets/desk_bulk_list.html", {"jobs": jobs})


@agents_only
@require_POST
def ask(request: CityRequest) -> HttpResponse:
    """Say what is to be done to the chosen cases; see what that would do; ask for it."""
    step = request.POST.get("step", "")
    ids = chosen(request.POST, reach_of_agent(request.person), now=clock.now())
    begun = {"cases": " ".join(str(one) for one in ids)}
    form = BulkForm(request.POST) if step else BulkForm(initial=begun)
    context: dict[str, Any] = {"form": form, "chosen": len(ids), "most": bulk.MOST}
    if form.is_valid():
        job_id = _done(request, form, ids, context, is_asked=step == "save")
        if job_id is not None:
            return redirect("streets:bulk_job", job_id)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "streets/desk_bulk.html", context, status=status)


@agents_only
@require_safe
def job(request: CityRequest, job_id: uuid.UUID) -> HttpResponse:
    """Show how far an action on many cases got, and what became of each."""
    shown = asking.job(job_id, request.person.id, reach_of_agent(request.person))
    failed = request.GET.get("view") == "refused"
    page, lines = asking.lines(job_id, page=request.GET.get("page", ""), failed=failed)
    context = {"job": shown, "page": page, "lines": lines, "failed": failed}
    return render(request, "streets/desk_bulk_job.html", context)


@agents_only
@require_safe
def table(request: CityRequest, job_id: uuid.UUID) -> StreamingHttpResponse:
    """Send what became of each case, as a table for a spreadsheet."""
    asking.job(job_id, request.person.id, reach_of_agent(request.person))
    answer = StreamingHttpResponse(_rows(job_id), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="reports.csv"'
    return answer


@agents_only
@require_POST
def undo(request: CityRequest, job_id: uuid.UUID) -> HttpResponse:
    """Ask for an action on many cases to be taken back."""
    bulk.ask_undo(job_id=job_id, by=request.person, now=clock.now())
    messages.success(request, _("It is being taken back; what somebody touched since stays."))
    return redirect("streets:bulk_job", job_id)


def _done(
    request: CityRequest,
    form: BulkForm,
    ids: list[uuid.UUID],
    context: dict[str, Any],
    *,
    is_asked: bool,
) -> uuid.UUID | None:
    """Ask for it and return the job, or show what it would do; the form shows a refusal."""
    wish, now = form.wish(), clock.now()
    try:
        if is_asked:
            return bulk.ask_bulk(case_ids=ids, wish=wish, by=request.person, now=now)
        bulk.check_wish(wish, now=now)
    except Refused as refusal:
        form.refuse(refusal)
        return None
    action = {"deed": wish.deed, "state": wish.state, "reason": wish.reason}
    context["shares"] = asking.preview(ids, action, reach_of_agent(request.person))
    context["about"] = asking.about(action | {"handler": wish.handler})
    return None


def _rows(job_id: uuid.UUID) -> Iterator[str]:
    yield "\ufeff"
    for row in asking.table(job_id):
        line = io.StringIO()
        csv.writer(line).writerow(row)
        yield line.getvalue()


urlpatterns: list[URLPattern | URLResolver] = [
    path(gettext_lazy("desk/bulk/"), listed, name="bulk"),
    path(gettext_lazy("desk/bulk/new/"), ask, name="bulk_ask"),
    path(gettext_lazy("desk/bulk/<uuid:job_id>/"), job, name="bulk_job"),
    path(gettext_lazy("desk/bulk/<uuid:job_id>/lines.csv"), table, name="bulk_table"),
    path(gettext_lazy("desk/bulk/<uuid:job_id>/undo/"), undo, name="bulk_undo"),
]
