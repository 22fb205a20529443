"""Ready-made plans for tests, ours and our neighbours'."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path

from django.conf import settings

from parvis.plan import actions, rules
from parvis.plan.rules import PlanDraft

JUNE = dt.datetime(2015, 6, 23, 10, tzinfo=dt.UTC)
JULY = dt.datetime(2015, 7, 20, 10, tzinfo=dt.UTC)


def plan_folder() -> Path:
    """Return the folder of the real plan."""
    return Path(settings.PARVIS_CITY_DIR) / "plan"


def the_real_draft() -> PlanDraft:
    """Return the plan of Paris as its file describes it, not published."""
    content = (plan_folder() / "plan.toml").read_text("utf-8")
    source = (plan_folder() / rules.source_name(content)).read_text("utf-8")
    return rules.read_plan(content, source=source)


def the_real_plan() -> str:
    """Publish the plan of Paris as of June 2015, once, and return its slug."""
    draft = the_real_draft()
    actions.load_plan(draft=draft, now=JUNE)
    return draft.slug


def with_other_words(draft: PlanDraft, number: str, *, text: str) -> PlanDraft:
    """Return a plan in which one section says something else in French, and nothing in English."""
    return dataclasses.replace(
        draft,
        sections=tuple(
            dataclasses.replace(
                section,
                words={"fr": rules.SectionWords(title=section.words["fr"].title, text=text)},
            )
            if section.number == number
            else section
            for section in draft.sections
        ),
    )
