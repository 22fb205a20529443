"""Administrators' pages: who holds which role, giving one, taking one back, what each opens."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _, pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from parvis.account.actions import roles as actions
from parvis.account.desk import matrix
from parvis.account.forms.agents import FindPersonForm, GiveRoleForm, TakeRoleBackForm
from parvis.account.models import Role
from parvis.account.permissions import needs_role, proves_again
from parvis.account.queries import people, roles
from parvis.account.queries.people import Person
from parvis.account.rules.roles import ANY_SERVICE, ANYWHERE
from parvis.kernel import clock, reading
from parvis.kernel.errors import NotFound, Refused
from parvis.kernel.http import CityRequest
from parvis.kernel.reading import Reading

administrators_only = needs_role(Role.ADMINISTRATOR, service=ANY_SERVICE, territory=ANYWHERE)
staff_only = needs_role(*Role.values, service=ANY_SERVICE, territory=ANYWHERE)
_BOTH = require_http_methods(["GET", "HEAD", "POST"])
_WRONG = 422
_TABS = [("", pgettext_lazy("roles", "All")), *Role.choices]


@never_cache
@administrators_only
@_BOTH
def agents(request: CityRequest) -> HttpResponse:
    """Show who holds a role, and find the person to give one to."""
    form = FindPersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        found = people.person_by_email(form.cleaned_data["email"])
        if found:
            return redirect("account:agent", found.id)
        form.add_error("email", _("No open account uses this address."))
    role = request.GET.get("role", "")
    context = {
        "form": form,
        "staff": roles.staff(now=clock.now(), role=role),
        "tabs": [(key, label, key == role) for key, label in _TABS],
    }
    return render(request, "account/desk/agents.html", context, status=_status(form))


@never_cache
@administrators_only
@proves_again
@_BOTH
def agent(request: CityRequest, person_id: uuid.UUID) -> HttpResponse:
    """Show every role a person was given, and give one more."""
    person, form = _person(person_id), GiveRoleForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _give(request, person, form):
        return redirect("account:agent", person_id)
    return _agent(request, person, giving=form, status=_status(form))


@never_cache
@administrators_only
@proves_again
@require_POST
def take_back(request: CityRequest, person_id: uuid.UUID, grant_id: uuid.UUID) -> HttpResponse:
    """Take a role back."""
    person, form = _person(person_id), _taking_back(grant_id, request.POST)
    if form.is_valid() and _take_back(request, person_id, grant_id, form):
        return redirect("account:agent", person_id)
    return _agent(request, person, taking=(grant_id, form), status=_status(form))


@never_cache
@staff_only
@require_safe
def rights(request: CityRequest) -> HttpResponse:
    """Show what each role opens."""
    context = {"sections": matrix.sections(), "roles": Role.choices}
    return render(request, "account/desk/rights.html", context)


def _person(person_id: uuid.UUID) -> Person:
    found = people.person(person_id)
    if found is None:
        raise NotFound("unknown_person", _("Nobody has an open account under this id."))
    return found


def _agent(
    request: CityRequest,
    person: Person,
    *,
    giving: GiveRoleForm | None = None,
    taking: tuple[uuid.UUID, TakeRoleBackForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    now = clock.now()
    seen = Reading(
        reader_ref=f"person:{request.person.id}",
        person_ref=f"person:{person.id}",
        what="account.roles",
    )
    reading.note(seen, now=now)
    context: dict[str, Any] = {
        "shown": person,
        "grants": [(one, _taking(one.id, taking)) for one in roles.grants_of(person.id, now=now)],
        "giving": giving or GiveRoleForm(),
        "is_wrong": status == _WRONG,
        "is_me": person.id == request.person.id,
        "has_second_factor": bool(roles.with_second_factor([person.id])),
    }
    return render(request, "account/desk/agent.html", context, status=status)


def _taking(
    grant_id: uuid.UUID, taking: tuple[uuid.UUID, TakeRoleBackForm] | None
) -> TakeRoleBackForm:
    if taking is not None and taking[0] == grant_id:
        return taking[1]
    return _taking_back(grant_id)


def _taking_back(grant_id: uuid.UUID, typed: QueryDict | None = None) -> TakeRoleBackForm:
    # One page holds a form for each role: their fields need names of their own.
    return TakeRoleBackForm(typed, auto_id=f"id_{grant_id.hex}_%s")


def _give(request: CityRequest, person: Person, form: GiveRoleForm) -> bool:
    try:
        is_new = actions.give_role(
            person_id=person.id, new=form.grant(), by=request.person, now=clock.now()
        )
    except Refused as refusal:
        form.add_error(_about(refusal), refusal.message)
        return False
    if is_new:
        messages.success(request, _("The role is given, and the person is told."))
    else:
        messages.info(request, _("The person held this role already: nothing has changed."))
    return True


def _take_back(
    request: CityRequest, person_id: uuid.UUID, grant_id: uuid.UUID, form: TakeRoleBackForm
) -> bool:
    try:
        actions.take_role_back(
            person_id=person_id,
            grant_id=grant_id,
            reason=form.cleaned_data["reason"],
            by=request.person,
            now=clock.now(),
        )
    except Refused as refusal:
        form.add_error(_about(refusal), refusal.message)
        return False
    messages.success(request, _("The role is taken back: it opens nothing any more."))
    return True


def _about(refusal: Refused) -> str | None:
    """Return the field of a form that a refusal is about, None if it is about no field."""
    fields = {
        "reason_needed": "reason",
        "ends_before_it_begins": "last_day",
        "already_over": "last_day",
        "not_divided": "territory",
    }
    return fields.get(refusal.code)


def _status(form: Any) -> int:
    return _WRONG if form.is_bound and form.errors else 200
