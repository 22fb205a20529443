"""What a plan is, how a file becomes one, what changed between two versions. Pure."""

from __future__ import annotations

from parvis.plan.rules.changes import SectionChange, changed_words, changes_between
from parvis.plan.rules.document import SCHEMA, departures, document
from parvis.plan.rules.drafts import (
    BadPlan,
    PlanDraft,
    PlanWords,
    SectionDraft,
    SectionWords,
    amended,
    fingerprint,
)
from parvis.plan.rules.files import read_plan, source_name
from parvis.plan.rules.sections import (
    ANY_NUMBER,
    NUMBERS,
    SLUG,
    SOURCE_LANGUAGE,
    AxisView,
    Kind,
    Language,
    Piece,
    PillarView,
    PlanView,
    SectionView,
    kind_of,
    marked,
    parse_ref,
    plan_ref,
    section_ref,
)

__all__ = [
    "ANY_NUMBER",
    "NUMBERS",
    "SCHEMA",
    "SLUG",
    "SOURCE_LANGUAGE",
    "AxisView",
    "BadPlan",
    "Kind",
    "Language",
    "Piece",
    "PillarView",
    "PlanDraft",
    "PlanView",
    "PlanWords",
    "SectionChange",
    "SectionDraft",
    "SectionView",
    "SectionWords",
    "amended",
    "changed_words",
    "changes_between",
    "departures",
    "document",
    "fingerprint",
    "kind_of",
    "marked",
    "parse_ref",
    "plan_ref",
    "read_plan",
    "section_ref",
    "source_name",
]
