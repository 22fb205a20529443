"""The vote of an edition from the City's side: what is asked, opening it, counting it."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation

from parvis.account.public import Person
from parvis.budget.actions.delivering import Won, proclaim
from parvis.budget.actions.freezing import freeze
from parvis.budget.actions.refusing import refusal
from parvis.budget.models import Area, Edition, Project
from parvis.budget.queries.ballots import question_of, ref_of, vote_of
from parvis.budget.queries.editions import phases_of
from parvis.budget.queries.words import area_name
from parvis.budget.rules import ballots
from parvis.budget.rules.ballots import VOTE
from parvis.budget.rules.calendar import Kind
from parvis.budget.rules.status import Status
from parvis.voting import public as voting
from parvis.voting.public import BallotKind, ContestPlan, CountingRule, Option, PollPlan, PollView

_PLACE = ("area__key", "number", "pk")


def prepare_vote(*, edition_id: uuid.UUID, by: Person, now: dt.datetime) -> PollView:
    """Write down what the vote of an edition will ask: a contest for each area with projects on its
    ballot; again while it is not open.

    :raises Forbidden: `needs_role`
    :raises NotFound: `no_edition`
    :raises Refused: `nothing_to_vote_on`, those of `voting.prepare_poll`
    """
    return voting.prepare_poll(plan=_plan(_edition(edition_id)), by=by, now=now)


def open_vote(*, edition_id: uuid.UUID, by: Person, now: dt.datetime) -> PollView:
    """Fix the edition and its vote, as they are at this moment, for good.

    :raises Forbidden: `needs_role`
    :raises NotFound: `no_edition`
    :raises Refused: `nothing_to_vote_on`, `projects_wait`, `appeals_wait`, those of
        `voting.open_poll`; `frozen` if they are fixed already, and the attempt is recorded
    """
    poll = vote_of(_edition(edition_id), now=now)
    if poll is not None and poll.is_frozen:
        # By itself: within what is taken back, the record of the attempt would be taken back too.
        prepare_vote(edition_id=edition_id, by=by, now=now)
    return _open_vote(edition_id=edition_id, by=by, now=now)


@transaction.atomic
def _open_vote(*, edition_id: uuid.UUID, by: Person, now: dt.datetime) -> PollView:
    freeze(edition_id=edition_id, by=by, now=now)
    prepare_vote(edition_id=edition_id, by=by, now=now)
    return voting.open_poll(ref=ref_of(_edition(edition_id)), by=by, now=now)


def count_vote(*, edition_id: uuid.UUID, now: dt.datetime) -> dict[str, dict[str, Any]]:
    """Count every contest of an edition by its published rule, as results.json tells it.

    :raises NotFound: `no_edition`, `no_poll`
    :raises Refused: `box_closed`
    """
    poll = voting.poll(ref=ref_of(_edition(edition_id)), now=now)
    return {contest.key: _counted(poll, contest) for contest in poll.contests}


@transaction.atomic
def publish_vote(*, edition_id: uuid.UUID, by: Person, now: dt.datetime) -> dict[str, list[str]]:
    """Count the vote of an edition, publish what came of it, for good, and proclaim the winners;
    return their numbers by area, in order of purchase.

    :raises Forbidden: `needs_role`
    :raises NotFound: `no_edition`, `no_poll`
    :raises Refused: `box_closed`, `already_published`, `already_proclaimed`
    """
    edition = _edition(edition_id)
    # Whoever opened the vote from its own desk fixed its questions, and not yet its calendar.
    freeze(edition_id=edition_id, by=by, now=now)
    results = count_vote(edition_id=edition_id, now=now)
    voting.publish_results(ref=ref_of(edition), results=results, by=by, now=now)
    poll = voting.poll(ref=ref_of(edition), now=now)
    proclaim(edition_id, _won(edition, poll, results), by=by, now=now)
    return {key: told["winners"] for key, told in results.items()}


def _won(edition: Edition, poll: PollView, results: dict[str, dict[str, Any]]) -> list[Won]:
    rows = Project.objects.filter(area__edition=edition, number__isnull=False)
    known = {(key, str(number)): pk for key, number, pk in rows.values_list(*_PLACE)}
    return [
        Won(
            project_id=known[contest.key, row[0]],
            rank=rank,
            votes=int(row[2]) if question_of(contest).unit == VOTE else None,
        )
        for contest in poll.contests
        for rank, row in enumerate(results[contest.key]["rounds"], 1)
    ]


def _edition(edition_id: uuid.UUID) -> Edition:
    found = Edition.objects.prefetch_related("phases").filter(pk=edition_id).first()
    if found is None:
        raise refusal("no_edition")
    return found


def _plan(edition: Edition) -> PollPlan:
    phase = next(one for one in phases_of(edition) if one.kind == Kind.VOTE)
    # What is hashed and published does not depend on the language of who opens the vote.
    with translation.override(settings.LANGUAGE_CODE):
        contests = tuple(_contest(area) for area in edition.areas.all() if _on_ballot(area))
    if not contests:
        raise refusal("nothing_to_vote_on")
    return PollPlan(
        ref=ref_of(edition),
        title=edition.title_fr,
        opens_at=phase.opens_at,
        closes_at=phase.closes_at,
        contests=contests,
    )


def _on_ballot(area: Area) -> list[Project]:
    accepted = area.projects.filter(status=Status.ACCEPTED, number__isnull=False)
    return list(accepted.order_by("number"))


def _contest(area: Area) -> ContestPlan:
    return ContestPlan(
        key=area.key,
        title=area_name(area),
        kind=BallotKind(area.ballot),
        options=tuple(
            Option(id=str(one.number), title=one.title, cost=one.cost_cents or 0)
            for one in _on_ballot(area)
        ),
        max_options=area.most_options,
        points=area.points,
        budget=area.envelope_cents,
        rule=CountingRule(
            name=area.count_rule,
            utility=area.utility,
            completion=area.completion,
            threshold=area.threshold,
            comparison=area.is_compared,
        ),
    )


def _counted(poll: PollView, contest: ContestPlan) -> dict[str, Any]:
    lines = voting.ballots(ref=poll.ref, contest=contest.key)
    choices = [json.loads(line)["choice"] for line in lines]
    question = question_of(contest)
    told = ballots.told(ballots.counted(question, choices, seed=poll.seed))
    method = question.method
    rule = {name: getattr(method, name) for name in ballots.METHOD}
    return told | {"rule": rule, "blank": sum(not choice for choice in choices)}
