"""What the pages of the plan show: its text, and what other modules offer beside it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from parvis.kernel.declarations import Companion, companions_of
from parvis.kernel.errors import NotFound
from parvis.plan import rules
from parvis.plan.queries.history import Moment, history
from parvis.plan.queries.texts import current_plan, section, version_of
from parvis.plan.rules import AxisView, PillarView, PlanView, SectionView


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """A section and what one can do about it elsewhere."""

    section: SectionView
    companions: tuple[Companion, ...]

    @property
    def opinions(self) -> int:
        """Return how many things people have said, as the modules that keep them count."""
        return sum(companion.count for companion in self.companions)


@dataclass(frozen=True, slots=True, kw_only=True)
class AxisPart:
    """An axis on the page."""

    section: SectionView
    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PillarPart:
    """A pillar on the page."""

    head: Clause
    axes: tuple[AxisPart, ...]

    @property
    def actions(self) -> int:
        """Return how many actions stand under the pillar."""
        return sum(len(axis.clauses) for axis in self.axes)

    @property
    def opinions(self) -> int:
        """Return how many things people have said under the pillar."""
        return self.head.opinions + sum(c.opinions for axis in self.axes for c in axis.clauses)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The whole plan as its page shows it. `in_force` is the number of the version in force."""

    plan: PlanView
    pillars: tuple[PillarPart, ...]
    in_force: int
    asked: bool

    @property
    def is_past(self) -> bool:
        """Tell whether a later version has replaced this one."""
        return self.plan.version < self.in_force

    @property
    def actions(self) -> int:
        """Return how many actions the plan holds."""
        return len(self.plan.actions)

    @property
    def axes(self) -> int:
        """Return how many axes the plan holds."""
        return sum(len(pillar.axes) for pillar in self.pillars)

    @property
    def opinions(self) -> int:
        """Return how many things people have said about the plan's sections."""
        return sum(pillar.opinions for pillar in self.pillars)


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionPage:
    """One section's permanent page."""

    plan: PlanView
    clause: Clause
    pillar: SectionView | None
    axis: SectionView | None
    under: tuple[AxisView, ...]
    previous: SectionView | None
    next: SectionView | None
    history: Sequence[Moment]


def reading(*, now: dt.datetime, version: int | None = None) -> Reading:
    """Return the plan in force, or one of its versions, with everything offered beside it.

    What other modules offer belongs to the text in force: an older version shows none.

    :raises NotFound: `no_plan` or `no_plan_version`
    """
    current = current_plan()
    plan = current if version is None else version_of(current.slug, version)
    refs = [section.ref for section in plan.sections if section.kind != "axis"]
    past = plan.version < current.version
    offered = {} if past else companions_of(refs, now=now)
    return Reading(
        plan=plan,
        pillars=tuple(_pillar(pillar, offered) for pillar in plan.pillars),
        in_force=current.version,
        asked=bool(offered) and any(offered.values()),
    )


def _pillar(pillar: PillarView, offered: dict[str, list[Companion]]) -> PillarPart:
    return PillarPart(
        head=_clause(pillar.section, offered),
        axes=tuple(
            AxisPart(
                section=axis.section,
                clauses=tuple(_clause(action, offered) for action in axis.actions),
            )
            for axis in pillar.axes
        ),
    )


def _clause(section: SectionView, offered: dict[str, list[Companion]]) -> Clause:
    return Clause(section=section, companions=tuple(offered.get(section.ref, ())))


def section_page(number: str, *, now: dt.datetime) -> SectionPage:
    """Return one section of the plan in force, or what it said before a version left it out.

    :raises NotFound: `no_plan` or `no_plan_section`
    """
    plan = current_plan()
    found = section(rules.section_ref(plan.slug, number))
    if found is None:
        raise NotFound("no_plan_section", _("The plan has no section of this number."))
    standing = {section.ref: section for section in plan.sections}
    before, after = _neighbours(plan, found)
    offered = {} if found.removed_in else companions_of([found.ref], now=now)
    return SectionPage(
        plan=plan,
        clause=_clause(found, offered),
        pillar=standing.get(found.pillar_ref) if found.kind != "pillar" else None,
        axis=standing.get(found.axis_ref),
        under=_under(plan, found),
        previous=before,
        next=after,
        history=history(plan.slug, number),
    )


def _neighbours(
    plan: PlanView, found: SectionView
) -> tuple[SectionView | None, SectionView | None]:
    row = [section for section in plan.sections if section.kind == found.kind]
    refs = [section.ref for section in row]
    if found.ref not in refs:
        return None, None
    at = refs.index(found.ref)
    return (row[at - 1] if at else None), (row[at + 1] if at + 1 < len(row) else None)


def _under(plan: PlanView, found: SectionView) -> tuple[AxisView, ...]:
    axes = tuple(axis for pillar in plan.pillars for axis in pillar.axes)
    if found.kind == "pillar":
        return tuple(axis for axis in axes if axis.section.pillar_ref == found.ref)
    return tuple(axis for axis in axes if axis.section.ref == found.ref)
