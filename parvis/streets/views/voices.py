"""What who reported says about it later: not settled, an answer, taken back, no more messages."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_POST

from parvis.kernel import clock
from parvis.kernel.http import CityRequest
from parvis.streets.actions import answering, contradicting, withdrawing
from parvis.streets.models import Report
from parvis.streets.queries import voices


@login_not_required
@require_POST
def contradict(request: CityRequest, report_id: uuid.UUID) -> HttpResponse:
    """Open a closed case again: it is not settled."""
    report, text = _own(request, report_id), request.POST.get("text", "")
    email = request.POST.get("email", "")
    said = contradicting.contradict(report_id=report.pk, text=text, email=email, now=clock.now())
    if said.counted_at is None:
        messages.info(request, _("It does not count yet: confirm your address by our letter."))
    else:
        messages.success(request, _("It is open again, and everybody who reported it is told."))
    return _back(request, report)


@login_not_required
@require_POST
def answer(request: CityRequest, report_id: uuid.UUID, message_id: uuid.UUID) -> HttpResponse:
    """Answer what the City asked."""
    report, text = _own(request, report_id), request.POST.get("text", "")
    answering.reply(message_id=message_id, report_id=report.pk, text=text, now=clock.now())
    messages.success(request, _("Your answer is sent to the service; nobody else reads it."))
    return _back(request, report)


@login_not_required
@require_POST
def withdraw(request: CityRequest, report_id: uuid.UUID) -> HttpResponse:
    """Take a report back."""
    report = _own(request, report_id)
    withdrawing.withdraw(report_id=report.pk, now=clock.now())
    messages.success(request, _("Your report is withdrawn, and its words are deleted."))
    return _back(request, report)


@login_not_required
@require_POST
def choose_messages(request: CityRequest, report_id: uuid.UUID) -> HttpResponse:
    """Receive messages about a case, or no longer."""
    report, wanted = _own(request, report_id), request.POST.get("wanted") == "1"
    withdrawing.choose_messages(report_id=report.pk, wanted=wanted)
    told = _("You are told what follows.") if wanted else _("You are told nothing more about it.")
    messages.success(request, told)
    return _back(request, report)


def _own(request: CityRequest, report_id: uuid.UUID) -> Report:
    person_id = request.person.id if request.person else None
    secret = request.POST.get("secret", "")
    return voices.own_report(report_id, person_id=person_id, secret=secret)


def _back(request: CityRequest, report: Report) -> HttpResponse:
    secret = request.POST.get("secret", "")
    if secret:
        return redirect("streets:by_link", secret)
    return redirect("streets:case", report.case.code)


urlpatterns = [
    path(gettext_lazy("voice/<uuid:report_id>/not-settled/"), contradict, name="contradict"),
    path(gettext_lazy("voice/<uuid:report_id>/answer/<uuid:message_id>/"), answer, name="answer"),
    path(gettext_lazy("voice/<uuid:report_id>/withdraw/"), withdraw, name="withdraw"),
    path(gettext_lazy("voice/<uuid:report_id>/messages/"), choose_messages, name="messages"),
]
