"""« Mon compte » and one's rights: what is held, who read it, taking it away, leaving."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.core.files.storage import default_storage
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from parvis.account.actions import archives, closing
from parvis.account.permissions import proves_again
from parvis.account.queries import people, rights
from parvis.kernel import clock
from parvis.kernel.declarations import account_pages
from parvis.kernel.errors import Refused
from parvis.kernel.http import CityRequest

# Where a person reads what they agreed to, if the city signs people in to other applications.
CONSENTS = "openid"


@never_cache
@require_safe
def known(request: CityRequest) -> HttpResponse:
    """Show a person who they are to the City, and the way to every page of their account."""
    me, now = request.person.id, clock.now()
    ways = [(page, page.summary(me, now)) for page in account_pages]
    context = {"ways": ways, "awaited": people.awaited_address(me)}
    return render(request, "account/known.html", context)


@never_cache
@require_safe
def data(request: CityRequest) -> HttpResponse:
    """Show what every module keeps about a person, how much, for how long; and their archive."""
    me, now = request.person.id, clock.now()
    context: dict[str, Any] = {"archive": rights.archive_of(me, now=now)}
    if request.htmx:
        return render(request, "account/_archive.html", context)
    context |= {
        "held": rights.held_about(me),
        "readings": rights.reading_count(me),
        "consents": account_pages.get(CONSENTS),
    }
    return render(request, "account/data.html", context)


@never_cache
@require_safe
def readings(request: CityRequest) -> HttpResponse:
    """Show a person who read what of their file, when and why."""
    return render(
        request, "account/readings.html", {"lines": rights.readings_of(request.person.id)}
    )


@require_POST
def ask_archive(request: CityRequest) -> HttpResponse:
    """Have the archive of a person made."""
    language = get_language() or request.person.language
    archives.ask_archive(person_id=request.person.id, language=language, now=clock.now())
    messages.success(request, _("Your archive is being made. You are told when it is ready."))
    return redirect("account:data")


@never_cache
@require_safe
@proves_again
def archive(request: CityRequest, archive_id: uuid.UUID) -> HttpResponseBase:
    """Give a person the file of their archive."""
    now = clock.now()
    name = archives.take_archive(person_id=request.person.id, archive_id=archive_id, now=now)
    filename = f"parvis-{clock.city_day(now).isoformat()}.zip"
    return FileResponse(default_storage.open(name), as_attachment=True, filename=filename)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@proves_again
def close(request: CityRequest) -> HttpResponse:
    """Say what is erased, what stays and which law keeps it; then close the account at once."""
    me, now, refusal = request.person.id, clock.now(), None
    if request.method == "POST":
        try:
            closing.close_account(person_id=me, now=now)
            logout(request)
            return redirect("account:closed")
        except Refused as said:
            refusal = said
    context = {"rehearsal": closing.rehearse_closing(person_id=me, now=now)}
    status = refusal.status if refusal else 200
    return render(request, "account/close.html", context, status=status)


@login_not_required
@require_safe
def closed(request: CityRequest) -> HttpResponse:
    """Say goodbye."""
    return render(request, "account/closed.html")
