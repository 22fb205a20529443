"""Building a project together: remarks of everybody, new versions by its authors, followers."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction

from parvis.account.public import Person
from parvis.budget import events
from parvis.budget.actions.locking import changed, locked, own, said_why
from parvis.budget.actions.proposing import keep_version
from parvis.budget.actions.recording import note
from parvis.budget.actions.refusing import Unfit, refusal
from parvis.budget.models import Follow, Project, Remark, Version
from parvis.budget.permissions import require_moderator
from parvis.budget.queries.editions import phases_of, takes_words
from parvis.budget.rules import sheets
from parvis.budget.rules.status import OPEN_TO_WORDS, PUBLIC
from parvis.kernel.facts import announce

_LONGEST_NOTE = 300


@transaction.atomic
def remark(
    project_id: uuid.UUID, text: str, *, form_token: uuid.UUID, by: Person, now: dt.datetime
) -> Remark:
    """Say something of a project that is being built; the same form sent twice is one remark.

    :raises NotFound: `no_project`
    :raises Refused: `words_not_open`
    :raises Unfit: `remark_missing`
    """
    project = _public(project_id)
    known = project.remarks.filter(form_token=form_token, author_id=by.id).first()
    if known is not None:
        return known
    _require_words(project, now)
    said = sheets.tidy_text(text)
    if not 0 < len(said) <= sheets.LONGEST_REMARK:
        raise Unfit("remark_missing", field="text")
    made = Remark.objects.create(
        project=project, author_id=by.id, text=said, form_token=form_token, written_at=now
    )
    announce(events.RemarkMade(project_id=project.pk, remark_id=made.pk), now=now)
    note("remarked", project, by=by, now=now)
    return made


@transaction.atomic
def hide_remark(remark_id: uuid.UUID, *, why: str, by: Person, now: dt.datetime) -> None:
    """Hide a remark that breaks the rules; why can be read in its place. Twice is once.

    :raises Forbidden: `needs_role`
    :raises NotFound: `no_remark`
    :raises Unfit: `why_missing`
    """
    require_moderator(by)
    found = Remark.objects.select_for_update(of=("self",)).filter(pk=remark_id).first()
    if found is None:
        raise refusal("no_remark")
    if found.hidden_at is not None:
        return
    found.hidden_why = said_why(why, field="why")[:_LONGEST_NOTE]
    found.hidden_at, found.hidden_by_id = now, by.id
    found.save(update_fields=["hidden_at", "hidden_by", "hidden_why"])
    note("remark_hidden", found.project, by=by, now=now, why=found.hidden_why)


@transaction.atomic
def rewrite(
    project_id: uuid.UUID,
    *,
    title: str,
    text: str,
    words: str,
    by: Person,
    now: dt.datetime,
) -> Version:
    """Write a new version of one's project out of what was said; the versions before stay.

    `words` say what changed.

    :raises NotFound: `no_project`
    :raises Forbidden: `own_project_only`
    :raises Refused: `words_not_open`
    :raises Unfit: `title_missing`, `text_missing`, `nothing_changed`
    """
    project = own(project_id, by)
    _require_words(project, now)
    project.title, before = sheets.tidy(title), (project.title, project.text)
    project.text = sheets.tidy_text(text)
    if not 0 < len(project.title) <= sheets.LONGEST_TITLE:
        raise Unfit("title_missing", field="title")
    if not sheets.SHORTEST_TEXT <= len(project.text) <= sheets.LONGEST_TEXT:
        raise Unfit("text_missing", field="text")
    if before == (project.title, project.text):
        raise Unfit("nothing_changed", field="text")
    version = keep_version(project, by=by, words=sheets.tidy(words)[:_LONGEST_NOTE], now=now)
    announce(events.ProjectRewritten(project_id=project.pk, rank=version.rank), now=now)
    changed(project, "title", "text", now=now)
    note("rewritten", project, by=by, now=now, rank=version.rank)
    return version


@transaction.atomic
def follow(project_id: uuid.UUID, *, by: Person, now: dt.datetime) -> None:
    """Follow a project: what becomes of it is told. Twice is once.

    :raises NotFound: `no_project`
    """
    project = _public(project_id)
    Follow.objects.get_or_create(project=project, person_id=by.id, defaults={"followed_at": now})


@transaction.atomic
def unfollow(project_id: uuid.UUID, *, by: Person) -> None:
    """Follow a project no more."""
    Follow.objects.filter(project_id=project_id, person_id=by.id).delete()


def _public(project_id: uuid.UUID) -> Project:
    project = locked(project_id)
    if project.status not in PUBLIC:
        raise refusal("no_project")
    return project


def _require_words(project: Project, now: dt.datetime) -> None:
    is_open = takes_words(phases_of(project.area.edition), now)
    if project.status not in OPEN_TO_WORDS or not is_open:
        raise refusal("words_not_open")
