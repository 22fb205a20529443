"""What a partner sees and says by a link: one case, or those of a round. The address is the key: no
other page, cache or robot learns it."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from parvis.kernel import clock
from parvis.kernel.errors import Refused
from parvis.kernel.http import CityRequest
from parvis.streets.actions.partners import answer, note_use
from parvis.streets.forms.agents import PartnerForm
from parvis.streets.queries import partners
from parvis.streets.queries.partners import Lent

_NOWHERE = uuid.UUID(int=0)


@login_not_required
@require_safe
def link(request: CityRequest, secret: str) -> HttpResponse:
    """Show what a link opens: a case, or the list of a round."""
    now = clock.now()
    found = partners.link_of(secret, now=now)
    note_use(found, now=now)
    if found.sheet is None:
        return _page(request, secret, partners.lent(partners.case_of(found)))
    context = {"link": found, "lines": partners.listed(found), "secret": secret}
    return _secret(render(request, "streets/partner_round.html", context))


@login_not_required
@require_safe
def case(request: CityRequest, secret: str, code: str) -> HttpResponse:
    """Show one case of a link."""
    found = partners.link_of(secret, now=clock.now())
    return _page(request, secret, partners.lent(partners.case_of(found, code)))


@login_not_required
@require_POST
def say(request: CityRequest, secret: str, code: str) -> HttpResponse:
    """Take down what a partner says it did."""
    now = clock.now()
    shown = partners.lent(partners.case_of(partners.link_of(secret, now=now), code))
    way = next((one for one in shown.ways if one.to == request.POST.get("to")), None)
    form = PartnerForm(request.POST, request.FILES, way=way)
    if form.is_valid():
        try:
            answer(secret=secret, code=code, done=form.treatment(_NOWHERE), now=now)
        except Refused as refusal:
            form.refuse(refusal)
            return _page(request, secret, shown, form, status=refusal.status)
        messages.success(request, _("Thank you: it is noted."))
        return _secret(redirect("streets:partner_case", secret, code))
    return _page(request, secret, shown, form, status=422)


def _page(
    request: CityRequest,
    secret: str,
    shown: Lent,
    tried: PartnerForm | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    ways = []
    for way in shown.ways:
        is_tried = tried is not None and tried.way is not None and tried.way.to == way.to
        begun = {"to": way.to, "revision": shown.revision}
        ways.append(tried if is_tried and tried else PartnerForm(way=way, initial=begun))
    stray = tried if tried is not None and tried.way is None else None
    context = {"shown": shown, "ways": ways, "secret": secret, "stray": stray}
    return _secret(render(request, "streets/partner_case.html", context, status=status))


def _secret(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


urlpatterns: list[URLPattern | URLResolver] = [
    path(gettext_lazy("partner/<str:secret>/"), link, name="partner"),
    path(gettext_lazy("partner/<str:secret>/<str:code>/"), case, name="partner_case"),
    path(gettext_lazy("partner/<str:secret>/<str:code>/done/"), say, name="partner_say"),
]
