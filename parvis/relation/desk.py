"""Administrators' pages: mails that may or may not have left, deliveries that failed."""

from __future__ import annotations

import datetime as dt
import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from parvis.account.public import Role, needs_role
from parvis.kernel import clock, outbox, reading
from parvis.kernel.http import CityRequest
from parvis.relation.actions import deliveries


@require_safe
@needs_role(Role.ADMINISTRATOR)
def uncertain_mails(request: CityRequest) -> HttpResponse:
    """List the mails that may or may not have left."""
    mails, now = outbox.uncertain(), clock.now()
    _note_reading(mails, reader=request.person.id, now=now)
    context = {"mails": mails, "now": now}
    return render(request, "relation/uncertain_mails.html", context)


def _note_reading(mails: list[outbox.Posted], *, reader: uuid.UUID, now: dt.datetime) -> None:
    seen = [
        reading.Reading(
            reader_ref=f"person:{reader}",
            person_ref=f"person:{mail.person_id}",
            what="relation.uncertain_mails",
        )
        for mail in mails
        if mail.person_id
    ]
    reading.note(*seen, now=now)


@require_POST
@needs_role(Role.ADMINISTRATOR)
def settle_mail(request: CityRequest, mail_id: uuid.UUID) -> HttpResponse:
    """Send one uncertain mail again, or note that it arrived."""
    if "again" in request.POST:
        deliveries.resend_mail(mail_id=mail_id, by=request.person.id, now=clock.now())
        messages.success(request, gettext("The mail is being sent again."))
    else:
        deliveries.mark_mail_delivered(mail_id=mail_id, by=request.person.id, now=clock.now())
        messages.success(request, gettext("The mail is marked as delivered."))
    return redirect("relation:uncertain_mails")


@require_safe
@needs_role(Role.ADMINISTRATOR)
def failed(request: CityRequest) -> HttpResponse:
    """List the facts and mails that could not be delivered."""
    context = {"deliveries": deliveries.failed_deliveries(), "now": clock.now()}
    return render(request, "relation/failed_deliveries.html", context)


@require_POST
@needs_role(Role.ADMINISTRATOR)
def retry(request: CityRequest) -> HttpResponse:
    """Try one failed delivery again."""
    key = request.POST.get("key", "")
    deliveries.retry_delivery(key=key, by=request.person.id, now=clock.now())
    messages.success(request, gettext("The delivery is being tried again."))
    return redirect("relation:failed_deliveries")
