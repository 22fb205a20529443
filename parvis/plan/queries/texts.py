"""Plans as a reader meets them; a published version never changes, so it is read only once."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType

from django.db.models import Max, QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from parvis.kernel.errors import NotFound
from parvis.plan import rules
from parvis.plan.models import Placement, PlanText, PlanVersion, SectionText
from parvis.plan.rules import (
    AxisView,
    Language,
    PillarView,
    PlanDraft,
    PlanView,
    PlanWords,
    SectionDraft,
    SectionView,
    SectionWords,
)


def active_language() -> Language:
    """Return the language in which the plan is read now: French unless English is asked for."""
    return "en" if (translation.get_language() or "").startswith("en") else "fr"


def _published() -> QuerySet[PlanVersion]:
    return PlanVersion.objects.filter(published_at__isnull=False).select_related("plan")


def latest_version(slug: str = "") -> PlanVersion:
    """Return the version in force of a plan, or of the plan adopted last if no slug is given.

    :raises NotFound: `no_plan`
    """
    asked = _published().filter(plan__slug=slug) if slug else _published()
    found = asked.order_by("-plan", "-number").first()
    if found is None:
        raise NotFound("no_plan", _("The City has not published this plan."))
    return found


def version_of(slug: str, number: int, *, language: Language | None = None) -> PlanView:
    """Return one published version of a plan, in the active language unless another is asked for.

    :raises NotFound: `no_plan_version`
    """
    found = _published().filter(plan__slug=slug, number=number).first()
    if found is None:
        raise NotFound("no_plan_version", _("The plan has no such version."))
    return _read(found.public_id, language or active_language())


def current_plan() -> PlanView:
    """Return the version in force of the plan adopted last.

    :raises NotFound: `no_plan`
    """
    return _view(latest_version())


def plan(slug: str) -> PlanView:
    """Return the version in force of one plan.

    :raises NotFound: `no_plan`
    """
    return _view(latest_version(slug))


def section(ref: str) -> SectionView | None:
    """Return the section a ref names, in force or as the last version that held it says it."""
    return sections([ref]).get(ref)


def sections(refs: Iterable[str]) -> dict[str, SectionView]:
    """Return the sections these refs name; what names nothing is left out."""
    found: dict[str, SectionView] = {}
    for slug, asked in _by_plan(refs).items():
        version = _published().filter(plan__slug=slug).order_by("-number").first()
        if version is None:
            continue
        standing = _index(version.public_id, active_language())
        found |= {ref: standing[ref] for ref in asked if ref in standing}
        gone = [ref for ref in asked if ref not in standing]
        if gone:
            found |= _removed(slug, gone)
    return found


def section_refs(slug: str) -> tuple[str, ...]:
    """Return the refs of the sections in force, in reading order.

    :raises NotFound: `no_plan`
    """
    return tuple(section.ref for section in plan(slug).sections)


def draft_of(version: PlanVersion) -> PlanDraft:
    """Return the whole of a version, every language, ready to be changed and published anew."""
    return _draft(version.public_id)


def _by_plan(refs: Iterable[str]) -> dict[str, list[str]]:
    asked: dict[str, list[str]] = {}
    for ref in refs:
        named = rules.parse_ref(ref)
        if named is not None:
            asked.setdefault(named[0], []).append(ref)
    return asked


def _removed(slug: str, refs: list[str]) -> dict[str, SectionView]:
    """Return sections that no longer stand, as the last version that held each says it."""
    numbers = {ref.rpartition("/")[2]: ref for ref in refs}
    last = (
        Placement.objects.filter(
            section__plan__slug=slug,
            section__number__in=numbers,
            version__published_at__isnull=False,
        )
        .values_list("section__number")
        .annotate(last=Max("version__number"))
    )
    found = {}
    for number, held_by in last:
        held = _published().get(plan__slug=slug, number=held_by)
        text = _index(held.public_id, active_language())[numbers[number]]
        found[text.ref] = dataclasses.replace(text, removed_in=held_by + 1)
    return found


def _view(version: PlanVersion) -> PlanView:
    return _read(version.public_id, active_language())


@lru_cache(maxsize=64)
def _index(version_id: uuid.UUID, language: Language) -> Mapping[str, SectionView]:
    return MappingProxyType({s.ref: s for s in _read(version_id, language).sections})


@lru_cache(maxsize=32)
def _draft(version_id: uuid.UUID) -> PlanDraft:
    version = _published().get(public_id=version_id)
    placements = (
        Placement.objects.filter(version=version)
        .select_related("section", "axis")
        .prefetch_related("texts")
        .order_by("position")
    )
    return PlanDraft(
        slug=version.plan.slug,
        horizon=version.horizon,
        dated=version.dated,
        words={_language(text.language): _plan_words(text) for text in version.texts.all()},
        sections=tuple(
            SectionDraft(
                number=placement.section.number,
                axis=placement.axis.number if placement.axis else "",
                words={_language(t.language): _section_words(t) for t in placement.texts.all()},
                quoted=placement.quoted,
                placed_by=placement.placed_by,
            )
            for placement in placements
        ),
    )


def _language(code: str) -> Language:
    return "en" if code == "en" else "fr"


def _plan_words(text: PlanText) -> PlanWords:
    return PlanWords(
        title=text.title,
        subtitle=text.subtitle,
        lead=text.lead,
        note=text.note,
        source_title=text.source_title,
        translated=text.translated,
    )


def _section_words(text: SectionText) -> SectionWords:
    return SectionWords(
        title=text.title, text=text.text, mark=text.mark, translated=text.translated
    )


@lru_cache(maxsize=64)
def _read(version_id: uuid.UUID, language: Language) -> PlanView:
    version = _published().get(public_id=version_id)
    draft = _draft(version_id)
    spoken: Language = language if language in draft.words else rules.SOURCE_LANGUAGE
    words = draft.words[spoken]
    with translation.override(language):
        return PlanView(
            ref=rules.plan_ref(draft.slug),
            slug=draft.slug,
            title=words.title,
            subtitle=words.subtitle,
            lead=words.lead,
            note=words.note,
            language=spoken,
            translated=words.translated,
            horizon=draft.horizon,
            version=version.number,
            dated=draft.dated,
            published_at=version.published_at or version.plan.created_at,
            source_title=words.source_title,
            fingerprint=version.fingerprint,
            pillars=tuple(_pillars(draft, language)),
            url=reverse("plan:read"),
        )


def _pillars(draft: PlanDraft, language: Language) -> Iterator[PillarView]:
    views = [(given, _section_view(draft, given, language)) for given in draft.sections]
    for pillar, view in views:
        if pillar.kind == "pillar":
            axes = tuple(
                AxisView(
                    section=axis_view,
                    actions=tuple(v for given, v in views if given.axis == axis.number),
                )
                for axis, axis_view in views
                if axis.kind == "axis" and axis.pillar == pillar.number
            )
            yield PillarView(section=view, axes=axes)


def _section_view(draft: PlanDraft, given: SectionDraft, language: Language) -> SectionView:
    spoken: Language = language if language in given.words else rules.SOURCE_LANGUAGE
    words = given.words[spoken]
    return SectionView(
        ref=rules.section_ref(draft.slug, given.number),
        number=given.number,
        kind=given.kind,
        title=words.title,
        text=words.text,
        mark=words.mark,
        quoted=given.quoted,
        translated=words.translated,
        language=spoken,
        pillar_ref=rules.section_ref(draft.slug, given.pillar),
        axis_ref=rules.section_ref(draft.slug, given.axis) if given.axis else "",
        placed_by=given.placed_by,
        url=reverse("plan:section", args=[given.number]),
    )
