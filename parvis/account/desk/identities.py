"""Agents' pages: identities that may be an account's owner, accounts of one person, invitations."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from parvis.account.actions import inviting, merging, proposing
from parvis.account.forms.identities import ReasonForm, TwoAccountsForm
from parvis.account.models import Role
from parvis.account.permissions import needs_role, proves_again
from parvis.account.queries import identities as queries, merging as merges, people
from parvis.kernel import clock, reading
from parvis.kernel.errors import NotFound, Refused
from parvis.kernel.http import CityRequest
from parvis.kernel.reading import Reading

agents_only = needs_role(Role.AGENT)
administrators_only = needs_role(Role.ADMINISTRATOR)
_BOTH = require_http_methods(["GET", "HEAD", "POST"])


@never_cache
@agents_only
@require_safe
def matching(request: CityRequest) -> HttpResponse:
    """List the requests that wait for an agent, and the accounts brought together of late."""
    context = {
        "waiting": queries.waiting_proposals(),
        "merges": merges.latest_merges(now=clock.now()),
        "form": TwoAccountsForm(),
    }
    return render(request, "account/desk/matching.html", context)


@never_cache
@agents_only
@_BOTH
def match(request: CityRequest, proposal_id: uuid.UUID) -> HttpResponse:
    """Show one request beside the account, and settle it with a reason."""
    found = queries.proposal(proposal_id)
    if found is None:
        raise NotFound("unknown_proposal", _("There is no such request."))
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _settle(request, proposal_id, form.cleaned_data["reason"])
    _note_reading(request, found)
    context = {"found": found, "form": form}
    status = 400 if form.errors else 200
    return render(request, "account/desk/match.html", context, status=status)


def _note_reading(request: CityRequest, found: queries.ProposalView) -> None:
    if found.owner:
        reading.note(
            Reading(
                reader_ref=f"person:{request.person.id}",
                person_ref=f"person:{found.owner.id}",
                what="account.match",
            ),
            now=clock.now(),
        )


def _settle(request: CityRequest, proposal_id: uuid.UUID, reason: str) -> HttpResponse:
    is_one = request.POST.get("verdict") == "one"
    settle = proposing.confirm if is_one else proposing.decline
    settle(proposal_id, by=request.person.id, reason=reason, now=clock.now())
    said = _("They are one person now.") if is_one else _("They stay apart.")
    messages.success(request, said)
    return redirect("account:matching")


@never_cache
@agents_only
@proves_again
@require_POST
def merge(request: CityRequest) -> HttpResponse:
    """Bring two accounts of one person together, given by their addresses, with a reason."""
    form = TwoAccountsForm(request.POST)
    if form.is_valid() and _merge(request, form):
        messages.success(request, _("The two accounts are now one. Both addresses are told."))
        return redirect("account:matching")
    context = {
        "waiting": queries.waiting_proposals(),
        "merges": merges.latest_merges(now=clock.now()),
        "form": form,
    }
    return render(request, "account/desk/matching.html", context, status=400)


def _merge(request: CityRequest, form: TwoAccountsForm) -> bool:
    typed, found = form.cleaned_data, {}
    for side in ("stays", "goes"):
        person = people.person_by_email(typed[side])
        if person is None:
            form.add_error(side, _("No open account uses this address."))
        else:
            found[side] = person.id
    if form.errors:
        return False
    cause = merging.Cause(by=request.person.id, reason=typed["reason"])
    try:
        merging.merge_accounts(**found, cause=cause, now=clock.now())
    except Refused as refusal:
        form.add_error(None, refusal.message)
    return not form.errors


@never_cache
@agents_only
@proves_again
@_BOTH
def undo(request: CityRequest, merge_id: uuid.UUID) -> HttpResponse:
    """Take two accounts apart again, with a reason."""
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        cause = merging.Cause(by=request.person.id, reason=form.cleaned_data["reason"])
        merging.undo_merge(merge_id, cause=cause, now=clock.now())
        messages.success(request, _("The two accounts are as they were. Both addresses are told."))
        return redirect("account:matching")
    context = {"form": form, "merge": merges.merge(merge_id, now=clock.now())}
    return render(request, "account/desk/undo.html", context, status=400 if form.errors else 200)


@never_cache
@administrators_only
@proves_again
@require_POST
def invite(request: CityRequest, person_id: uuid.UUID) -> HttpResponse:
    """Invite the holder of a role to sign in with ProConnect."""
    inviting.invite(person_id=person_id, by=request.person.id, now=clock.now())
    messages.success(request, _("The invitation is on its way."))
    return redirect("account:agent", person_id)
