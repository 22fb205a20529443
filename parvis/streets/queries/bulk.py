"""What one thing done to many cases would do, and what it did, line by line."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q
from django.utils.translation import gettext as _, pgettext

from parvis.account.public import Reach, persons, within
from parvis.kernel.errors import NotFound
from parvis.streets.models import BulkJob, BulkLine, BulkState, Case, Handler, State
from parvis.streets.queries.catalogue import label_of
from parvis.streets.queries.life import cycle
from parvis.streets.queries.life_words import refusal, state_label
from parvis.streets.queries.ways import reasons_of
from parvis.streets.rules import life

_LISTED, _JOBS = 50, 30
MOVE = "move"
OUTCOMES_DONE = ("done", "undone")


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How many of the chosen cases stand in a state, and why nothing can be done to them ("" if it
    can)."""

    state: str
    tone: str
    cases: int
    why_not: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A job on the desk; `about` says what it does, `by` who asked for it."""

    id: uuid.UUID
    about: str
    state: str
    state_label: str
    is_moving: bool
    may_undo: bool
    total: int
    outcomes: tuple[tuple[str, int], ...]
    by: str
    asked_at: dt.datetime
    finished_at: dt.datetime | None
    undone_at: dt.datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultLine:
    """What became of one case."""

    position: int
    code: str
    label: str
    where: str
    outcome: str
    said: str


def preview(
    case_ids: Collection[uuid.UUID], action: Mapping[str, Any], reach: Reach
) -> list[Share]:
    """Return how many of these cases within reach can be treated so, by the state they are in."""
    rows = Case.objects.filter(within(reach, "arrondissement"), pk__in=case_ids)
    counts = dict(rows.values_list("state").annotate(n=Count("pk")).order_by("state__order"))
    states, known = State.objects.in_bulk(list(counts)), cycle()
    shares = []
    for code, count in counts.items():
        state = states[code]
        if action["deed"] == MOVE:
            wrong = life.why_not(known, code, action["state"], who=life.AGENT)
            why_not = refusal(wrong).message if wrong else ""
        else:
            why_not = "" if state.is_open else _("It is closed.")
        shares.append(
            Share(state=state_label(state), tone=state.tone, cases=count, why_not=why_not)
        )
    return shares


def about(action: Mapping[str, Any]) -> str:
    """Say what a job does to each case."""
    if action["deed"] != MOVE:
        name = Handler.objects.filter(code=action["handler"]).values_list("name", flat=True)
        return _("To be treated by %(name)s") % {"name": name.first() or action["handler"]}
    state = State.objects.filter(pk=action["state"]).first()
    said = state_label(state) if state else str(action["state"])
    reasons = reasons_of([action["state"]]).get(action["state"], ())
    reason = next((one.label for one in reasons if one.code == action["reason"]), "")
    return f"{said}, {reason}" if reason else said


def jobs(person_id: uuid.UUID, reach: Reach) -> list[Job]:
    """Return the latest jobs, the newest first: one's own, and with the whole city within reach
    everybody's."""
    rows = BulkJob.objects.filter(_seen_by(person_id, reach)).order_by("-asked_at")
    return [_job(one) for one in rows[:_JOBS]]


def job(job_id: uuid.UUID, person_id: uuid.UUID, reach: Reach) -> Job:
    """Return a job that `jobs` lists.

    :raises NotFound: `no_job`
    """
    found = BulkJob.objects.filter(_seen_by(person_id, reach), pk=job_id).first()
    if found is None:
        raise no_job()
    return _job(found)


def no_job() -> NotFound:
    """Return the refusal of a job that is not there, or not for who asks."""
    return NotFound("no_job", _("There is no such action on many reports."))


def _seen_by(person_id: uuid.UUID, reach: Reach) -> Q:
    return Q() if reach.is_whole_city else Q(asked_by=person_id)


def lines(job_id: uuid.UUID, *, page: str, failed: bool) -> tuple[Page[BulkLine], list[ResultLine]]:
    """Return a page of the lines of a job, in their order; only those that were refused if
    `failed`."""
    rows = BulkLine.objects.filter(job=job_id).select_related("case__subtype").order_by("position")
    if failed:
        rows = rows.exclude(outcome__in=("", *OUTCOMES_DONE))
    found = Paginator(rows, _LISTED).get_page(page)
    return found, [_line(one) for one in found]


def table(job_id: uuid.UUID) -> Iterator[tuple[str, ...]]:
    """Return every line of a job as the rows of a table, a head first."""
    yield "position", "code", "kind", "place", "outcome", "said"
    rows = BulkLine.objects.filter(job=job_id).select_related("case__subtype").order_by("position")
    for one in rows.iterator(chunk_size=_LISTED * 10):
        line = _line(one)
        yield str(line.position), line.code, line.label, line.where, line.outcome, line.said


def choices_of_states() -> list[tuple[str, str]]:
    """Return the states into which many cases may be led at once."""
    rows = State.objects.exclude(pk__in=(life.MERGED, life.CONTRADICTED)).order_by("order")
    return [(one.pk, state_label(one)) for one in rows.filter(is_initial=False)]


def choices_of_reasons() -> list[tuple[str, str]]:
    """Return the reasons to close, each after the state that it belongs to."""
    closing = State.objects.filter(is_open=False).exclude(pk=life.MERGED).order_by("order")
    found = reasons_of([one.pk for one in closing])
    return [
        (reason.code, f"{state_label(state)} : {reason.label}")
        for state in closing
        for reason in found.get(state.pk, ())
    ]


def _job(row: BulkJob) -> Job:
    counts = row.lines.values_list("outcome").annotate(n=Count("pk")).order_by("-n", "outcome")
    people = persons([row.asked_by_id] if row.asked_by_id else [])
    by = people.get(row.asked_by_id) if row.asked_by_id else None
    return Job(
        id=row.pk,
        about=about(row.action),
        state=row.state,
        state_label=str(BulkState(row.state).label),
        is_moving=row.state in (BulkState.WAITING, BulkState.RUNNING, BulkState.UNDOING),
        may_undo=row.state == BulkState.DONE,
        total=row.total,
        outcomes=tuple((_outcome(code), count) for code, count in counts),
        by=by.usual_name if by else "",
        asked_at=row.asked_at,
        finished_at=row.finished_at,
        undone_at=row.undone_at,
    )


def _outcome(code: str) -> str:
    said = {
        "": _("not yet"),
        "done": _("done"),
        "undone": pgettext("many reports at once", "undone"),
        "no_such_step": _("not possible from where it stood"),
        "already_there": _("was in this state already"),
        "proof_missing": _("a photo of the end is missing"),
        "touched_since": _("touched since, left as it is"),
        "no_way_back": _("no way back"),
        "not_possible": _("not possible"),
        "handler_closed": _("the handler takes no cases any more"),
        "already_theirs": _("had this handler already"),
        "case_closed": _("closed"),
        "needs_role": _("no role for it any more"),
        "outside_territory": _("outside the arrondissements of who asked"),
    }
    return said.get(code, code)


def _line(row: BulkLine) -> ResultLine:
    return ResultLine(
        position=row.position,
        code=row.case.code,
        label=label_of(row.case.subtype),
        where=row.case.address,
        outcome=_outcome(row.outcome),
        said=_sentence(row.outcome),
    )


def _sentence(outcome: str) -> str:
    """Return why a line was refused in the language of who reads it: the job that did it spoke the
    City's. What was done needs no sentence."""
    try:
        return "" if outcome in ("", *OUTCOMES_DONE) else refusal(outcome).message
    except KeyError:
        return _("It was refused. Open the report and do it there: the page says why.")
