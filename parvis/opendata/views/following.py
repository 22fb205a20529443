"""Following a dataset: one button for people, webhooks for programs."""

from __future__ import annotations

import uuid
from http import HTTPStatus
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from parvis.kernel import clock
from parvis.kernel.http import CityRequest
from parvis.opendata.actions import following, webhooks as hooks
from parvis.opendata.forms.following import WebhookForm
from parvis.opendata.forms.typed import attempt
from parvis.opendata.queries import webhooks as mine
from parvis.opendata.queries.pages import head as heads

FOLLOWED, LEFT, BEFORE = "suivi", "plus-suivi", "avant"
_WEBHOOKS = "webhooks"


@login_not_required
@require_POST
def follow(request: CityRequest, dataset_id: str) -> HttpResponse:
    """Follow a dataset, whole or filtered, or stop (`on=0`); the page then offers the way back."""
    page = _page(request, dataset_id)
    if request.person is None:
        return redirect_to_login(page)
    asked, by, now = request.POST.get("query", ""), request.person, clock.now()
    if request.POST.get("on") == "0":
        left = following.unfollow(dataset_id=dataset_id, by=by, now=now)
        said = [("fait", LEFT), (BEFORE, left)] if left else [("fait", LEFT)]
    else:
        following.follow(dataset_id=dataset_id, query=asked, by=by, now=now)
        said = [("fait", FOLLOWED)]
    return redirect(f"{page}{'&' if '?' in page else '?'}{urlencode(said)}#suivre")


@require_http_methods(["GET", "HEAD", "POST"])
def webhooks(request: CityRequest, dataset_id: str) -> HttpResponse:
    """Show one's webhooks on a dataset, and add one."""
    head = heads.head(dataset_id, _WEBHOOKS, now=clock.now())
    form, status = WebhookForm(request.POST or None), HTTPStatus.OK
    if request.method == "POST":
        status = attempt(form, lambda given: _add(request, dataset_id, given["url"]))
        if status == HTTPStatus.OK:
            return redirect("opendata:webhooks", dataset_id)
    context = {"head": head, "form": form, "webhooks": mine.webhooks_of(dataset_id, _me(request))}
    return render(request, "opendata/webhooks.html", context, status=status)


@require_POST
def check_webhook(request: CityRequest, dataset_id: str, webhook_id: uuid.UUID) -> HttpResponse:
    """Have one of one's webhooks checked again."""
    hooks.check_again(webhook_id=webhook_id, by=request.person, now=clock.now())
    messages.info(request, _("We are asking this address. Load the page again in a moment."))
    return redirect("opendata:webhooks", dataset_id)


@require_POST
def remove_webhook(request: CityRequest, dataset_id: str, webhook_id: uuid.UUID) -> HttpResponse:
    """Remove one of one's webhooks."""
    hooks.remove(webhook_id=webhook_id, by=request.person, now=clock.now())
    messages.success(request, _("The webhook is removed: nothing is sent to it any more."))
    return redirect("opendata:webhooks", dataset_id)


def _add(request: CityRequest, dataset_id: str, url: str) -> None:
    hooks.add(dataset_id=dataset_id, url=url, by=request.person, now=clock.now())
    messages.info(request, _("We are asking this address. Load the page again in a moment."))


def _me(request: CityRequest) -> uuid.UUID:
    person_id: uuid.UUID = request.person.id
    return person_id


def _page(request: CityRequest, dataset_id: str) -> str:
    """Return the page the button stood on, if it is one of ours."""
    page = request.POST.get("page", "").partition("#")[0]
    if page.startswith("/") and url_has_allowed_host_and_scheme(page, allowed_hosts=None):
        return page
    return reverse("opendata:understand", args=[dataset_id])
