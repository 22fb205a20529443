"""What people said of each section, and what the city answered."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import Sum

from parvis.deliberation.models import Answer, AnswerRevision, Contribution, SectionTally
from parvis.deliberation.models.choices import AnswerStance, Kind, Origin, State
from parvis.deliberation.queries import building, consultations
from parvis.deliberation.queries.refusals import refusal
from parvis.deliberation.queries.shapes import (
    AnswerRevisionView,
    AnswerView,
    ContributionRow,
    SectionSummary,
)

# One step into the index per section, however many contributions each has.
_TOP = """
    SELECT c.id FROM unnest(%s::text[]) AS s (ref) CROSS JOIN LATERAL (
        SELECT id FROM deliberation_contribution
        WHERE consultation_id = %s AND state = 'public' AND section_ref = s.ref
        ORDER BY support_count DESC, public_id DESC LIMIT 1
    ) c
"""


def section_summaries(slug: str, refs: Sequence[str]) -> dict[str, SectionSummary]:
    """Return numbers, the most supported text and the latest answer of each section, in six
    queries.

    :raises NotFound: `no_consultation`
    """
    consultation = consultations.row(slug)
    numbers = _numbers(consultation.pk, refs)
    with connection.cursor() as cursor:
        cursor.execute(_TOP, [list(refs), consultation.pk])
        top_ids = [pk for (pk,) in cursor.fetchall()]
    tops = list(
        Contribution.objects.filter(pk__in=top_ids)
        .select_related("consultation")
        .defer(*building.UNUSED_BY_LISTS)
    )
    answers = list(
        _answers()
        .filter(contribution__consultation=consultation, contribution__section_ref__in=refs)
        .order_by("contribution__section_ref", "-answered_at", "-public_id")
        .distinct("contribution__section_ref")
    )
    known = building.names([*(t.author_id for t in tops), *(a.by_id for a in answers)])
    rows = {row.section_ref: row for row in building.rows(tops, known=known)}
    answered = {
        answer.contribution.section_ref: building.answer_view(answer, known) for answer in answers
    }
    return {ref: _summary(ref, numbers[ref], rows.get(ref), answered.get(ref)) for ref in refs}


def branch_totals(slug: str) -> dict[str, int]:
    """Return the number of public contributions of each branch."""
    sums = (
        SectionTally.objects.filter(consultation__slug=slug)
        .values_list("branch_ref")
        .annotate(total=Sum("contributions"))
    )
    return {ref: total for ref, total in sums if total}


def counts_of_sections(refs: Sequence[str]) -> dict[str, int]:
    """Return the public contributions on each section over all consultations held here, in one
    query.
    """
    sums = (
        SectionTally.objects.filter(section_ref__in=refs, consultation__origin=Origin.HERE)
        .values_list("section_ref")
        .annotate(total=Sum("contributions"))
    )
    found = dict(sums)
    return {ref: found.get(ref) or 0 for ref in refs}


def counts_of_districts(slug: str) -> dict[int, int]:
    """Return the public contributions of a consultation by the arrondissement their authors show,
    in one query.
    """
    shown = SectionTally.objects.filter(consultation__slug=slug, district__isnull=False)
    return dict(shown.values_list("district").annotate(total=Sum("contributions")))


def unanswered_count() -> int:
    """Return how many public contributions held here wait for an answer."""
    waiting = SectionTally.objects.filter(consultation__origin=Origin.HERE, answered=False)
    return int(waiting.aggregate(total=Sum("contributions", default=0))["total"])


def latest_answers(slug: str, *, limit: int = 20) -> list[AnswerView]:
    """Return the newest answers of a consultation."""
    found = _answers().filter(contribution__consultation__slug=slug)
    return _views(found.order_by("-answered_at", "-public_id")[:limit])


def answers_changing(section_refs: Sequence[str]) -> dict[str, list[AnswerView]]:
    """Return the answers that change each section, newest first."""
    found = _answers().filter(section_ref__in=section_refs).order_by("-answered_at", "-public_id")
    changing: dict[str, list[AnswerView]] = {ref: [] for ref in section_refs}
    for view in _views(found):
        changing[view.section_ref].append(view)
    return changing


def answer_history(contribution_id: uuid.UUID) -> list[AnswerRevisionView]:
    """Return an answer as it stood before each revision, oldest first.

    :raises NotFound: `no_answer`
    """
    answer = _answers().filter(contribution__public_id=contribution_id).first()
    if answer is None:
        raise refusal("no_answer")
    former = list(AnswerRevision.objects.filter(answer=answer).order_by("version"))
    known = building.names(each.by_id for each in former)
    return [
        AnswerRevisionView(
            version=each.version,
            stance=AnswerStance(each.stance),
            body=each.body,
            section_ref=each.section_ref,
            no_change_reason=each.no_change_reason,
            by=building.official(each.by_id, each.by_name, known),
            written_at=each.written_at,
        )
        for each in former
    ]


def _answers() -> Any:
    return Answer.objects.filter(contribution__state=State.PUBLIC).select_related("contribution")


def _views(found: Iterable[Answer]) -> list[AnswerView]:
    answers = list(found)
    known = building.names(each.by_id for each in answers)
    return [building.answer_view(each, known) for each in answers]


def _numbers(consultation_pk: int, refs: Sequence[str]) -> dict[str, dict[str, int]]:
    sums = (
        SectionTally.objects.filter(consultation=consultation_pk, section_ref__in=refs)
        .values_list("section_ref", "kind", "answered")
        .annotate(total=Sum("contributions"))
    )
    numbers: dict[str, dict[str, int]] = {ref: defaultdict(int) for ref in refs}
    for ref, kind, answered, total in sums:
        numbers[ref][kind] += total
        numbers[ref]["answered"] += total if answered else 0
    return numbers


def _summary(
    ref: str, numbers: dict[str, int], top: ContributionRow | None, answer: AnswerView | None
) -> SectionSummary:
    return SectionSummary(
        ref=ref,
        comments=numbers[Kind.COMMENT.value],
        complements=numbers[Kind.COMPLEMENT.value],
        measures=numbers[Kind.MEASURE.value],
        articles=numbers[Kind.ARTICLE.value],
        answered=numbers["answered"],
        top=top,
        answer=answer,
    )
