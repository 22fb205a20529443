"""Pages on which something is reported: one question each, without a script; then it is sent."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext as _, gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from parvis.kernel import clock
from parvis.kernel.acting import done_for_others
from parvis.kernel.errors import Refused
from parvis.kernel.http import CityRequest, wants_json
from parvis.mandates.public import PARTICIPATION
from parvis.streets.actions import drafting
from parvis.streets.actions.checking import Draft, Reporter, Unfit
from parvis.streets.actions.drafting import Kept
from parvis.streets.actions.reporting import report as send_report
from parvis.streets.actions.writing import Reported
from parvis.streets.forms.reporting import SendForm, WhoForm, answers_in
from parvis.streets.queries import catalogue, ground
from parvis.streets.views import journey, step_pages
from parvis.streets.views.pace import count_visit, refuse_haste

_KEPT = "streets.draft"
_TEMPLATE = "streets/report_step.html"
CREATED = 201
_MENDED = {
    "subtype": ("kind_missing", journey.KIND),
    "lon": ("place_missing", journey.PLACE),
    "lat": ("place_missing", journey.PLACE),
    "address": ("place_missing", journey.PLACE),
    "text": ("text_too_long", journey.DETAILS),
    "noticed_at": ("moment_unreadable", journey.DETAILS),
    "email": ("email_invalid", journey.WHO),
}
"""The refusal, and the page of the report that mends it, of a field that cannot be read."""


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@done_for_others(PARTICIPATION)
def report(request: CityRequest) -> HttpResponse:
    """Begin a report, go on with it, or go back to a page of it."""
    now = clock.now()
    if request.method != "POST":
        kept = _resumed(request) or journey.started(request)
        return _show(request, journey.next_step(kept, now=now), kept, now=now)
    kept = drafting.unpacked(request.POST.get("draft", ""))
    wanted = request.POST.get("go", "")
    if wanted == "sign_in":
        return _sign_in_first(request, kept)
    if wanted in journey.STEPS:
        return _show(request, wanted, kept, now=now)
    return _go_on(request, kept, now)


@login_not_required
@require_POST
@done_for_others(PARTICIPATION)
def send(request: CityRequest) -> HttpResponse:
    """Send a report: the draft of the pages, or a whole one that was filled in without network."""
    now = clock.now()
    kept = drafting.unpacked(request.POST["draft"]) if "draft" in request.POST else None
    try:
        refuse_haste(request, now=now)
        draft = _of_pages(kept) if kept else _of_fields(request)
        done = send_report(draft, reporter=_reporter(request), now=now)
    except Refused as refusal:
        if wants_json(request):
            raise
        return _refused(request, kept, refusal, now)
    return _sent(request, done, now, pinned_at="" if kept else _pinned_at(request))


@login_not_required
@require_safe
def kinds(request: CityRequest) -> HttpResponse:
    """Show the kinds that `?words=` may mean, as a fragment of the page."""
    words = request.GET.get("words", "")[:200]
    found = catalogue.find(words, to_agents=journey.may_report_all(request)) if words else []
    return render(request, "streets/report_kinds.html", {"words": words, "found": found})


@login_not_required
@require_safe
def offline(request: CityRequest) -> HttpResponse:
    """Show the whole report on one page, which a device may keep and send when it can."""
    context = {
        "tree": catalogue.tree(),
        "usual": catalogue.usual(),
        "asks": catalogue.questions_everywhere(),
    }
    return render(request, "streets/report_offline.html", context)


def _show(
    request: CityRequest,
    step: str,
    kept: Kept,
    *,
    now: dt.datetime,
    refusal: Refused | None = None,
) -> HttpResponse:
    context = step_pages.page(step, kept, request, now=now, refusal=refusal)
    status = refusal.status if refusal else 200
    response = render(request, _TEMPLATE, context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _go_on(request: CityRequest, kept: Kept, now: dt.datetime) -> HttpResponse:
    step = request.POST.get("step", "")
    try:
        kept, is_whole = journey.take(step, kept, request, now=now)
    except Refused as refusal:
        return _show(request, _page_of(refusal, step), kept, now=now, refusal=refusal)
    if not is_whole and step in journey.STEPS:
        return _show(request, step, kept, now=now)
    return _show(request, journey.next_step(kept, now=now), kept, now=now)


def _page_of(refusal: Refused, step: str) -> str:
    if isinstance(refusal, Unfit):
        return refusal.step
    return step if step in journey.STEPS else journey.WHO


def _of_pages(kept: Kept) -> Draft:
    return drafting.as_draft(kept, channel="web", language=get_language() or "fr")


def _of_fields(request: CityRequest) -> Draft:
    form = SendForm(request.POST)
    if not form.is_valid():
        raise _unfit(form)
    given = form.cleaned_data
    lon, lat = _point(given)
    return Draft(
        subtype=given["subtype"],
        lon=lon,
        lat=lat,
        address=given["address"],
        says_bridge=given["says_bridge"],
        text=given["text"],
        answers=answers_in(request.POST),
        noticed_at=_noticed(given["noticed_at"] or given["made_at"]),
        joins=given["joins"],
        photos=tuple(request.FILES.getlist("photos")),
        client_key=given["client_key"],
        channel="offline",
        language=get_language() or "fr",
    )


def _unfit(form: SendForm) -> Refused:
    """Return the first thing that is wrong as a person can mend it; what no page of ours sends is
    named as a program sent it."""
    name, wrong = next(iter(form.errors.as_data().items()))
    if name in _MENDED and "\x00" not in form.data.get(name, ""):
        code, step = _MENDED[name]
        return Unfit(code, step=step)
    return Refused("form_invalid", f"{name}: {wrong[0].messages[0]}", status=422)


def _point(given: dict[str, Any]) -> tuple[float | None, float | None]:
    """Return the point that was sent, or that of the address."""
    if given.get("lon") is not None and given.get("lat") is not None:
        return given["lon"], given["lat"]
    spot = ground.found(given.get("address", "")) if given.get("address") else None
    return (spot.lon, spot.lat) if spot else (None, None)


def _noticed(moment: dt.datetime | None) -> dt.datetime | None:
    return timezone.make_aware(moment) if moment and timezone.is_naive(moment) else moment


def _reporter(request: CityRequest) -> Reporter:
    form = WhoForm(request.POST)
    form.is_valid()
    wants = "wants_messages" in request.POST
    if request.person is not None:
        return Reporter(
            person=request.person,
            wants_messages=wants,
            is_agent=journey.may_report_all(request),
        )
    return Reporter(email=request.POST.get("email", ""), wants_messages=wants)


def _refused(
    request: CityRequest, kept: Kept | None, refusal: Refused, now: dt.datetime
) -> HttpResponse:
    """Give the draft back on the page that must be mended, with the reason."""
    kept = kept or _rescued(request, now)
    return _show(request, _page_of(refusal, journey.WHO), kept, now=now, refusal=refusal)


def _rescued(request: CityRequest, now: dt.datetime) -> Kept:
    """Return as a draft of the pages what was sent on one page, with what can be kept."""
    form = SendForm(request.POST)
    form.is_valid()
    given: dict[str, Any] = form.cleaned_data
    lon, lat = _point(given)
    noticed = _noticed(given.get("noticed_at") or given.get("made_at"))
    kept = replace(
        drafting.begun(),
        key=str(given.get("client_key") or uuid.uuid4()),
        lon=lon,
        lat=lat,
        address=given.get("address", ""),
        says_bridge=given.get("says_bridge", False),
        subtype=given.get("subtype", ""),
        # What is too long to be read stays as it was typed: only who wrote it can shorten it.
        text=request.POST.get("text", "").replace("\x00", ""),
        answers=answers_in(request.POST),
        noticed_at=noticed.isoformat() if noticed else "",
        email=given.get("email", ""),
        has_photo_step=True,
    )
    try:
        return drafting.add_photos(kept, request.FILES.getlist("photos"), now=now)
    except Refused:
        return kept


def _pinned_at(request: CityRequest) -> str:
    """Return where the point of a report is whose number is not known, "" if it is as typed."""
    if request.POST.get("lon") or not request.POST.get("address"):
        return ""
    spot = ground.found(request.POST["address"])
    return spot.pinned_at if spot else ""


def _sent(
    request: CityRequest, done: Reported, now: dt.datetime, *, pinned_at: str
) -> HttpResponse:
    if done.is_new:
        count_visit(request, now=now)
    if done.secret:
        page = reverse("streets:by_link", args=[done.secret])
    else:
        page = reverse("streets:own", args=[done.report_id])
    if wants_json(request):
        answer = {"code": done.code, "report": str(done.report_id), "url": page}
        return JsonResponse(answer, status=CREATED)
    if done.is_new:
        said = _("Thank you: your voice is added to report %(code)s.")
        first = _("Thank you: your report is sent. Its number is %(code)s.")
        messages.success(request, (said if done.joined else first) % {"code": done.code})
        if pinned_at:
            told = _("We do not know the number you typed: it is kept; the point is at %(where)s.")
            messages.info(request, told % {"where": pinned_at})
    return redirect(page)


def _sign_in_first(request: CityRequest, kept: Kept) -> HttpResponse:
    request.session[_KEPT] = drafting.packed(kept)
    messages.info(request, _("Sign in: your report is kept, and you will find it again."))
    return redirect_to_login(f"{reverse('streets:report')}?resume=1")


def _resumed(request: CityRequest) -> Kept | None:
    carried = request.session.pop(_KEPT, None) if "resume" in request.GET else None
    return drafting.unpacked(carried) if carried else None


urlpatterns: list[URLPattern | URLResolver] = [
    path(gettext_lazy("new/"), report, name="report"),
    path(gettext_lazy("new/send/"), send, name="send"),
    path(gettext_lazy("new/kinds/"), kinds, name="kinds"),
    path(gettext_lazy("new/on-one-page/"), offline, name="offline"),
]
