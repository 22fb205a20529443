"""Agents follow the files that were sent: how far each is, its report, what is decided about it."""

from __future__ import annotations

import csv
import io
import uuid
from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from parvis.kernel import clock
from parvis.kernel.errors import Refused
from parvis.kernel.http import CityRequest
from parvis.opendata.actions import approving, uploading
from parvis.opendata.forms.uploads import SignForm
from parvis.opendata.permissions import publishers_only
from parvis.opendata.queries import runs
from parvis.opendata.queries.runs import Run

# The page asks no more once it has this answer.
_ENOUGH = 286


@publishers_only
@require_safe
def listed(request: CityRequest) -> HttpResponse:
    """Show every file that was sent, the newest first, or those that wait for a decision."""
    only_waiting = request.GET.get("wait") == "1"
    page = runs.page(only_waiting=only_waiting, cursor=request.GET.get("after", ""))
    context = {
        "page": page,
        "only_waiting": only_waiting,
        "shows_all": not only_waiting,
        "waiting": runs.waiting(),
    }
    return render(request, "opendata/desk/runs.html", context)


@publishers_only
@require_safe
def run(request: CityRequest, run_id: uuid.UUID) -> HttpResponse:
    """Show how far a file is, and its report; the part that changes alone to who asks again."""
    shown = runs.run(run_id, now=clock.now())
    if not request.htmx:
        return render(request, "opendata/desk/run.html", _context(shown))
    status = 200 if shown.is_underway else _ENOUGH
    return render(request, "opendata/desk/run_state.html", _context(shown), status=status)


@publishers_only
@require_http_methods(["POST"])
def sign(request: CityRequest, run_id: uuid.UUID) -> HttpResponse:
    """Keep why something may be published that the gate has stopped."""
    form = SignForm(request.POST)
    status = 422
    if form.is_valid():
        try:
            _sign(form, run_id, by=request.person.id)
            messages.success(request, _("Your reason is kept with your name."))
            return redirect("opendata:run", run_id)
        except Refused as refusal:
            form.add_error("reason", refusal.message)
            status = refusal.status
    context = _context(runs.run(run_id, now=clock.now()), signing=form)
    return render(request, "opendata/desk/run.html", context, status=status)


@publishers_only
@require_POST
def publish(request: CityRequest, run_id: uuid.UUID) -> HttpResponse:
    """Have a file published."""
    uploading.accept(run_id=run_id, by=request.person.id, now=clock.now())
    return redirect("opendata:run", run_id)


@publishers_only
@require_POST
def withdraw(request: CityRequest, run_id: uuid.UUID) -> HttpResponse:
    """Give a file up."""
    uploading.withdraw(run_id=run_id, by=request.person.id, now=clock.now())
    messages.success(request, _("The file is withdrawn; nothing of it was published."))
    return redirect("opendata:run", run_id)


@publishers_only
@require_POST
def again(request: CityRequest, run_id: uuid.UUID) -> HttpResponse:
    """Have a file read again, its small counts left out if that was asked for."""
    suppress = request.POST.get("suppress") == "1"
    uploading.read_again(run_id=run_id, suppress=suppress, now=clock.now())
    return redirect("opendata:run", run_id)


@publishers_only
@require_safe
def errors(request: CityRequest, run_id: uuid.UUID) -> StreamingHttpResponse:
    """Send the errors as a file for a spreadsheet."""
    del request
    shown = runs.run(run_id, now=clock.now())
    answer = StreamingHttpResponse(_rows(shown), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{run_id}.csv"'
    return answer


def _context(shown: Run, *, signing: SignForm | None = None) -> dict[str, Any]:
    steps = [_("The dataset"), _("The file"), _("The report"), _("The publication")]
    return {"run": shown, "steps": steps, "findings": list(_findings(shown, signing))}


def _findings(shown: Run, signing: SignForm | None) -> Iterator[tuple[runs.Finding, SignForm]]:
    """Yield each finding with the form to sign for it: the one just sent with what was typed."""
    asked = signing["finding"].value() if signing else None
    for place, one in enumerate(shown.findings, start=1):
        form = SignForm(initial={"finding": one.key}, auto_id=f"id_{place}_%s")
        if signing is not None and asked == one.key:
            form = signing
        yield one, form


def _sign(form: SignForm, run_id: uuid.UUID, *, by: uuid.UUID) -> None:
    given = form.cleaned_data
    approving.approve(
        run_id=run_id,
        finding=given["finding"],
        reason=given["reason"],
        by=by,
        now=clock.now(),
    )


def _rows(shown: Run) -> Iterator[str]:
    head = (_("Row"), _("Column"), _("Value"), _("What to do"), _("Code"))
    yield "\ufeff" + _written(head)
    for one in shown.faults:
        cells = (str(one.row or ""), one.column, one.value, one.sentence, one.code)
        yield _written(map(_harmless, cells))


def _written(cells: Iterable[str]) -> str:
    line = io.StringIO()
    csv.writer(line, delimiter=";").writerow(list(cells))
    return line.getvalue()


def _harmless(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@", "\t", "\r"} else cell
