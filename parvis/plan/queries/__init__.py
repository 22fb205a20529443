"""What one can ask about the city's plans."""

from __future__ import annotations

from parvis.plan.queries.documents import plan_document
from parvis.plan.queries.history import (
    Comparison,
    Moment,
    VersionLine,
    comparison,
    history,
    versions,
)
from parvis.plan.queries.pages import Clause, Reading, SectionPage, reading, section_page
from parvis.plan.queries.searching import search
from parvis.plan.queries.texts import (
    active_language,
    current_plan,
    draft_of,
    latest_version,
    plan,
    section,
    section_refs,
    sections,
    version_of,
)

__all__ = [
    "Clause",
    "Comparison",
    "Moment",
    "Reading",
    "SectionPage",
    "VersionLine",
    "active_language",
    "comparison",
    "current_plan",
    "draft_of",
    "history",
    "latest_version",
    "plan",
    "plan_document",
    "reading",
    "search",
    "section",
    "section_page",
    "section_refs",
    "sections",
    "version_of",
    "versions",
]
