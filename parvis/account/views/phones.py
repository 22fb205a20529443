"""Pages of the phones of a person: add one by the code it receives, remove one."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from parvis.account.actions import phones as actions
from parvis.account.forms.recovery import NumberForm, TextCodeForm
from parvis.account.permissions import proves_again
from parvis.account.queries import phones as queries
from parvis.account.views.recovery_steps import held_number, hold_number
from parvis.kernel import clock, sms
from parvis.kernel.errors import Refused
from parvis.kernel.http import CityRequest

pages = require_http_methods(["GET", "HEAD", "POST"])
_TOO_MANY = 429


@never_cache
@pages
@proves_again
def phones(request: CityRequest) -> HttpResponse:
    """Show the phones, and send a code to one more."""
    form = NumberForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _asked(request, form):
        return redirect("account:confirm_phone")
    context = {
        "form": form,
        "phones": queries.phones_of(request.person.id),
        "is_available": sms.is_available(),
        "waiting": held_number(request),
    }
    return render(request, "account/phones.html", context, status=400 if form.errors else 200)


@never_cache
@pages
@proves_again
def confirm_phone(request: CityRequest) -> HttpResponse:
    """Ask for the code the phone received, and add the phone."""
    number = held_number(request)
    if not number:
        return redirect("account:phones")
    form = TextCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _added(request, form, number):
        messages.success(request, _("Your phone is added."))
        return redirect("account:phones")
    context = {"form": form, "number": number, "said": queries.said(number)}
    status = 400 if form.errors else 200
    return render(request, "account/phone_confirm.html", context, status=status)


@never_cache
@require_POST
@proves_again
def remove_phone(request: CityRequest, phone_id: uuid.UUID) -> HttpResponse:
    """Remove a phone."""
    actions.remove_phone(person_id=request.person.id, phone_id=phone_id, now=clock.now())
    messages.success(request, _("The phone is removed."))
    return redirect("account:phones")


def _asked(request: CityRequest, form: NumberForm) -> bool:
    try:
        number = actions.read_number(form.cleaned_data["number"])
        actions.ask_code(person_id=request.person.id, number=number, now=clock.now())
    except Refused as refusal:
        if refusal.status == _TOO_MANY:
            raise
        form.add_error("number", refusal.message)
        return False
    hold_number(request, number)
    return True


def _added(request: CityRequest, form: TextCodeForm, number: str) -> bool:
    code = form.cleaned_data["text_code"]
    try:
        actions.add_phone(person_id=request.person.id, number=number, code=code, now=clock.now())
    except Refused as refusal:
        form.add_error("text_code", refusal.message)
        return False
    hold_number(request, "")
    return True
