"""A consultation laid out clause by clause, with what people and the city said of each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from parvis.deliberation.public import (
    ConsultationView,
    SectionSummary,
    branch_totals,
    consultations,
    section_summaries,
)
from parvis.ideas.queries.places import Place, places
from parvis.plan.public import PillarView, PlanView, SectionView


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """A part of the text and what was said of it; `before`, `mark` and `after` spell its text."""

    section: SectionView
    axis: str
    before: str
    mark: str
    after: str
    summary: SectionSummary


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """A pillar, its clauses, the measures proposed under it, and how much was said in all."""

    section: SectionView
    clauses: tuple[Clause, ...]
    summary: SectionSummary
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnChapter:
    """A part of a text that an archive carries, and what was said of it."""

    place: Place
    summary: SectionSummary


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """Every consultation, by what can be done in it at a moment."""

    open: tuple[ConsultationView, ...]
    coming: tuple[ConsultationView, ...]
    closed: tuple[ConsultationView, ...]


def overview(*, now: dt.datetime) -> Overview:
    """Return the consultations: open, the first to close first; closed, the last one first."""
    known = consultations()
    open_now = [c for c in known if c.moment(now) == "open"]
    coming = [c for c in known if c.moment(now) == "coming"]
    return Overview(
        open=tuple(sorted(open_now, key=lambda c: c.closes_at)),
        coming=tuple(sorted(coming, key=lambda c: c.opens_at)),
        closed=tuple(c for c in known if c.moment(now) == "closed"),
    )


def chapters(consultation: ConsultationView, text: PlanView) -> tuple[Chapter, ...]:
    """Return the plan a consultation is about, pillar by pillar."""
    refs = [section.ref for section in text.sections if section.kind != "axis"]
    summaries = section_summaries(consultation.slug, refs)
    totals = branch_totals(consultation.slug)
    return tuple(_chapter(pillar, summaries, totals) for pillar in text.pillars)


def own_chapters(consultation: ConsultationView) -> tuple[OwnChapter, ...]:
    """Return the parts of a text that an archive carries, each with its summary."""
    found = places(consultation)
    summaries = section_summaries(consultation.slug, list(found))
    return tuple(OwnChapter(place=p, summary=summaries[ref]) for ref, p in found.items())


def _chapter(
    pillar: PillarView, summaries: Mapping[str, SectionSummary], totals: Mapping[str, int]
) -> Chapter:
    clauses = []
    for axis in pillar.axes:
        for rank, action in enumerate(axis.actions):
            name = axis.section.title if rank == 0 else ""
            clauses.append(_clause(action, summaries[action.ref], axis=name))
    return Chapter(
        section=pillar.section,
        clauses=tuple(clauses),
        summary=summaries[pillar.section.ref],
        total=totals.get(pillar.section.ref, 0),
    )


def _clause(section: SectionView, summary: SectionSummary, *, axis: str) -> Clause:
    before, mark, after = section.text.partition(section.mark) if section.mark else ("", "", "")
    if not mark:
        before, after = section.text, ""
    return Clause(
        section=section, axis=axis, before=before, mark=mark, after=after, summary=summary
    )
