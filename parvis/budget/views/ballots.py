"""Voting: who may, the ballot, reading it again, casting it, changing one's mind."""

from __future__ import annotations

import datetime as dt
import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from parvis.account.public import Person, civil_identity
from parvis.budget.forms.ballots import ElectorForm, HeldForm, MistypedBallot, value_of
from parvis.budget.models import Edition
from parvis.budget.queries import ballots, words
from parvis.budget.queries.ballots import question_of
from parvis.budget.rules.entitlement import Tie
from parvis.budget.views import carrying, papers
from parvis.budget.views.carrying import Voter
from parvis.budget.views.papers import Step
from parvis.kernel import clock
from parvis.kernel.acting import is_helped
from parvis.kernel.errors import Refused
from parvis.kernel.http import CityRequest
from parvis.voting import public as voting
from parvis.voting.public import Choice, PollState, PollView

_DRAWS = 10_000
_MENDING = "mending"
_NONE_WAITS = gettext_lazy(
    "No ballot of yours waits here any more: you have cast it, or left it for too long. Opening"
    " this page has cast nothing."
)
Values = dict[str, tuple[Any, ...]]


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def vote(request: CityRequest, slug: str) -> HttpResponse:
    """Say what is asked of a voter and why, take it, and give the ballot."""
    now, (edition, poll) = clock.now(), papers.vote_at(slug)
    if request.method != "POST" or request.person is None:
        form = _elector_form(request.person, edition, now) if request.person else None
        return _start(request, edition, poll, form)
    form = _elector_form(request.person, edition, now, data=request.POST)
    voter = _voter(form, request.person, edition, now) if form.is_valid() else None
    if voter is None:
        return _start(request, edition, poll, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    voting.note_started(ref=poll.ref, person_id=request.person.id, now=now)
    data = _begun(request, edition) or _fields({"draw": str(secrets.randbelow(_DRAWS))})
    data["voter"] = voter.signed()
    return _to_ballot(Step(request=request, edition=edition, poll=poll, data=data))


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ballot(request: CityRequest, slug: str) -> HttpResponse:
    """Give the ballot as it is filled in so far, to go on with it before it is cast."""
    step = _step(request, slug)
    if step is None:
        return _nothing_waits(request, slug)
    if request.method == "POST":
        return _to_ballot(step)
    wrong = _values(step)[1] if _MENDING in request.GET else {}
    return papers.ballot(step, keys=papers.keys_of(step.data), wrong=wrong)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: CityRequest, slug: str) -> HttpResponse:
    """Show a ballot as it will be cast, or what has to be mended first."""
    step = _step(request, slug)
    if step is None:
        return _nothing_waits(request, slug)
    if request.method != "POST":
        return _checked(step)
    where = ("vote_ballot", f"?{_MENDING}") if _values(step)[1] else ("vote_check",)
    return _led(step, *where, instead=lambda: _checked(step))


@login_not_required
@never_cache
@require_POST
def cast(request: CityRequest, slug: str) -> HttpResponse:
    """Cast a ballot that was read again: all its contests or none, once even if sent twice."""
    edition, poll = papers.vote_at(slug)
    step = Step(request=request, edition=edition, poll=poll, data=request.POST)
    held = papers.held_of(step.data)
    if not held and request.person is None:
        return _sign_in_first(step)
    values, wrong = _values(step)
    if wrong:
        return _checked(step)
    try:
        receipts = _cast(step, values, held)
    except Refused as refusal:
        return papers.summary(step, values=values, refusal=refusal)
    return _given(step, receipts, held)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: CityRequest, slug: str) -> HttpResponse:
    """Take receipts and their codes, from this device or as typed, and give a new ballot."""
    edition, poll = papers.vote_at(slug)
    kept = tuple({one[0]: one for one in carrying.read_held(request, edition)}.values())
    areas = [(one.key, ballots.area_name(edition, one.key)) for one in poll.contests]
    form = HeldForm(request.POST if "code" in request.POST else None, areas=areas)
    if request.method == "POST" and "kept" in request.POST and kept:
        return _changing(request, edition, poll, kept)
    if form.is_valid():
        return _changing(request, edition, poll, [form.held()])
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    context = papers.frame(edition, poll) | {"form": form, "kept": kept}
    return render(request, "budget/vote_change.html", context, status=status)


@login_not_required
@require_safe
def paper(request: CityRequest, slug: str, key: str) -> HttpResponse:
    """Show the ballot of an area as a sheet to print, its projects by their numbers."""
    edition, poll = papers.vote_at(slug)
    asked = ballots.asked(edition, poll, key)
    context = papers.frame(edition, poll) | {"asked": papers.filled(asked, QueryDict())}
    return render(request, "budget/vote_paper.html", context)


