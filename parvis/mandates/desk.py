"""Agents' pages: papers that prove that one may act for another."""

from __future__ import annotations

import uuid
from http import HTTPStatus
from mimetypes import guess_type

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from parvis.kernel import clock, reading
from parvis.kernel.errors import Refused
from parvis.kernel.http import CityRequest
from parvis.mandates.actions import deciding, growing_up
from parvis.mandates.forms.asking import ReasonForm
from parvis.mandates.permissions import agents_only
from parvis.mandates.queries import household

_READ = "mandates.request"
_VERBS = {"grant": deciding.grant, "refuse": deciding.refuse, "end": deciding.end_by_city}


@agents_only
@never_cache
@require_safe
def to_check(request: CityRequest) -> HttpResponse:
    """List what waits for an agent, the oldest first; find what was decided before."""
    words, now = request.GET.get("q", ""), clock.now()
    found = household.look_for(words, now=now)
    reading.note(*(_read_by(request, one) for one in found), now=now)
    waiting = household.waiting_to_be_checked(now=now)
    context = {"waiting": waiting, "words": words, "found": found}
    return render(request, "mandates/desk/to_check.html", context)


@agents_only
@require_http_methods(["GET", "HEAD", "POST"])
def case(request: CityRequest, mandate_id: uuid.UUID) -> HttpResponse:
    """Show one request with its paper; grant, refuse or end it, with a reason."""
    form, status = ReasonForm(request.POST or None), int(HTTPStatus.OK)
    if request.method == "POST":
        status = _decide(request, mandate_id, form)
        if status == HTTPStatus.OK:
            messages.success(request, _("It is decided, and the person is told."))
            return redirect("mandates:to_check")
    return _shown(request, mandate_id, form=form, status=status)


@agents_only
@never_cache
@require_safe
def paper(request: CityRequest, mandate_id: uuid.UUID) -> HttpResponse:
    """Open the paper itself, and write down who looked at it."""
    name = household.proof_file(mandate_id)
    _note(request, mandate_id)
    with default_storage.open(name) as kept:
        content = kept.read()
    response = HttpResponse(content, content_type=guess_type(name)[0])
    # What somebody sent is shown and does nothing.
    response["Content-Security-Policy"] = "sandbox; default-src 'none'; style-src 'unsafe-inline'"
    return response


@agents_only
@never_cache
@require_POST
def code(request: CityRequest, mandate_id: uuid.UUID) -> HttpResponse:
    """Give the person in front of the agent the code of their file."""
    given = growing_up.give_code_at_the_desk(
        mandate_id=mandate_id, by=request.person, now=clock.now()
    )
    return _shown(request, mandate_id, form=ReasonForm(), code=given)


def _decide(request: CityRequest, mandate_id: uuid.UUID, form: ReasonForm) -> int:
    act = _VERBS.get(request.POST.get("verb", ""))
    if act is None or not form.is_valid():
        return HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        act(
            mandate_id=mandate_id,
            reason=form.cleaned_data["reason"],
            by=request.person,
            now=clock.now(),
        )
    except Refused as refusal:
        form.add_error(None, refusal.message)
        return refusal.status
    return HTTPStatus.OK


def _shown(
    request: CityRequest,
    mandate_id: uuid.UUID,
    *,
    form: ReasonForm,
    code: str = "",
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    bond = household.bond(mandate_id, now=clock.now())
    _note(request, mandate_id)
    others = household.bonds_over_ward(bond.ward_id, now=clock.now()) if bond.ward_id else []
    context = {
        "case": bond,
        "form": form,
        "code": code,
        "about": household.about(mandate_id),
        "others": [one for one in others if one.id != bond.id],
        "waiting": household.waiting_to_be_checked(now=clock.now()),
    }
    return render(request, "mandates/desk/case.html", context, status=status)


def _note(request: CityRequest, mandate_id: uuid.UUID) -> None:
    bond = household.bond(mandate_id, now=clock.now())
    reading.note(_read_by(request, bond), now=clock.now())


def _read_by(request: CityRequest, bond: household.Bond) -> reading.Reading:
    return reading.Reading(
        reader_ref=f"person:{request.person.id}",
        person_ref=f"person:{bond.representative_id}" if bond.representative_id else "",
        what=_READ,
        object_ref=f"mandates.mandate:{bond.id}",
    )
