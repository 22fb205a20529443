"""Questions about a dataset: asked in public, answered by the service in the name of the City."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction
from django.utils.translation import gettext as _

from parvis.account.public import Person
from parvis.kernel.errors import Refused
from parvis.kernel.facts import announce
from parvis.opendata.actions import saying
from parvis.opendata.events import QuestionAnswered, QuestionHidden
from parvis.opendata.models import Question
from parvis.opendata.models.reuses import QuestionState
from parvis.opendata.permissions import require_agent, require_moderator
from parvis.opendata.queries import reuses
from parvis.opendata.rules import said

ABOUT = "question"


@transaction.atomic
def ask(*, dataset_id: str, text: str, by: Person, now: dt.datetime) -> uuid.UUID:
    """Ask a question about a dataset; the same words again within ten minutes are the same one.

    :raises NotFound: `no_dataset`
    :raises Mistyped: `text_empty`, `text_too_long`, `text_deceives` (422)
    :raises Refused: `too_many_posts` (429)
    """
    dataset = saying.dataset_of(dataset_id)
    words = saying.cleaned(text, "text", longest=said.TEXT)
    saying.let_pass_one_by_one(by)
    recent = Question.objects.filter(author_id=by.id, asked_at__gt=now - said.WINDOW)
    twice = recent.filter(dataset=dataset, text=words, state=QuestionState.PUBLIC).first()
    if twice is not None:
        return twice.public_id
    saying.refuse_a_flood(recent.count())
    asked = Question.objects.create(
        dataset=dataset, author_id=by.id, author_name=by.usual_name, text=words, asked_at=now
    )
    saying.note("question_asked", ABOUT, asked.public_id, by=by, now=now)
    return asked.public_id


@transaction.atomic
def withdraw(*, question_id: uuid.UUID, by: Person, now: dt.datetime) -> None:
    """Take one's own question back; its words are not shown any more.

    :raises NotFound: `no_question`, also where it is somebody else's
    :raises Refused: `question_answered`: what the City answered stays readable
    """
    held = _locked(question_id)
    if held.author_id != by.id or held.state == QuestionState.WITHDRAWN:
        raise reuses.no_question()
    if held.answered_at is not None:
        sentence = _("The City has answered this question: both stay readable.")
        raise Refused("question_answered", sentence)
    held.state = QuestionState.WITHDRAWN
    held.save(update_fields=["state"])
    saying.close_reports(held, now=now)
    saying.note("question_withdrawn", ABOUT, question_id, by=by, now=now)


@transaction.atomic
def answer(*, question_id: uuid.UUID, text: str, by: Person, now: dt.datetime) -> None:
    """Answer a question in the name of the City, or revise the answer; the same words change
    nothing.

    :raises Forbidden: `needs_role`
    :raises NotFound: `no_question`, also where it is hidden or withdrawn
    :raises Mistyped: a code of a text (422)
    """
    require_agent(by)
    words = saying.cleaned(text, "text", longest=said.ANSWER)
    held = _locked(question_id)
    if held.state != QuestionState.PUBLIC:
        raise reuses.no_question()
    if held.answer == words:
        return
    is_first = held.answered_at is None
    before, held.answer = held.answer, words
    held.answered_at = held.answered_at or now
    held.revised_at = None if is_first else now
    held.save(update_fields=["answer", "answered_at", "revised_at"])
    details = {} if is_first else {"before": before}
    saying.note(
        "question_answered" if is_first else "answer_revised",
        ABOUT,
        question_id,
        by=by,
        now=now,
        **details,
    )
    fact = QuestionAnswered(question_id=question_id, dataset_id=held.dataset.dataset_id)
    announce(fact, now=now)


@transaction.atomic
def hide(*, question_id: uuid.UUID, message: str, by: Person, now: dt.datetime) -> None:
    """Hide a question from everyone but its author and moderators; its author is told why.

    :raises Forbidden: `needs_role`
    :raises NotFound: `no_question`
    :raises Mistyped: a code of a text (422)
    :raises Refused: `question_decided`, if it is not public
    """
    require_moderator(by)
    words = saying.cleaned(message, "message", longest=said.MESSAGE)
    held = _locked(question_id)
    held.message = words
    _turn(held, QuestionState.PUBLIC, QuestionState.HIDDEN)
    saying.close_reports(held, now=now)
    saying.note("question_hidden", ABOUT, question_id, by=by, now=now)
    announce(QuestionHidden(question_id=question_id, dataset_id=held.dataset.dataset_id), now=now)


@transaction.atomic
def restore(*, question_id: uuid.UUID, by: Person, now: dt.datetime) -> None:
    """Make a hidden question readable again.

    :raises Forbidden: `needs_role`
    :raises NotFound: `no_question`
    :raises Refused: `question_decided`, if it is not hidden
    """
    require_moderator(by)
    held = _locked(question_id)
    held.message = ""
    _turn(held, QuestionState.HIDDEN, QuestionState.PUBLIC)
    saying.note("question_restored", ABOUT, question_id, by=by, now=now)


def _locked(question_id: uuid.UUID) -> Question:
    rows = Question.objects.select_for_update(of=("self",)).select_related("dataset")
    found = rows.filter(public_id=question_id).first()
    if found is None:
        raise reuses.no_question()
    return found


def _turn(held: Question, before: QuestionState, after: QuestionState) -> None:
    if held.state != before:
        sentence = _("This was decided in the meantime. Load the page again.")
        raise Refused("question_decided", sentence)
    held.state = after
    held.save(update_fields=["state", "message"])
