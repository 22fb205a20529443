"""Agents send a file to publish: first the dataset it is for, then the file and how to check it."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from parvis.kernel import clock
from parvis.kernel.errors import Refused
from parvis.kernel.http import CityRequest
from parvis.opendata.actions import uploading
from parvis.opendata.actions.uploading import Deposit
from parvis.opendata.desk.receiving import ToDisk, most_bytes
from parvis.opendata.forms.uploads import LICENSES, NewDatasetForm, UploadForm
from parvis.opendata.permissions import publishers_only
from parvis.opendata.queries import catalogue, runs
from parvis.opendata.queries.pages import browsing
from parvis.opendata.queries.pages.downloads import said_size
from parvis.opendata.queries.schemas import shipped

_LISTED = 20


@publishers_only
@require_safe
def choose(request: CityRequest) -> HttpResponse:
    """Ask which dataset the file is for."""
    words = request.GET.get("q", "")
    found = browsing.matching(words, _LISTED)
    return render(request, "opendata/desk/choose.html", {"words": words, "found": found})


# A body is read when its token is asked for: the role comes first, and where files go.
@csrf_exempt
@publishers_only
def send(request: CityRequest, dataset_id: str) -> HttpResponse:
    """Take in a file for a dataset of the catalogue."""
    request.upload_handlers = [ToDisk(request)]
    return _send(request, dataset_id)


@csrf_exempt
@publishers_only
def send_new(request: CityRequest) -> HttpResponse:
    """Take in the first file of a dataset, and what describes it."""
    request.upload_handlers = [ToDisk(request)]
    return _send(request, "")


@csrf_protect
@require_http_methods(["GET", "HEAD", "POST"])
def _send(request: CityRequest, dataset_id: str) -> HttpResponse:
    form_type = UploadForm if dataset_id else NewDatasetForm
    context: dict[str, Any] = {"most": said_size(most_bytes())}
    if dataset_id:
        context["dataset"] = catalogue.entry(dataset_id)
    if request.method != "POST":
        form = form_type(initial=_begun(request.GET.get("again", "")))
        return render(request, "opendata/desk/send.html", context | {"form": form})
    form = form_type(request.POST, request.FILES)
    made = _taken_in(request, form, dataset_id)
    if isinstance(made, int):
        return render(request, "opendata/desk/send.html", context | {"form": form}, status=made)
    messages.success(request, _("Your file has arrived."))
    return redirect("opendata:run", made)


def _taken_in(request: CityRequest, form: UploadForm, dataset_id: str) -> Any:
    """Take the file in; return its run, or the status of a refusal the form shows."""
    if any(getattr(one, "is_too_large", False) for one in request.upload_handlers):
        sentence = _("This file is too large: %(most)s at most. Send it in parts, or as Parquet.")
        form.add_error("file", sentence % {"most": said_size(most_bytes())})
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE.value
    if not form.is_valid():
        return HTTPStatus.UNPROCESSABLE_ENTITY.value
    try:
        deposit = _deposit(form.cleaned_data, dataset_id)
        return uploading.receive(deposit=deposit, by=request.person.id, now=clock.now())
    except Refused as refusal:
        form.refuse(refusal)
        return refusal.status


def _deposit(given: Mapping[str, Any], dataset_id: str) -> Deposit:
    file, key, own = given.get("file"), given["schema"], given["schema_file"]
    chosen = shipped().get(key)
    return Deposit(
        dataset_id=dataset_id,
        title=given.get("title", ""),
        description=given.get("description", ""),
        license=LICENSES.get(given.get("license", ""), ("", "")),
        key_fields=given.get("key_fields", ()),
        path=_place(file),
        name=file.name if isinstance(file, UploadedFile) and file.name else "",
        url=given["url"],
        schema=own or (chosen.descriptor if chosen else None),
        schema_name=str(own.get("title") or own.get("name") or "") if own else key,
        list_at=given["list_at"],
        note=given["note"],
    )


def _place(file: Any) -> Path | None:
    place = getattr(file, "temporary_file_path", None)
    return Path(place()) if place is not None else None


def _begun(again: str) -> dict[str, Any]:
    """Return what was typed for an earlier file, which this one corrects."""
    if not again:
        return {}
    order = runs.run(again, now=clock.now()).order
    known = {name: order.get(name, "") for name in ("title", "description", "list_at", "note")}
    licenses = {name: key for key, (name, _address) in LICENSES.items()}
    name = (order.get("license") or [""])[0]
    return known | {
        "schema": order.get("schema_name", ""),
        "key_fields": ", ".join(order.get("key_fields") or ()),
        "license": licenses.get(name, "lo"),
    }
