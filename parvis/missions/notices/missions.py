"""What who proposed a mission and who answered in it is told: it opens, is refused, ends."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy, ngettext

from parvis.kernel.declarations import Notice, Told, Topic, notices, topics
from parvis.kernel.facts import Delivered
from parvis.missions import events
from parvis.missions.models import Mission
from parvis.missions.queries import outcome
from parvis.missions.queries.outcome import Outcome
from parvis.ui import wording

MINE = "missions.mine"


def _proposer(fact: Any) -> set[uuid.UUID]:
    return outcome.proposer(fact.mission_id)


def _proposer_of_others(fact: Any) -> set[uuid.UUID]:
    return outcome.proposer_of_others(fact.mission_id)


def _takers(fact: Any) -> set[uuid.UUID]:
    return outcome.takers(fact.mission_id)


def decided(delivered: Delivered, _person_id: uuid.UUID) -> Told | None:
    """Say to who proposed a mission that it is open, or why it is not."""
    mission = Mission.objects.filter(pk=delivered.fact.mission_id).first()
    if mission is None:
        return None
    if not delivered.fact.is_open:
        title = _("The City did not open your mission: %(title)s") % {"title": mission.title}
        body = _("Its reason: %(why)s") % {"why": mission.refusal}
        return Told(title=title, body=body, url=_url(mission), icon="say", tone="warn")
    title = _("Your mission is open: %(title)s") % {"title": mission.title}
    until = _until(mission, delivered.announced_at)
    return Told(title=title, body=until, url=_url(mission), icon="ok", tone="ok")


def ended(delivered: Delivered, _person_id: uuid.UUID) -> Told | None:
    """Say to who answered what was found."""
    return _over(delivered, _("The mission is over: %(title)s"))


def own_ended(delivered: Delivered, _person_id: uuid.UUID) -> Told | None:
    """Say to who proposed it what was found."""
    return _over(delivered, _("Your mission is over: %(title)s"))


def _over(delivered: Delivered, title: str) -> Told | None:
    told = outcome.outcome(delivered.fact.mission_id)
    if told is None:
        return None
    mission = told.mission
    return Told(
        title=title % {"title": mission.title},
        body=" ".join([*_counts(told), *_found(told), _where(mission)]),
        url=_url(mission),
        icon="data",
        tone="ok",
    )


def _counts(told: Outcome) -> list[str]:
    said = ngettext(
        "%(decided)s thing of %(tasks)s has a result.",
        "%(decided)s things of %(tasks)s have a result.",
        told.decided,
    )
    numbers = {"decided": wording.number(told.decided), "tasks": wording.number(told.tasks)}
    sentences = [said % numbers]
    if told.disputed:
        said = ngettext(
            "About %(n)s, people disagree: the City looks.",
            "About %(n)s of them, people disagree: the City looks.",
            told.disputed,
        )
        sentences.append(said % {"n": wording.number(told.disputed)})
    if told.unanswered:
        said = ngettext(
            "%(n)s had too few answers.",
            "%(n)s of them had too few answers.",
            told.unanswered,
        )
        sentences.append(said % {"n": wording.number(told.unanswered)})
    return sentences


def _found(told: Outcome) -> list[str]:
    """Return « L'arbre est-il là ? oui 2, non 1. » for each question with choices."""
    return [
        f"{question} {', '.join(f'{said} {wording.number(many)}' for said, many in counts)}."
        for question, counts in told.found
    ]


def _where(mission: Mission) -> str:
    table = settings.PARVIS_SITE_URL.rstrip("/") + reverse("missions:csv", args=[mission.slug])
    return _("The result is open data: %(address)s") % {"address": table}


def _until(mission: Mission, now: dt.datetime) -> str:
    if mission.closes_at is None:
        return ""
    return _("People can answer until %(day)s.") % {"day": wording.day(mission.closes_at, now=now)}


def _url(mission: Mission) -> str:
    return reverse("missions:mission", args=[mission.slug])


topics.declare(Topic(key=MINE, label=gettext_lazy("Missions I proposed or answered in")))
notices.declare(
    Notice(
        key="missions.decided",
        fact_type=events.MissionDecided,
        topic=MINE,
        mail=True,
        who=_proposer_of_others,
        tell=decided,
    ),
    Notice(
        key="missions.own_ended",
        fact_type=events.MissionClosed,
        topic=MINE,
        mail=True,
        who=_proposer,
        tell=own_ended,
    ),
    Notice(
        key="missions.ended",
        fact_type=events.MissionClosed,
        topic=MINE,
        mail=True,
        who=_takers,
        tell=ended,
    ),
)
