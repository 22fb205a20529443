"""What this module promises its neighbours. Texts come in the language active at the moment."""

from __future__ import annotations

from collections.abc import Iterable

from parvis.plan import queries
from parvis.plan.events import PlanPublished, SectionAmended
from parvis.plan.rules import AxisView, Kind, PillarView, PlanView, SectionView

__all__ = [
    "AxisView",
    "Kind",
    "PillarView",
    "PlanPublished",
    "PlanView",
    "SectionAmended",
    "SectionView",
    "current_plan",
    "plan",
    "section",
    "section_refs",
    "sections",
]


def current_plan() -> PlanView:
    """Return the published version in force of the city's plan (one query, then from memory).

    :raises NotFound: `no_plan`, if the city has not published a plan yet
    """
    return queries.current_plan()


def plan(slug: str) -> PlanView:
    """Return the published version in force of one plan.

    :raises NotFound: `no_plan`, if there is none of that name
    """
    return queries.plan(slug)


def section(ref: str) -> SectionView | None:
    """Return the section a ref such as `plan:paris-2015/1.2` names, or None if it names nothing.

    A section that the version in force no longer holds is found too, with `removed_in` set.
    """
    return queries.section(ref)


def sections(refs: Iterable[str]) -> dict[str, SectionView]:
    """Return the sections these refs name; a ref that names nothing is left out."""
    return queries.sections(refs)


def section_refs(slug: str) -> tuple[str, ...]:
    """Return the refs of the sections in force, in reading order.

    :raises NotFound: `no_plan`, if there is no plan of that name
    """
    return queries.section_refs(slug)
