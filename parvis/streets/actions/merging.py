"""Two cases found to be the same thing: one goes on with the reports of both, and nobody is left
behind."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction

from parvis.kernel.facts import announce
from parvis.streets import events
from parvis.streets.actions.moving import locked_cases, move_case, touch
from parvis.streets.actions.pressing import press
from parvis.streets.models import Case, Report, Step
from parvis.streets.queries.life_words import refusal
from parvis.streets.rules import life, near


@transaction.atomic
def merge(
    *,
    case_id: uuid.UUID,
    into: uuid.UUID,
    actor: str,
    now: dt.datetime,
    note: str = "",
    door: str = "desk",
) -> Step:
    """Join a case to another, and return the step that closed it.

    Its reports become the other's: their authors are told that it is the same thing, and all that
    follows. Who reported both counts once. Opened again (`moving.move_case`), the case has its own
    reports back.

    :raises NotFound: `no_case`
    :raises Refused: `same_case_twice`, `already_merged`, `root_closed`, `another_kind`,
        `too_far_to_merge`, and what `move_case` refuses
    """
    if case_id == into:
        raise refusal("same_case_twice")
    case, root = _two(case_id, into)
    before = root.reports_count
    _move_reports(case, root, now)
    step = move_case(
        case_id=case.id,
        to=life.MERGED,
        actor=actor,
        who=life.AGENT,
        door=door,
        now=now,
        reason=life.SAME_CASE,
        note=note,
        merged_into=root.id,
    )
    touch(root, now=now)
    press(root, now=now, reports_before=before)
    merged = events.CasesMerged(case_id=case.id, code=case.code, into_id=root.id, into=root.code)
    announce(merged, now=now)
    return step


def _two(case_id: uuid.UUID, into: uuid.UUID) -> tuple[Case, Case]:
    both = locked_cases(case_id, into)
    _refuse(both[case_id], both[into])
    return both[case_id], both[into]


def _refuse(case: Case, root: Case) -> None:
    if _is_merged(case) or root.merged_into_id is not None:
        raise refusal("already_merged")
    if not root.is_open:
        raise refusal("root_closed")
    if not case.is_open:
        raise refusal("no_such_step")
    if case.family != root.family:
        raise refusal("another_kind")
    points = [
        case.location,
        *Report.objects.filter(case=case).values_list("location", flat=True),
    ]
    if not near.may_gather(root=root.location, radius_m=root.radius_m, points=points):
        raise refusal("too_far_to_merge")


def _is_merged(case: Case) -> bool:
    return case.merged_into_id is not None or Case.objects.filter(merged_into=case).exists()


def _move_reports(case: Case, root: Case, now: dt.datetime) -> None:
    theirs = Report.objects.filter(case=case)
    there = Report.objects.filter(case=root, withdrawn_at=None)
    # One person has one voice in a case; the earlier step of theirs is kept in the other.
    again = theirs.filter(withdrawn_at=None)
    people = list(there.exclude(person=None).values_list("person", flat=True))
    again.filter(person__in=people).update(withdrawn_at=now)
    addresses = list(there.exclude(email="").values_list("email", flat=True))
    again.filter(email__in=addresses).update(withdrawn_at=now)
    theirs.update(case=root)
