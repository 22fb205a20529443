"""What agents of a mission are told: people disagree, and wait for the City."""

from __future__ import annotations

import uuid
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy, ngettext

from parvis.account.public import persons
from parvis.kernel.declarations import Notice, Told, Topic, notices, topics
from parvis.kernel.facts import Delivered
from parvis.missions import events
from parvis.missions.permissions import is_agent
from parvis.missions.queries import outcome
from parvis.ui.wording import number

DISPUTES = "missions.disputes"


def _agents(fact: Any) -> set[uuid.UUID]:
    """Return who opened and who proposed the mission, as long as they are agents of the service."""
    known = persons(outcome.answerable(fact.mission_id)).values()
    return {one.id for one in known if is_agent(one)}


def wait(delivered: Delivered, _person_id: uuid.UUID) -> Told | None:
    """Say how many things wait; nothing once all are settled."""
    told = outcome.outcome(delivered.fact.mission_id)
    if told is None or not told.disputed:
        return None
    said = ngettext(
        "%(n)s thing waits for the City to say what holds.",
        "%(n)s things wait for the City to say what holds.",
        told.disputed,
    )
    return Told(
        title=_("People disagree in a mission: %(title)s") % {"title": told.mission.title},
        body=said % {"n": number(told.disputed)},
        url=reverse("missions:disputes"),
        icon="say",
        tone="warn",
    )


topics.declare(Topic(key=DISPUTES, label=gettext_lazy("Disputes in the missions I opened")))
notices.declare(
    Notice(
        key="missions.disputes_wait",
        fact_type=events.DisputesWait,
        topic=DISPUTES,
        mail=True,
        who=_agents,
        tell=wait,
    )
)
