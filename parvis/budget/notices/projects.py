"""What authors and followers of a project are told while it is built, studied and decided."""

from __future__ import annotations

import uuid
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy

from parvis.budget import events
from parvis.budget.models import MergingState, Project
from parvis.budget.queries import told, words
from parvis.budget.rules.status import Status
from parvis.kernel.declarations import Notice, Told, Topic, notices, topics
from parvis.kernel.facts import Delivered

MINE, FOLLOWED = "budget.mine", "budget.followed"


def _authors(fact: Any) -> set[uuid.UUID]:
    return told.authors(fact.project_id)


def _followers(fact: Any) -> set[uuid.UUID]:
    return told.followers(fact.project_id)


def _authors_but_one(fact: Any) -> set[uuid.UUID]:
    return told.authors_but_who_said(fact.project_id, fact.remark_id)


def _asked(fact: Any) -> set[uuid.UUID]:
    return told.asked(fact.merging_id)


def _consenting(fact: Any) -> set[uuid.UUID]:
    return told.consenting(fact.merging_id)


def decided(delivered: Delivered, _person_id: uuid.UUID) -> Told | None:
    """Say what the City decided of a project, and why."""
    project = told.project(delivered.fact.project_id)
    if project is None:
        return None
    named = {"title": words.project_title(project)}
    status = delivered.fact.status
    if status == Status.ACCEPTED:
        title, tone = _("On the ballot: %(title)s") % named, "ok"
    elif status == Status.REMOVED:
        title, tone = _("Withdrawn by the City: %(title)s") % named, "warn"
    else:
        title, tone = _("Not accepted: %(title)s") % named, "warn"
    return _told(project, title, project.reason, tone=tone)


def remarked(delivered: Delivered, _person_id: uuid.UUID) -> Told | None:
    """Say to authors that somebody said something of their project."""
    project = told.project(delivered.fact.project_id)
    if project is None:
        return None
    title = _("A remark on your project: %(title)s") % {"title": words.project_title(project)}
    body = _("Read it, and write a new version if it makes the project better.")
    return _told(project, title, body, icon="say")


def rewritten(delivered: Delivered, _person_id: uuid.UUID) -> Told | None:
    """Say to followers that a project has a new version."""
    project = told.project(delivered.fact.project_id)
    if project is None:
        return None
    title = _("A new version: %(title)s") % {"title": words.project_title(project)}
    version = project.versions.filter(rank=delivered.fact.rank).first()
    return _told(project, title, version.note if version else "", icon="pen")


def asked(delivered: Delivered, _person_id: uuid.UUID) -> Told | None:
    """Ask an author whether two projects become one."""
    found = told.merging(delivered.fact.merging_id)
    if found is None:
        return None
    title = _("Shall « %(source)s » become part of « %(target)s »?") % {
        "source": words.project_title(found.source),
        "target": words.project_title(found.target),
    }
    url = reverse("budget:consent", args=[found.pk])
    return Told(title=title, body=found.why, url=url, icon="hands", tone="warn")


def settled(delivered: Delivered, _person_id: uuid.UUID) -> Told | None:
    """Say to authors what became of a merging."""
    found = told.merging(delivered.fact.merging_id)
    if found is None:
        return None
    named = {
        "source": words.project_title(found.source),
        "target": words.project_title(found.target),
    }
    if delivered.fact.state == MergingState.DONE:
        title = _("« %(source)s » is part of « %(target)s » now") % named
        body = _("You are all authors of what it became; what each of you wrote stays readable.")
        return _told(found.target, title, body, tone="ok", icon="hands")
    title = _("« %(source)s » and « %(target)s » stay apart") % named
    return _told(found.source, title, "", icon="hands")


def followed_elsewhere(delivered: Delivered, _person_id: uuid.UUID) -> Told | None:
    """Say to followers that what they follow became part of another, which they may follow."""
    found = told.merging(delivered.fact.merging_id)
    if found is None or delivered.fact.state != MergingState.DONE:
        return None
    title = _("A project you follow became part of another: %(title)s") % {
        "title": words.project_title(found.source)
    }
    body = _("You do not follow « %(target)s » by that: read it, and follow it if you like.") % {
        "target": words.project_title(found.target)
    }
    return _told(found.target, title, body, icon="hands")


def left(delivered: Delivered, _person_id: uuid.UUID) -> Told | None:
    """Say to authors that one of them left."""
    project = told.project(delivered.fact.project_id)
    if project is None:
        return None
    title = _("One of its authors left: %(title)s") % {"title": words.project_title(project)}
    return _told(project, title, _("The project goes on with you."), icon="hands")


def answered(delivered: Delivered, _person_id: uuid.UUID) -> Told | None:
    """Say to authors what the City answers to their appeal."""
    project = told.project(delivered.fact.project_id)
    appeal = getattr(project, "appeal", None)
    if project is None or appeal is None:
        return None
    title = _("The City answered your appeal: %(title)s") % {"title": words.project_title(project)}
    return _told(project, title, appeal.answer, icon="reply")


def _told(project: Project, title: str, body: str, *, icon: str = "coin", tone: str = "") -> Told:
    url = reverse("budget:project", args=[project.pk])
    return Told(title=title, body=body, url=url, icon=icon, tone=tone)


topics.declare(
    Topic(key=MINE, label=gettext_lazy("Projects I proposed in the participatory budget")),
    Topic(key=FOLLOWED, label=gettext_lazy("Projects I follow in the participatory budget")),
)


def _notice(key: str, fact_type: Any, who: Any, tell: Any, *, mail: bool = True) -> Notice:
    topic = FOLLOWED if who is _followers else MINE
    return Notice(
        key=f"budget.{key}", fact_type=fact_type, topic=topic, mail=mail, who=who, tell=tell
    )


notices.declare(
    _notice("decided", events.ProjectDecided, _authors, decided),
    _notice("decided_followed", events.ProjectDecided, _followers, decided, mail=False),
    _notice("remarked", events.RemarkMade, _authors_but_one, remarked, mail=False),
    _notice("rewritten", events.ProjectRewritten, _followers, rewritten, mail=False),
    _notice("merging_asked", events.MergingProposed, _asked, asked),
    _notice("merging_settled", events.MergingSettled, _consenting, settled),
    _notice("merging_followed", events.MergingSettled, _followers, followed_elsewhere),
    _notice("author_left", events.AuthorLeft, _authors, left),
    _notice("appeal_answered", events.AppealAnswered, _authors, answered),
)
