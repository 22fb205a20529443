"""Administrators write the rules of routing, try them on the past before they hold, and see what
is broken first."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext as _, gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from parvis.kernel import clock
from parvis.kernel.errors import Refused
from parvis.kernel.http import CityRequest
from parvis.streets.actions import routing as sending, routing_rules
from parvis.streets.forms.routing import AskForm, RuleForm, TableForm, as_typed
from parvis.streets.permissions import administers, administrators_only, staff_only
from parvis.streets.queries import (
    routing as rules,
    routing_desk as desk,
    routing_waiting as waiting_queries,
    simulation,
    tables as table_queries,
)
from parvis.streets.rules import tables
from parvis.streets.rules.routing import Route

_pages = require_http_methods(["GET", "HEAD", "POST"])
_TABS = (
    ("", gettext_lazy("All rules")),
    (desk.BROKEN, gettext_lazy("To mend")),
    (desk.OWN, gettext_lazy("Written here")),
    (desk.LEARNED, gettext_lazy("Learned")),
    (desk.GROUND, gettext_lazy("Of a place")),
    (desk.OVER, gettext_lazy("Over")),
)


@administrators_only
@require_safe
def listed(request: CityRequest) -> HttpResponse:
    """Show the rules, broken ones first."""
    asked = {name: request.GET.get(name, "") for name in ("view", "q", "to")}
    found = desk.rules(
        view=asked["view"],
        asked=asked["q"],
        handler=asked["to"],
        page=request.GET.get("page", ""),
        now=clock.now(),
    )
    tabs = [(key, label, found.counts.get(key, 0), key == asked["view"]) for key, label in _TABS]
    handlers = waiting_queries.handlers_open()
    context = {"rules": found, "tabs": tabs, "asked": asked, "handlers": handlers}
    return render(request, "streets/routing.html", context)


@administrators_only
@_pages
def add(request: CityRequest) -> HttpResponse:
    """Try a new rule on the past, then let it hold."""
    form = RuleForm(request.POST or None)
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        if _saved(request, form):
            return redirect("streets:routing")
        context["told"] = _tried(request, form, form.route())
    return render(request, "streets/routing_rule.html", context, status=_status(form))


@administrators_only
@_pages
def change(request: CityRequest, rule_id: int) -> HttpResponse:
    """Write a rule anew: try it on the past, then let it hold."""
    route, why = desk.route_of(rule_id)
    form = RuleForm(request.POST or None, initial=as_typed(route, why))
    context: dict[str, Any] = {"form": form, "line": desk.rule_line(rule_id, now=clock.now())}
    if form.is_valid():
        if _saved(request, form, rule_id):
            return redirect("streets:routing")
        context["told"] = _tried(request, form, form.route(rule_id))
    return render(request, "streets/routing_rule.html", context, status=_status(form))


@administrators_only
@_pages
def end(request: CityRequest, rule_id: int) -> HttpResponse:
    """Say what ends with a rule, then end it."""
    now = clock.now()
    line = desk.rule_line(rule_id, now=now)
    if request.method == "POST":
        routing_rules.end_rule(rule_id=rule_id, by=request.person, now=now)
        messages.success(request, _("The rule holds no more."))
        return redirect("streets:routing")
    after, day = desk.without_rule(rule_id), clock.city_day(now)
    told = desk.try_rules(after=after, source=simulation.EXPORT, day=day)
    return render(request, "streets/routing_end.html", {"line": line, "told": told})


@administrators_only
@_pages
def table(request: CityRequest) -> HttpResponse:
    """Read a table of rules, say what it would change, then take it over."""
    form = TableForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        try:
            if _taken_over(request, form, context):
                return redirect("streets:routing")
        except Refused as refusal:
            form.refuse(refusal)
    return render(request, "streets/routing_table.html", context, status=_status(form))


@administrators_only
@require_safe
def written(request: CityRequest) -> HttpResponse:
    """Send every rule as a table for a spreadsheet."""
    del request
    text = table_queries.written(rules.standings())
    answer = HttpResponse("\ufeff" + text, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="routing.csv"'
    return answer


@staff_only
@require_safe
def ask(request: CityRequest) -> HttpResponse:
    """Answer who treats a kind of report at a place, and by which rules."""
    form = AskForm(request.GET if "subtype" in request.GET else None)
    context: dict[str, Any] = {"form": form, "may_rule": administers(request.person)}
    if form.is_valid():
        try:
            given = form.cleaned_data
            lon, lat = waiting_queries.where(given["place"])
            context["answer"] = waiting_queries.answer(
                subtype=given["subtype"], lon=lon, lat=lat, now=clock.now()
            )
        except Refused as refusal:
            form.add_error("place", refusal.message)
    return render(request, "streets/routing_ask.html", context, status=_status(form))


@administrators_only
@require_POST
def again(request: CityRequest) -> HttpResponse:
    """Ask the rules again for the cases that wait for a handler."""
    sent = sending.route_waiting(by=request.person, now=clock.now())
    said = ngettext("%(n)s report has a handler now.", "%(n)s reports have a handler now.", sent)
    messages.success(request, said % {"n": sent})
    return redirect("streets:routing_waiting")


def _saved(request: CityRequest, form: RuleForm, rule_id: int = 0) -> bool:
    """Keep the rule if that was asked; the form shows a refusal."""
    if request.POST.get("step") != "save":
        return False
    given = {"why": form.cleaned_data["why"], "by": request.person, "now": clock.now()}
    try:
        if rule_id:
            routing_rules.change_rule(rule_id=rule_id, route=form.route(rule_id), **given)
        else:
            routing_rules.add_rule(route=form.route(), **given)
    except Refused as refusal:
        form.refuse(refusal)
        return False
    messages.success(request, _("The rule is saved: the next report follows it."))
    return True


def _tried(request: CityRequest, form: RuleForm, route: Route) -> desk.Told | None:
    """Return what a rule would change, on its first day if that is still to come."""
    wrong = tables.fault_of(route)
    if wrong:
        form.add_error("last", _("The last day comes before the first."))
    if form.errors or request.POST.get("step") == "save":
        return None
    today = clock.city_day(clock.now())
    day = max(today, route.first) if route.first else today
    source = form.cleaned_data["source"]
    return desk.try_rules(after=desk.with_rule(route), source=source, day=day)


def _taken_over(request: CityRequest, form: TableForm, context: dict[str, Any]) -> bool:
    """Take a table over if that was asked, else tell what it would change.

    :raises Refused: `table_wrong`
    """
    text, now = form.text(), clock.now()
    if request.POST.get("step") == "save":
        done = routing_rules.import_table(text=text, by=request.person, now=now)
        said = _("The table is taken over: %(added)s new rules, %(ended)s ended.")
        numbers = {"added": len(done.add), "ended": len(done.end)}
        messages.success(request, said % numbers)
        return True
    context["change"] = table_queries.planned(text, day=clock.city_day(now))
    context["told"] = desk.try_table(context["change"], day=clock.city_day(now))
    return False


def _status(form: Any) -> int:
    return HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK


urlpatterns: list[URLPattern | URLResolver] = [
    path(gettext_lazy("desk/routing/"), listed, name="routing"),
    path(gettext_lazy("desk/routing/new/"), add, name="routing_add"),
    path(gettext_lazy("desk/routing/ask/"), ask, name="routing_ask"),
    path(gettext_lazy("desk/routing/table/"), table, name="routing_table"),
    path(gettext_lazy("desk/routing/table.csv"), written, name="routing_written"),
    path(gettext_lazy("desk/routing/again/"), again, name="routing_again"),
    path(gettext_lazy("desk/routing/<int:rule_id>/"), change, name="routing_change"),
    path(gettext_lazy("desk/routing/<int:rule_id>/end/"), end, name="routing_end"),
]
