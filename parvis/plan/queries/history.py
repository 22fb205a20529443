"""The versions of a plan, what each changed, and what a section has said over time."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from parvis.plan import rules
from parvis.plan.models import PlanVersion, SectionText
from parvis.plan.queries.texts import active_language, version_of
from parvis.plan.rules import PlanView, SectionChange, SectionView


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionLine:
    """One version in the list of versions."""

    number: int
    dated: dt.date
    note: str
    origin: str
    in_force: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two versions of a plan side by side."""

    old: PlanView
    new: PlanView
    changes: tuple[SectionChange, ...]

    @property
    def touched(self) -> tuple[SectionChange, ...]:
        """Return the sections that are not the same."""
        return tuple(change for change in self.changes if change.state != "same")

    @property
    def counts(self) -> dict[str, int]:
        """Return how many sections are in each state."""
        return {
            state: sum(change.state == state for change in self.changes)
            for state in ("changed", "added", "removed", "same")
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A version in which the words of a section changed; `number` 1 is where it began, perhaps."""

    number: int
    dated: dt.date
    previous: int | None


def versions(slug: str) -> list[VersionLine]:
    """Return the published versions of a plan, newest first, in two queries."""
    found = list(
        PlanVersion.objects.filter(plan__slug=slug, published_at__isnull=False)
        .prefetch_related("texts")
        .order_by("-number")
    )
    return [
        VersionLine(
            number=version.number,
            dated=version.dated,
            note=_note(version),
            origin=version.origin,
            in_force=rank == 0,
        )
        for rank, version in enumerate(found)
    ]


def _note(version: PlanVersion) -> str:
    notes = {text.language: text.note for text in version.texts.all()}
    return notes.get(active_language()) or notes.get(rules.SOURCE_LANGUAGE, "")


def comparison(slug: str, *, old: int, new: int) -> Comparison:
    """Return what changed from one version to another.

    :raises NotFound: `no_plan_version`, if either does not exist
    """
    before, after = version_of(slug, old), version_of(slug, new)
    languages = {section.ref: section.language for section in before.sections}
    mixed = {s.ref for s in after.sections if languages.get(s.ref, s.language) != s.language}
    return Comparison(
        old=before,
        new=after,
        changes=rules.changes_between(
            _in_one_language(before, mixed), _in_one_language(after, mixed)
        ),
    )


def _in_one_language(plan: PlanView, mixed: set[str]) -> list[SectionView]:
    """Return the sections, those in `mixed` in French: words are compared in one language only."""
    if not mixed:
        return list(plan.sections)
    source = version_of(plan.slug, plan.version, language=rules.SOURCE_LANGUAGE)
    return [
        dataclasses.replace(given, url=said.url) if said.ref in mixed else said
        for said, given in zip(plan.sections, source.sections, strict=True)
    ]


def history(slug: str, number: str) -> Sequence[Moment]:
    """Return the versions that changed a section's French words, oldest first, in one query."""
    rows = (
        SectionText.objects.filter(
            placement__section__plan__slug=slug,
            placement__section__number=number,
            placement__version__published_at__isnull=False,
            language=rules.SOURCE_LANGUAGE,
        )
        .order_by("placement__version__number")
        .values_list("placement__version__number", "placement__version__dated", "title", "text")
    )
    moments: list[Moment] = []
    said: tuple[str, str] | None = None
    last: int | None = None
    for version, dated, title, text in rows:
        if (title, text) != said:
            moments.append(Moment(number=version, dated=dated, previous=last))
        said, last = (title, text), version
    return moments
