"""What this module promises its neighbours: the facts about cases, and what everybody may know of
one."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from parvis.streets.events import (
    CaseContradicted,
    CaseEscalated,
    CaseJoined,
    CaseLate,
    CaseMoved,
    CaseOpened,
    CaseRequalified,
    CaseRouted,
    CasesMerged,
    PhotoShown,
    ReportersTold,
    ReportWithdrawn,
)
from parvis.streets.queries import public_cases
from parvis.streets.queries.shapes import PublicCase

__all__ = [
    "CaseContradicted",
    "CaseEscalated",
    "CaseJoined",
    "CaseLate",
    "CaseMoved",
    "CaseOpened",
    "CaseRequalified",
    "CaseRouted",
    "CasesMerged",
    "PhotoShown",
    "PublicCase",
    "ReportWithdrawn",
    "ReportersTold",
    "public_case",
    "public_cases_by_id",
]


def public_case(code: str) -> PublicCase:
    """Return what everybody may know of the case of that number, in three queries.

    :raises NotFound: `no_case`, the same for one that has no public page
    """
    return public_cases.public_case(public_cases.case_of(code))


def public_cases_by_id(case_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, PublicCase]:
    """Return the public ones among these cases, by their ids."""
    found = public_cases.by_ids(case_ids)
    return {case_id: public_cases.public_case(case) for case_id, case in found.items()}
