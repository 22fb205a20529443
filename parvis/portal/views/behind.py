"""Behind the scenes of a demonstration: the accounts, the mail, the dates, the sources."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from parvis.kernel import clock
from parvis.portal.actions import open_today, restore_dates
from parvis.portal.forms import DatesForm
from parvis.portal.queries import staged


@login_not_required
@require_safe
def behind(request: HttpRequest) -> HttpResponse:
    """Say what is real here and what is staged, and hand out the keys."""
    context = {
        "accounts": staged.keys(),
        "consultations": staged.staged_consultations(),
        "mail_url": staged.mail_url(),
        "texts_url": staged.texts_url(),
        "sources": staged.sources(),
    }
    return render(request, "portal/demo.html", context)


@login_not_required
@require_POST
def move_dates(request: HttpRequest) -> HttpResponse:
    """Open a consultation of the demonstration today, or give it back its real dates."""
    form = DatesForm(request.POST)
    if not form.is_valid():
        raise Http404
    move = open_today if form.cleaned_data["dates"] == "today" else restore_dates
    move(slug=form.cleaned_data["consultation"], now=clock.now())
    messages.success(request, _("The dates are moved."))
    return redirect("portal:demo")
