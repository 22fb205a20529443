"""Pages: what a person wants mailed, the unsubscribe link, the demonstration's mail."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from parvis.kernel import clock
from parvis.kernel.http import CityRequest
from parvis.relation import queries
from parvis.relation.actions import choices
from parvis.relation.models import DemoMail
from parvis.relation.permissions import read_stop_token

# The mail's own page of the demonstration: nothing of it may run or be fetched.
_MAIL_CSP = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"


@require_safe
def thread(_request: CityRequest) -> HttpResponse:
    """Lead to the one page that shows a person's thread with the city."""
    return redirect(settings.LOGIN_REDIRECT_URL)


@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: CityRequest) -> HttpResponse:
    """Show and save which topics this person wants by mail."""
    if request.method == "POST":
        wanted = request.POST.getlist("topic")
        choices.choose_mails(person_id=request.person.id, wanted=wanted, now=clock.now())
        messages.success(request, gettext("Your choices are saved."))
        return redirect("relation:preferences")
    topics = queries.mail_choices(request.person.id)
    return render(request, "relation/preferences.html", {"topics": topics})


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: CityRequest, token: str) -> HttpResponse:
    """Ask before stopping a topic; a POST stops it, from the page or by RFC 8058's one click.

    The token is the authority, so a forged POST can do no more than the holder of the mail.
    """
    link, done = read_stop_token(token), ""
    if request.method == "POST":
        done = "resumed" if "again" in request.POST else "stopped"
        choices.choose_by_link(link, mail=done == "resumed", now=clock.now())
    label = queries.topic_labels().get(link.topic, link.topic)
    return render(request, "relation/unsubscribe.html", {"topic": label, "done": done})


@login_not_required
@require_safe
def demo_mail(request: CityRequest) -> HttpResponse:
    """List the mails of the demonstration, newest first."""
    to = request.GET.get("to", "").strip()
    context = {"mails": queries.demo_mails(to=to), "to": to, "now": clock.now()}
    return render(request, "relation/demo_mail.html", context)


@login_not_required
@require_safe
def demo_letter(request: CityRequest, mail_id: uuid.UUID) -> HttpResponse:
    """Show one mail of the demonstration."""
    mail = get_object_or_404(DemoMail, public_id=mail_id)
    return render(request, "relation/demo_letter.html", {"mail": mail, "now": clock.now()})


@login_not_required
@require_safe
def demo_letter_html(request: CityRequest, mail_id: uuid.UUID) -> HttpResponse:
    """Show one mail of the demonstration as a mail program lays it out."""
    del request
    mail = get_object_or_404(DemoMail, public_id=mail_id)
    return HttpResponse(mail.html, headers={"Content-Security-Policy": _MAIL_CSP})


@login_not_required
@require_safe
def demo_mail_json(request: CityRequest) -> HttpResponse:
    """Answer programs with the demonstration's mails, newest first, perhaps to one address."""
    mails = queries.demo_mails(to=request.GET.get("to", "").strip())
    return JsonResponse({"mails": [_as_json(request, mail) for mail in mails]})


def _as_json(request: CityRequest, mail: DemoMail) -> dict[str, Any]:
    path = reverse("relation:demo_letter", args=[mail.public_id])
    return {
        "id": str(mail.public_id),
        "to": mail.recipient,
        "subject": mail.subject,
        "text": mail.text,
        "html": mail.html,
        "headers": mail.headers,
        "received_at": mail.received_at.isoformat(),
        "url": request.build_absolute_uri(path),
    }
