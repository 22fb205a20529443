"""Proof for everybody, without signing in: a receipt in the log, a vote, its record."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from parvis.kernel import clock
from parvis.kernel.errors import NotFound
from parvis.kernel.http import CityRequest
from parvis.voting.forms.proof import ReceiptForm
from parvis.voting.queries import log, pages, polls, record
from parvis.voting.queries.refusals import refusal
from parvis.voting.rules.published import grouped

_TYPES = {"json": "application/json", "jsonl": "application/jsonl", "py": "text/x-python"}


@login_not_required
@require_safe
def index(request: CityRequest) -> HttpResponse:
    """Show the votes of the city, the latest first."""
    return render(request, "voting/index.html", {"polls": polls.polls(now=clock.now())})


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def receipt(request: CityRequest) -> HttpResponse:
    """Tell whether a receipt is in a log. It is sent in the body: no address and no log of a server
    knows who looked for which."""
    form = ReceiptForm(request.POST or None)
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        found = log.lookup(receipt=form.cleaned_data["receipt"], now=clock.now())
        context |= {"found": found, "shown": grouped(found.receipt), "title": _title(found)}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "voting/receipt.html", context, status=status)


def _title(found: log.Lookup) -> str:
    return polls.poll(ref=found.poll, now=clock.now()).title if found.poll else ""


@login_not_required
@require_safe
def poll(request: CityRequest, ref: str) -> HttpResponse:
    """Show a vote: how far it is, what is fixed, the roots of its log, what may be downloaded, what
    protects a ballot and what does not."""
    return render(request, "voting/poll.html", {"page": pages.page(ref, now=clock.now())})


@login_not_required
@require_safe
def whole_record(request: CityRequest, ref: str) -> HttpResponse:
    """Send everything that is published of a vote."""
    del request
    answer = HttpResponse(record.record(ref=ref), content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="{ref}.zip"'
    return answer


@login_not_required
@require_safe
def file(request: CityRequest, ref: str, name: str) -> HttpResponse:
    """Send one file of what is published of a vote."""
    del request
    content = record.files(ref=ref).get(name)
    if content is None:
        raise NotFound("no_file", str(refusal("no_poll").message))
    kind = _TYPES.get(name.rpartition(".")[2], "text/plain")
    answer = HttpResponse(content, content_type=f"{kind}; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


urlpatterns = [
    path("", index, name="index"),
    path(gettext_lazy("receipt/"), receipt, name="receipt"),
]
last = [
    path("<slug:ref>/", poll, name="poll"),
    path(gettext_lazy("<slug:ref>/record.zip"), whole_record, name="record"),
    path(gettext_lazy("<slug:ref>/record/<str:name>"), file, name="file"),
]
