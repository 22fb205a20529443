"""What authors and followers of a winner are told: it won, its works move on, or are given up."""

from __future__ import annotations

import uuid
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from parvis.budget import events
from parvis.budget.models import News, StageOf
from parvis.budget.notices.projects import FOLLOWED, MINE
from parvis.budget.queries import told, words
from parvis.budget.rules.winners import Stage
from parvis.kernel.declarations import Notice, Told, notices
from parvis.kernel.facts import Delivered


def _authors(fact: Any) -> set[uuid.UUID]:
    return told.authors(fact.project_id)


def _followers(fact: Any) -> set[uuid.UUID]:
    return told.followers(fact.project_id)


def won(delivered: Delivered, _person_id: uuid.UUID) -> Told | None:
    """Say that a project was chosen by the vote."""
    project = told.project(delivered.fact.project_id)
    if project is None:
        return None
    title = _("Chosen by the vote: %(title)s") % {"title": words.project_title(project)}
    body = _("It will be carried out; you are told how far it gets.")
    url = reverse("budget:project", args=[project.pk])
    return Told(title=title, body=body, url=url, icon="ok", tone="ok")


def moved(delivered: Delivered, _person_id: uuid.UUID) -> Told | None:
    """Say how far the works got."""
    project = told.project(delivered.fact.project_id)
    if project is None:
        return None
    named = {
        "title": words.project_title(project),
        "stage": StageOf(delivered.fact.stage).label,
    }
    is_over = delivered.fact.stage == Stage.ABANDONED
    title = _("Given up: %(title)s") if is_over else _("%(title)s: %(stage)s")
    news = News.objects.filter(pk=delivered.fact.news_id).first()
    url = reverse("budget:project", args=[project.pk])
    tone = "warn" if is_over else ""
    body = news.text if news else ""
    return Told(title=title % named, body=body, url=url, icon="cone", tone=tone)


notices.declare(
    *(
        Notice(key=f"budget.{key}{of}", fact_type=fact, topic=topic, mail=True, who=who, tell=tell)
        for key, fact, tell in (
            ("won", events.ProjectWon, won),
            ("moved", events.DeliveryMoved, moved),
        )
        for of, topic, who in (("", MINE, _authors), ("_followed", FOLLOWED, _followers))
    )
)
