"""Who treats cases: services and partners are added, renamed, closed for a while, ended."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from parvis.kernel import clock
from parvis.kernel.errors import Refused
from parvis.kernel.http import CityRequest
from parvis.streets.actions import handlers as actions
from parvis.streets.forms.handlers import HandlerForm, NewHandlerForm
from parvis.streets.permissions import administrators_only
from parvis.streets.queries import routing_ground as ground

_pages = require_http_methods(["GET", "HEAD", "POST"])


@administrators_only
@require_safe
def handlers(request: CityRequest) -> HttpResponse:
    """Show who treats cases, with their rules and their open cases."""
    return render(request, "streets/routing_handlers.html", {"lines": ground.handler_lines()})


@administrators_only
@_pages
def add(request: CityRequest) -> HttpResponse:
    """Take in a new service or partner."""
    form = NewHandlerForm(request.POST or None)
    if form.is_valid() and _added(request, form):
        messages.success(request, _("It can be named by rules now."))
        return redirect("streets:routing_handlers")
    return render(request, "streets/routing_handler.html", {"form": form}, status=_status(form))


@administrators_only
@_pages
def change(request: CityRequest, code: str) -> HttpResponse:
    """Show what a service or partner is called, and call it otherwise."""
    handler = ground.handler(code)
    initial = {"name": handler.name, "kind": handler.kind, "email": handler.email}
    form = HandlerForm(request.POST or None, initial=initial)
    if form.is_valid() and _changed(request, code, form):
        messages.success(request, _("It is called so everywhere now."))
        return redirect("streets:routing_handlers")
    context = {"form": form, "handler": handler}
    return render(request, "streets/routing_handler.html", context, status=_status(form))


@administrators_only
@_pages
def end(request: CityRequest, code: str) -> HttpResponse:
    """Say what still leads to a service or partner; end it once nothing does."""
    now, handler, refusal = clock.now(), ground.handler(code), ""
    if request.method == "POST":
        refusal = _why_not_ended(request, code)
        if not refusal:
            messages.success(request, _("It is over. What it treated keeps its name."))
            return redirect("streets:routing_handlers")
    rules, cases = ground.rules_to(code, now=now), ground.open_cases_of(code)
    context = {"handler": handler, "rules": rules, "cases": cases, "refusal": refusal}
    status = HTTPStatus.CONFLICT if refusal else HTTPStatus.OK
    return render(request, "streets/routing_handler_end.html", context, status=status)


@administrators_only
@require_POST
def turn(request: CityRequest, code: str) -> HttpResponse:
    """Let a handler take no more cases, or take them again."""
    closes = request.POST.get("step") == "close"
    act = actions.close_handler if closes else actions.reopen_handler
    act(code=code, by=request.person, now=clock.now())
    said = _("It takes no more cases.") if closes else _("It takes cases again.")
    messages.success(request, said)
    return redirect("streets:routing_handlers")


def _added(request: CityRequest, form: NewHandlerForm) -> bool:
    try:
        actions.add_handler(form.wording(), by=request.person, now=clock.now())
    except Refused as refusal:
        form.refuse(refusal)
        return False
    return True


def _changed(request: CityRequest, code: str, form: HandlerForm) -> bool:
    wording = form.wording()
    try:
        actions.change_handler(code=code, wording=wording, by=request.person, now=clock.now())
    except Refused as refusal:
        form.refuse(refusal)
        return False
    return True


def _why_not_ended(request: CityRequest, code: str) -> str:
    """End a handler, or return the sentence that says why it stays."""
    try:
        actions.end_handler(code=code, by=request.person, now=clock.now())
    except Refused as refusal:
        return refusal.message
    return ""


def _status(form: HandlerForm) -> int:
    return HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK


urlpatterns: list[URLPattern | URLResolver] = [
    path(gettext_lazy("desk/routing/handlers/"), handlers, name="routing_handlers"),
    path(gettext_lazy("desk/routing/handlers/new/"), add, name="routing_handler_add"),
    path(gettext_lazy("desk/routing/handlers/<slug:code>/"), turn, name="routing_turn"),
    path(gettext_lazy("desk/routing/handlers/<slug:code>/name/"), change, name="routing_handler"),
    path(gettext_lazy("desk/routing/handlers/<slug:code>/end/"), end, name="routing_handler_end"),
]
