"""What one has reported: by one's account, or by the secret link of one report."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext as _, pgettext_lazy
from django.views.decorators.http import require_POST, require_safe

from parvis.kernel import clock
from parvis.kernel.http import CityRequest
from parvis.streets.actions import confirming
from parvis.streets.queries import access, following, mine


@require_safe
def listed(request: CityRequest) -> HttpResponse:
    """Show what one has reported, and what one follows."""
    context = {
        "reports": mine.reports_of(request.person.id),
        "followed": following.followed_by(request.person.id),
    }
    return render(request, "streets/mine.html", context)


@require_safe
def own(request: CityRequest, report_id: uuid.UUID) -> HttpResponse:
    """Show one's own report."""
    now = clock.now()
    found = mine.own_by_id(report_id, person_id=request.person.id, now=now)
    return render(request, "streets/mine_report.html", {"own": found, "voice": found.voice})


@login_not_required
@require_safe
def by_link(request: CityRequest, secret: str) -> HttpResponse:
    """Show a report to who has its link."""
    report, letter = mine.with_all(access.report_of(secret).pk), request.GET.get("letter", "")
    found = mine.own(report, secret=secret, now=clock.now())
    by_letter = letter if found.waits and access.came_by_letter(report, letter) else ""
    context = {"own": found, "voice": found.voice, "secret": secret, "letter": by_letter}
    response = render(request, "streets/mine_report.html", context)
    # The address is the key: no cache or robot learns it, nor any other site (Referrer-Policy:
    # same-origin; with no-referrer, browsers send forms without the origin that is checked).
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


@login_not_required
@require_POST
def confirm(request: CityRequest, secret: str) -> HttpResponse:
    """Confirm the address of a report. A link that is only opened confirms nothing: programs open
    the links of letters too."""
    report = access.report_of(secret)
    token = request.POST.get("letter", "")
    believed = confirming.confirm_address(report.pk, token=token, now=clock.now())
    if believed:
        told = _("Your address is confirmed: we tell you what becomes of it.")
        again = _("Your address is confirmed, and the report is open again.")
        messages.success(request, again if believed.opens_again else told)
    return redirect("streets:by_link", secret)


urlpatterns: list[URLPattern | URLResolver] = [
    path(pgettext_lazy("of reports", "mine/"), listed, name="mine"),
    path(pgettext_lazy("of reports", "mine/<uuid:report_id>/"), own, name="own"),
    path(pgettext_lazy("of reports", "mine/link/<str:secret>/"), by_link, name="by_link"),
    path(pgettext_lazy("of reports", "mine/link/<str:secret>/confirm/"), confirm, name="confirm"),
]
