"""What who held a published datum for wrong is told: what holds now, and who says so."""

from __future__ import annotations

import uuid
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy

from parvis.kernel.declarations import Notice, Told, Topic, notices, topics
from parvis.kernel.facts import Delivered
from parvis.missions import events
from parvis.missions.models import Task, TaskState
from parvis.missions.queries import outcome, words

DOUBTED = "missions.doubted"


def _doubters(fact: Any) -> set[uuid.UUID]:
    return outcome.doubters(fact.task_id)


def settled(delivered: Delivered, _person_id: uuid.UUID) -> Told | None:
    """Say what holds of what one doubted; nothing while that is open."""
    task = outcome.task(delivered.fact.task_id)
    if task is None or task.state != delivered.fact.state:
        return None
    body = _body(task)
    if not body:
        return None
    return Told(
        title=_("What you doubted is looked at: %(thing)s") % {"thing": task.label},
        body=body,
        url=reverse("missions:task", args=[task.pk]),
        icon="data",
        tone="ok" if task.result is not None else "",
    )


def _body(task: Task) -> str:
    holds = {"what": words.in_a_line(task.mission, task.result), "why": task.settled_why}
    if task.state == TaskState.AGREED:
        return _("Several people say the same: %(what)s.") % holds
    if task.state == TaskState.SETTLED:
        return _("The City settled it: %(what)s. Its reason: %(why)s") % holds
    if task.state == TaskState.DROPPED:
        return _("The City took it out of the mission. Its reason: %(why)s") % holds
    return ""


topics.declare(Topic(key=DOUBTED, label=gettext_lazy("Published data I held for wrong")))
notices.declare(
    Notice(
        key="missions.doubt_settled",
        fact_type=events.TaskDecided,
        topic=DOUBTED,
        mail=True,
        who=_doubters,
        tell=settled,
    )
)
