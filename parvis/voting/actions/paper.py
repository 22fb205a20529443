"""Paper on equal footing: a tick at the desk, minutes of a box, each sheet read by two people."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from parvis.account.public import Person
from parvis.kernel.canonical import canonical
from parvis.kernel.clock import city_day
from parvis.voting.actions.apart import require_one
from parvis.voting.actions.common import locked_poll, note
from parvis.voting.actions.mixing import count_at_desk
from parvis.voting.actions.ticking import Voter, is_ticked
from parvis.voting.models import Contest, Minutes, PaperBox, Poll, Sheet, keyring
from parvis.voting.permissions import require_agent
from parvis.voting.queries import paper, places, polls
from parvis.voting.queries.refusals import refusal, refuse_if
from parvis.voting.rules import ballots, paper as rules, tags
from parvis.voting.rules.electors import Elector
from parvis.voting.rules.paper import BLANK, SPOILT, SheetRead
from parvis.voting.rules.published import PAPER

_LONGEST = 500


@transaction.atomic
def add_box(*, ref: str, code: str, place: str, by: Person, now: dt.datetime) -> None:
    """Say that a ballot box stands somewhere; it may be added until the vote is closed.

    :raises Forbidden: `needs_role`
    :raises NotFound: `no_poll`
    :raises Refused: `poll_closed`, `box_exists`
    """
    require_agent(by)
    poll = locked_poll(ref)
    if now >= poll.closes_at:
        raise refusal("poll_closed")
    _box, is_new = PaperBox.objects.get_or_create(
        poll=poll, code=code, defaults={"place": place.strip()}
    )
    if not is_new:
        raise refusal("box_exists")
    note("box_added", ref, by=by, now=now, box=code)


@transaction.atomic
def hand_out(
    *, ref: str, elector: Elector, born_on: dt.date, box: str, by: Person, now: dt.datetime
) -> None:
    """Tick somebody who is about to put paper ballots into a box: all of these contests or none,
    and only one of those that exclude each other. The register of deeds says the day after how many
    an agent ticked, and nothing of the hour.

    :raises Forbidden: `needs_role`, `not_eligible`, `too_young`
    :raises NotFound: `no_poll`, `no_box`, `no_contest`
    :raises Refused: `already_voted`, `one_only`, `voted_apart`, `poll_not_open_yet`,
        `poll_closed`, `nothing_cast`
    """
    require_agent(by)
    row, stands = polls.row(ref), paper.box(ref, box)
    refuse_if(polls.why_not_open(row, now=now))
    contests = _ballots_for(elector, row, born_on=born_on, day=city_day(now))
    voter = Voter(
        poll=ref,
        mark=tags.person_tag(keyring.secret(ref), elector.identity),
        person_id=elector.person_id,
        day=city_day(now),
        channel=PAPER,
        box=stands.code,
    )
    if not is_ticked(voter, contests):
        raise refusal("already_voted")
    require_one(voter, contests, of=[one.key for one in polls.contests(row)])
    count_at_desk(stands, agent_id=by.id, day=voter.day)


@transaction.atomic
def write_minutes(
    *, ref: str, box: str, contest: str, found: rules.Minutes, by: Person, now: dt.datetime
) -> None:
    """Write down what was found in a box for one contest, after the vote closes; again to correct
    it, and an explanation given before counts no more.

    :raises Forbidden: `needs_role`
    :raises NotFound: `no_poll`, `no_box`, `no_contest`
    :raises Refused: `poll_still_open`, `already_opened`, `bad_minutes`
    """
    asked = _counting(ref, box, contest, by=by, now=now)
    refuse_if(rules.why_not_minutes(found))
    Minutes.objects.update_or_create(
        box=asked[0],
        contest=asked[1],
        defaults={
            "ballots": found.ballots,
            "blank": found.blank,
            "spoilt": found.spoilt,
            "written_by_id": by.id,
            "written_at": now,
            "difference": "",
            "signed_off_by": None,
        },
    )
    figures = {"ballots": found.ballots, "blank": found.blank, "spoilt": found.spoilt}
    note("minutes_written", ref, by=by, now=now, box=box, contest=contest, **figures)


@transaction.atomic
def read_sheet(*, ref: str, seen: SheetRead, by: Person, now: dt.datetime) -> bool:
    """Write down what a sheet says: a choice, or `blank` or `spoilt`. Return whether two people now
    read the same; while they do not, either may correct what they read.

    :raises Forbidden: `needs_role`
    :raises NotFound: `no_poll`, `no_box`, `no_contest`, `no_minutes`
    :raises Refused: `poll_still_open`, `already_opened`, `bad_sheet`, `sheet_settled`,
        `others_read`, those of `check`
    """
    box, contest = _counting(ref, seen.box, seen.contest, by=by, now=now)
    minutes = Minutes.objects.filter(box=box, contest=contest).first()
    if minutes is None:
        raise refusal("no_minutes")
    if not 1 <= seen.number <= minutes.ballots:
        raise refusal("bad_sheet")
    read = _written(ref, seen)
    sheet, is_new = Sheet.objects.select_for_update(of=("self",)).get_or_create(
        box=box,
        contest=contest,
        number=seen.number,
        defaults={"first": read, "first_by_id": by.id},
    )
    if not is_new:
        _read_again(sheet, read, by)
    return bool(sheet.second) and sheet.first == sheet.second


@transaction.atomic
def sign_off(
    *, ref: str, box: str, contest: str, reason: str, by: Person, now: dt.datetime
) -> None:
    """Say why the figures of a box do not agree; it is published. Who wrote the minutes does not.

    :raises Forbidden: `needs_role`
    :raises NotFound: `no_poll`, `no_box`, `no_contest`, `no_minutes`
    :raises Refused: `poll_still_open`, `already_opened`, `sheets_missing`, `nothing_differs`,
        `minutes_differ`, `own_minutes`, `reason_missing`
    """
    found_box, found_contest = _counting(ref, box, contest, by=by, now=now)
    state = paper.state(ref, box, contest)
    if state.minutes is None:
        raise refusal("no_minutes")
    if not state.is_read:
        raise refusal("sheets_missing")
    if not state.differences:
        raise refusal("nothing_differs")
    if not state.may_be_explained:
        raise refusal("minutes_differ")
    if not state.may_be_signed_by(by.id):
        raise refusal("own_minutes")
    said = reason.strip()
    if not 1 <= len(said) <= _LONGEST:
        raise refusal("reason_missing")
    Minutes.objects.filter(box=found_box, contest=found_contest).update(
        difference=said, signed_off_by_id=by.id
    )
    note("difference_explained", ref, by=by, now=now, box=box, contest=contest, reason=said)


def _ballots_for(elector: Elector, row: Poll, *, born_on: dt.date, day: dt.date) -> list[str]:
    """Return the contests whose ballots somebody asks for, who may have them."""
    if not elector.identity:
        raise refusal("not_eligible")
    if not elector.contests:
        raise refusal("nothing_cast")
    known = polls.contests(row)
    contests = sorted({polls.find_contest(known, key).key for key in elector.contests})
    if places.too_young(row.ref, contests, born_on=born_on, day=day):
        raise refusal("too_young")
    return contests


def _counting(
    ref: str, box: str, contest: str, *, by: Person, now: dt.datetime
) -> tuple[PaperBox, Contest]:
    """Return a box and a contest while its paper may be entered; the vote stays locked."""
    require_agent(by)
    poll = locked_poll(ref)
    refuse_if(_why_not_counting(poll, now=now))
    asked = Contest.objects.filter(poll=poll, key=contest).first()
    if asked is None:
        raise refusal("no_contest")
    return paper.box(ref, box), asked


def _why_not_counting(poll: Poll, *, now: dt.datetime) -> str | None:
    if poll.box_opened_at is not None:
        return "already_opened"
    is_closed = poll.frozen_at is not None and now >= poll.closes_at
    return None if is_closed else "poll_still_open"


def _written(ref: str, seen: SheetRead) -> str:
    if seen.value in (BLANK, SPOILT):
        return str(seen.value)
    plan = polls.find_contest(polls.contests(polls.row(ref)), seen.contest)
    refuse_if(ballots.why_refused(plan, seen.value))
    tidied = ballots.tidied(plan, seen.value)
    return canonical(tidied).decode() if tidied else BLANK


def _read_again(sheet: Sheet, read: str, by: Person) -> None:
    if sheet.second and sheet.first == sheet.second:
        raise refusal("sheet_settled")
    if sheet.first_by_id == by.id:
        sheet.first = read
    elif sheet.second_by_id in (None, by.id):
        sheet.second, sheet.second_by_id = read, by.id
    else:
        raise refusal("others_read")
    sheet.save(update_fields=["first", "second", "second_by"])
