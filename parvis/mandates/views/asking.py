"""Pages where one asks to act for somebody, lets somebody act, joins or claims a file."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from parvis.kernel import clock
from parvis.kernel.acting import done_for_oneself
from parvis.kernel.errors import Refused
from parvis.kernel.http import CityRequest
from parvis.mandates.actions import asking, growing_up
from parvis.mandates.forms import asking as forms

_ABOUT_THE_CODE = {"no_such_code", "code_to_join", "code_to_claim"}
_WRITES = require_http_methods(["GET", "HEAD", "POST"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page with one form; `act(form, request)` does it, or refuses."""

    form: type[django_forms.Form]
    title: Any
    lead: Any
    verb: Any
    done: Any
    goes_to: str
    act: Callable[[Any, CityRequest], object]


def _as_asked(act: Callable[..., uuid.UUID]) -> Callable[[Any, CityRequest], object]:
    return lambda form, request: act(new=form.asked(), by=request.person, now=clock.now())


def _invite(*, gives: bool) -> Callable[[Any, CityRequest], object]:
    return lambda form, request: asking.invite(
        new=form.asked(gives=gives), by=request.person, now=clock.now()
    )


_AGENT_LOOKS = _("Your request is with an agent, who looks at the paper. You will be told.")
_THEY_ANSWER = _("We have written to this address. They say yes or no, and you will be told.")
PAGES = {
    "child": Page(
        form=forms.ChildForm,
        title=_("Add a child"),
        lead=_("You act for your child until the day they come of age."),
        verb=_("Ask to act for this child"),
        done=_AGENT_LOOKS,
        goes_to="mandates:mine",
        act=_as_asked(asking.ask_for_ward),
    ),
    "guardian": Page(
        form=forms.GuardianForm,
        title=_("Act for a protected adult"),
        lead=_("A court made you their guardian, curator or representative."),
        verb=_("Ask to act for this person"),
        done=_AGENT_LOOKS,
        goes_to="mandates:mine",
        act=_as_asked(asking.ask_for_ward),
    ),
    "relative": Page(
        form=forms.RelativeForm,
        title=_("Act for somebody without an account"),
        lead=_("A relative or a friend signed a power of attorney for you."),
        verb=_("Ask to act for this person"),
        done=_AGENT_LOOKS,
        goes_to="mandates:mine",
        act=_as_asked(asking.ask_for_ward),
    ),
    "association": Page(
        form=forms.AssociationForm,
        title=_("Act for an association"),
        lead=_("You are on its board, or the board put you in charge."),
        verb=_("Ask to act for this association"),
        done=_AGENT_LOOKS,
        goes_to="mandates:mine",
        act=_as_asked(asking.ask_for_association),
    ),
    "second_parent": Page(
        form=forms.JoinForm,
        title=_("Join the other parent"),
        lead=_("The other parent holds your child here: ask them for the code of the child."),
        verb=_("Ask to hold this child"),
        done=_AGENT_LOOKS,
        goes_to="mandates:mine",
        act=lambda form, request: asking.join_ward(
            code=form.cleaned_data["code"],
            paper=form.paper(),
            by=request.person,
            now=clock.now(),
        ),
    ),
    "ask": Page(
        form=forms.InvitationForm,
        title=_("Ask somebody to let you act for them"),
        lead=_("They have an account, or will open one: only they can say yes."),
        verb=_("Ask them"),
        done=_THEY_ANSWER,
        goes_to="mandates:mine",
        act=_invite(gives=False),
    ),
    "give": Page(
        form=forms.InvitationForm,
        title=_("Let somebody act for me"),
        lead=_("You see all they do in your name, and can end it at any moment."),
        verb=_("Let them act for me"),
        done=_THEY_ANSWER,
        goes_to="mandates:represented",
        act=_invite(gives=True),
    ),
    "claim": Page(
        form=forms.ClaimForm,
        title=_("Find the file others kept for me"),
        lead=_("Somebody acted for you before you had an account: the code hands it over to you."),
        verb=_("Make this file mine"),
        done=_("This file is yours: what was done in your name stands on this page."),
        goes_to="mandates:represented",
        act=lambda form, request: growing_up.claim(
            code=form.cleaned_data["code"], by=request.person, now=clock.now()
        ),
    ),
}


def page(name: str) -> Callable[[CityRequest], HttpResponse]:
    """Return the view of one of the pages."""
    shown = PAGES[name]

    @_WRITES
    @done_for_oneself
    def view(request: CityRequest) -> HttpResponse:
        """Show the form; do what is asked, or say why not."""
        form = shown.form(request.POST or None, request.FILES or None)
        status = int(HTTPStatus.OK)
        if request.method == "POST":
            status = _attempt(form, shown, request)
            if status == HTTPStatus.OK:
                messages.success(request, shown.done)
                return redirect(shown.goes_to)
        return render(request, "mandates/form.html", {"form": form, "page": shown}, status=status)

    return view


def _attempt(form: Any, shown: Page, request: CityRequest) -> int:
    """Do what a valid form asks; return the status of the answer, 200 if it was done."""
    if not form.is_valid():
        return HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        shown.act(form, request)
    except Refused as refusal:
        form.add_error("code" if refusal.code in _ABOUT_THE_CODE else None, refusal.message)
        return refusal.status
    return HTTPStatus.OK
