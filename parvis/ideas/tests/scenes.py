"""Ready-made consultations: open, to come or over at the moment the pages are asked for."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from parvis.account.public import Person
from parvis.deliberation.public import ConsultationView, Kind
from parvis.deliberation.testing import a_consultation, a_contribution
from parvis.kernel import clock
from parvis.plan.testing import the_real_plan

SLUG = "plan-2015"
ACTION = "plan:paris-2015/1.2"
PILLAR = "plan:paris-2015/1"
_TEN_DAYS = dt.timedelta(days=10)


def an_open_consultation(**changes: Any) -> ConsultationView:
    """Save the plan and the consultation on it, open since ten days and for ten more."""
    the_real_plan()
    now = clock.now()
    given: dict[str, Any] = {"opens_at": now - _TEN_DAYS, "closes_at": now + _TEN_DAYS}
    return a_consultation(**given | changes)


def a_closed_consultation() -> ConsultationView:
    """Save the plan and the consultation on it, closed a second ago."""
    return an_open_consultation(closes_at=clock.now() - dt.timedelta(seconds=1))


def a_coming_consultation() -> ConsultationView:
    """Save the plan and the consultation on it, to open tomorrow."""
    return an_open_consultation(opens_at=clock.now() + dt.timedelta(days=1))


def a_comment(by: Person, **changes: Any) -> uuid.UUID:
    """Post a comment on the participatory budget now, in the open consultation."""
    given: dict[str, Any] = {
        "kind": Kind.COMMENT,
        "section_ref": ACTION,
        "branch_ref": PILLAR,
        "title": "Voter dès l'école",
        "body": "Les élèves pourraient voter dans leur classe.",
        "now": clock.now(),
    }
    return a_contribution(by, **given | changes)