def _start(
    request: CityRequest,
    edition: Edition,
    poll: PollView,
    form: ElectorForm | None,
    *,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    # Whether somebody voted is nobody else's to read, nor who they are: not a helper's either.
    is_alone = not is_helped(request)
    person = request.person if is_alone else None
    ticked = voting.has_ticked(ref=poll.ref, person_id=person.id) if person and _lives(poll) else ()
    known = civil_identity(person.id) if person else None
    context = papers.frame(edition, poll) | {
        "form": form if is_alone else None,
        "is_alone": is_alone,
        "known": known,
        "born_on": _day(known.birthdate) if known else None,
        "voted": [ballots.area_name(edition, key) for key in sorted(ticked)],
        "held": carrying.read_held(request, edition) if is_alone else (),
        "begun": is_alone and _begun(request, edition) is not None,
        "papers": [(one.key, ballots.area_name(edition, one.key)) for one in poll.contests],
    }
    return render(request, "budget/vote.html", context, status=status)


def _begun(request: CityRequest, edition: Edition) -> QueryDict | None:
    """Return the ballot that who asks has begun on this device; None if none, or if it changes one
    that was cast."""
    kept = carrying.kept_ballot(request, edition)
    return kept if kept is not None and not papers.held_of(kept) else None


def _lives(poll: PollView) -> bool:
    return poll.state == PollState.OPEN


def _elector_form(
    person: Person, edition: Edition, now: dt.datetime, *, data: QueryDict | None = None
) -> ElectorForm:
    areas = [
        (one.arrondissement, words.area_name(one))
        for one in ballots.arrondissements(edition)
        if one.arrondissement
    ]
    ties = ((tie.value, getattr(person, tie.value)) for tie in Tie)
    first = next(((tie, number) for tie, number in ties if number), ("", ""))
    return ElectorForm(
        data,
        areas=areas,
        is_known=civil_identity(person.id) is not None,
        today=clock.city_day(now),
        initial={"tie": first[0], "arrondissement": first[1]},
    )


def _voter(form: ElectorForm, person: Person, edition: Edition, now: dt.datetime) -> Voter | None:
    """Return who votes where; None if the form now says why nobody does."""
    given = form.cleaned_data
    known = civil_identity(person.id)
    if known:
        first, family, born = known.given_name, known.family_name, _day(known.birthdate)
    else:
        first, family, born = given["first_name"], given["family_name"], given["birth_date"]
    contests, why = ballots.entitled(
        edition, chosen=given["arrondissement"], tie=Tie(given["tie"]), born_on=born, now=now
    )
    identity = voting.identity_of(first_name=first, family_name=family, birth_date=born)
    if not contests or not identity:
        form.add_error(None, _WHY_NOT[why] if identity else _NO_LETTERS)
        return None
    if ballots.has_voted_apart(edition, person.id, contests):
        form.add_error("arrondissement", _WHY_NOT["voted_apart"])
        return None
    return Voter(person_id=str(person.id), identity=identity, contests=tuple(contests))


_NO_LETTERS = gettext_lazy("Write your first name and your name at birth with letters.")
_WHY_NOT = {
    "voted_apart": gettext_lazy(
        "You have voted in another arrondissement already, and one votes in one only. You may"
        " change that ballot with its receipt and its change code."
    ),
    "no_tie": gettext_lazy(
        "This tie does not open a vote in this edition: its page says which do."
    ),
    "too_young": gettext_lazy(
        "You are too young to vote in this edition; its page says from what age."
    ),
}


def _day(written: str) -> dt.date:
    """Return a date of birth; a month or a day nobody knows is written as 00 and counts as 1."""
    year, month, day = (int(part) for part in written.split("-"))
    return dt.date(year, month or 1, day or 1)


def _fields(pairs: Mapping[str, str]) -> QueryDict:
    found = QueryDict(mutable=True)
    found.update(pairs)
    return found


def _step(request: CityRequest, slug: str) -> Step | None:
    """Return a step with the ballot that its page sends, or else with the one that the device
    keeps for who asks; None if it keeps none."""
    edition, poll = papers.vote_at(slug)
    is_sent = request.method == "POST"
    data = request.POST if is_sent else carrying.kept_ballot(request, edition)
    return None if data is None else Step(request=request, edition=edition, poll=poll, data=data)


def _nothing_waits(request: CityRequest, slug: str) -> HttpResponse:
    """Lead to the start of the vote who asks for a ballot and has none that waits; a signed-out
    voter whose ballot waits signs in first."""
    edition, _poll = papers.vote_at(slug)
    is_waiting = carrying.is_waiting(request, edition)
    if is_waiting and request.person is None:
        return redirect_to_login(request.get_full_path())
    messages.warning(request, carrying.OTHER_ACCOUNT if is_waiting else _NONE_WAITS)
    return redirect("budget:vote", slug)


def _to_ballot(step: Step) -> HttpResponse:
    keys = papers.keys_of(step.data)
    return _led(step, "vote_ballot", instead=lambda: papers.ballot(step, keys=keys))


def _led(
    step: Step, name: str, query: str = "", *, instead: Callable[[], HttpResponse]
) -> HttpResponse:
    """Lead to an address that shows the ballot, to which one can come back; or show it at once if
    it is too large for the device to keep."""
    response = redirect(reverse(f"budget:{name}", args=[step.edition.slug]) + query)
    if carrying.keep_ballot(response, step.request, step.edition, step.data):
        return response
    shown = instead()
    # What the device kept of an earlier step is another ballot than the one that is shown.
    carrying.drop_ballot(shown, step.edition)
    return shown


def _values(step: Step) -> tuple[Values, dict[str, str]]:
    """Return the choices that stand in a page, by contest, and what is wrong with which."""
    values: Values = {}
    wrong: dict[str, str] = {}
    for key in papers.keys_of(step.data):
        if step.data.get(f"skip-{key}"):
            continue
        try:
            values[key] = _value(step, key)
        except MistypedBallot as mistyped:
            wrong[key] = mistyped.message
        except Refused as refusal:
            wrong[key] = refusal.message
    if not values and not wrong:
        wrong[""] = _("You left out every part of this vote: keep one at least.")
    return values, wrong


def _value(step: Step, key: str) -> tuple[Any, ...]:
    contest = step.poll.contest(key)
    value = value_of(question_of(contest), step.data)
    voting.check(contest=contest, value=value)
    return value


def _checked(step: Step) -> HttpResponse:
    values, wrong = _values(step)
    if wrong:
        return papers.ballot(step, keys=papers.keys_of(step.data), wrong=wrong)
    ref, contests = step.poll.ref, sorted(values)
    try:
        token = voting.new_nonces(ref=ref, contests=contests, now=clock.now())
    except Refused as refusal:
        return papers.summary(step, values=values, refusal=refusal)
    return papers.summary(step, values=values, token=token)


def _cast(step: Step, values: Values, held: Sequence[carrying.Held]) -> tuple[voting.Receipt, ...]:
    ref, token, now = step.poll.ref, step.data.get("token", ""), clock.now()
    choices = [Choice(contest=key, value=value) for key, value in values.items()]
    if held:
        pairs = [(code_of, code) for _key, code_of, code in held]
        return voting.change(ref=ref, choices=choices, held=pairs, token=token, now=now)
    elector = carrying.voter_of(step.data).elector(step.request)
    return voting.cast(ref=ref, elector=elector, choices=choices, token=token, now=now)


def _given(
    step: Step, receipts: Sequence[voting.Receipt], held: Sequence[carrying.Held]
) -> HttpResponse:
    """Lead to the receipts, which nobody but the voter's device keeps."""
    response = redirect("budget:vote_receipt", step.edition.slug)
    cast = {one.contest for one in receipts}
    spent = [one for one in held if one[0] in cast]
    carrying.hold(response, step.request, step.edition, receipts, spent=spent)
    carrying.drop_ballot(response, step.edition)
    if spent:
        carrying.note_replaced(response, step.edition, cast)
    else:
        carrying.drop_replaced(response, step.edition)
    return response


def _changing(
    request: CityRequest, edition: Edition, poll: PollView, held: Sequence[carrying.Held]
) -> HttpResponse:
    carried = {"held": json.dumps(list(held)), "draw": str(secrets.randbelow(_DRAWS))}
    return _to_ballot(Step(request=request, edition=edition, poll=poll, data=_fields(carried)))


def _sign_in_first(step: Step) -> HttpResponse:
    """Send a voter whose session ended to sign in; the ballot waits on their own device."""
    response = redirect_to_login(reverse("budget:vote_check", args=[step.edition.slug]))
    if carrying.keep_ballot(response, step.request, step.edition, step.data):
        return response
    message = _("You are signed out. Sign in on another page of this browser, then come back here.")
    refusal = Refused("signed_out", message, status=HTTPStatus.UNAUTHORIZED)
    return papers.summary(step, values=_values(step)[0], refusal=refusal)


urlpatterns = [
    path(gettext_lazy("editions/<slug:slug>/vote/"), vote, name="vote"),
    path(gettext_lazy("editions/<slug:slug>/vote/ballot/"), ballot, name="vote_ballot"),
    path(gettext_lazy("editions/<slug:slug>/vote/check/"), check, name="vote_check"),
    path(gettext_lazy("editions/<slug:slug>/vote/cast/"), cast, name="vote_cast"),
    path(gettext_lazy("editions/<slug:slug>/vote/change/"), change, name="vote_change"),
    path(gettext_lazy("editions/<slug:slug>/vote/paper/<slug:key>/"), paper, name="vote_paper"),
]
