"""What is common to all that people say about a dataset: judge the words, report, note."""

from __future__ import annotations

import datetime as dt
import uuid
from http import HTTPStatus

from django.db import connection, transaction
from django.utils.translation import gettext as _, gettext_noop

from parvis.account.public import Person
from parvis.kernel import register
from parvis.kernel.errors import Refused
from parvis.opendata.models import Dataset, Question, Report, Reuse
from parvis.opendata.models.reuses import QuestionState, Reason, ReuseState
from parvis.opendata.permissions import require_moderator
from parvis.opendata.queries import reuses, versions
from parvis.opendata.rules import said
from parvis.ui.wording import number

_SENTENCES = {
    "text_empty": gettext_noop("Write something here before you send it."),
    "text_too_long": gettext_noop("This is too long: shorten it to %(length)s characters."),
    "text_deceives": gettext_noop(
        "The text contains invisible characters that would deceive readers. Type it again."
    ),
    "address_unfit": gettext_noop("Give an address that begins with https:// or http://."),
}


class Mistyped(Refused):
    """What was typed cannot be kept; `field` is the one it was typed in."""

    def __init__(self, code: str, field: str, *, longest: int = 0) -> None:
        sentence = _(_SENTENCES[code]) % {"length": number(longest)}
        super().__init__(code, sentence, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        self.field = field


def cleaned(typed: str, field: str, *, longest: int, lines: bool = True) -> str:
    """Return a text as it is kept.

    :raises Mistyped: `text_empty`, `text_too_long`, `text_deceives`
    """
    code = said.why_refused(typed, longest=longest, lines=lines)
    if code is not None:
        raise Mistyped(code, field, longest=longest)
    return said.clean(typed, lines=lines)


def address(typed: str) -> str:
    """Return an address as it is kept.

    :raises Mistyped: `address_unfit`
    """
    code = said.why_address_refused(typed)
    if code is not None:
        raise Mistyped(code, "url")
    return typed.strip()


def dataset_of(dataset_id: str) -> Dataset:
    """Return a dataset of the catalogue.

    :raises NotFound: `no_dataset`
    """
    found = Dataset.objects.filter(dataset_id=dataset_id, archived_at=None).first()
    if found is None:
        raise versions.no_dataset(dataset_id)
    return found


def let_pass_one_by_one(by: Person) -> None:
    """Let what one person sends pass one at a time, so that a double click and a flood are seen."""
    with connection.cursor() as cursor:
        name = f"opendata.said:{by.id}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


def refuse_a_flood(recent: int) -> None:
    """Refuse who has sent too much lately.

    :raises Refused: `too_many_posts` (429)
    """
    if recent >= said.POSTS:
        minutes = int(said.WINDOW.total_seconds() // 60)
        sentence = _("You have sent %(posts)s texts in %(minutes)s minutes. Wait a little.")
        told = sentence % {"posts": said.POSTS, "minutes": minutes}
        raise Refused("too_many_posts", told, status=HTTPStatus.TOO_MANY_REQUESTS)


@transaction.atomic
def report(
    *, kind: str, public_id: uuid.UUID, reason: str, comment: str, by: Person, now: dt.datetime
) -> None:
    """Tell the moderators about a public reuse or question; twice is once, until they decide.

    :raises NotFound: `no_reuse` or `no_question`
    :raises Mistyped: a code of the comment (422)
    :raises Refused: `reason_unknown` (422), `own_text`, `too_many_posts` (429)
    """
    held = _reported(kind, public_id)
    if held.author_id == by.id:
        raise Refused("own_text", _("This is yours: withdraw it if you want it gone."))
    if reason not in Reason.values or (kind != "reuse" and reason == Reason.DEAD_LINK):
        sentence = _("Choose what is wrong.")
        raise Refused("reason_unknown", sentence, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    words = cleaned(comment, "comment", longest=said.MESSAGE) if comment.strip() else ""
    let_pass_one_by_one(by)
    mine = Report.objects.filter(person_id=by.id)
    about = {kind: held}
    if mine.filter(**about, closed_at=None).exists():
        return
    refuse_a_flood(mine.filter(reported_at__gt=now - said.WINDOW).count())
    Report.objects.create(**about, person_id=by.id, reason=reason, comment=words, reported_at=now)
    note(
        "reuse_reported" if kind == "reuse" else "question_reported",
        kind,
        public_id,
        by=by,
        now=now,
        reason=reason,
    )


@transaction.atomic
def keep(*, kind: str, public_id: uuid.UUID, by: Person, now: dt.datetime) -> None:
    """Leave what was reported where it is, and close the reports.

    :raises Forbidden: `needs_role`
    :raises NotFound: `no_reuse` or `no_question`
    :raises Refused: `not_reported`
    """
    require_moderator(by)
    if not close_reports(_reported(kind, public_id), now=now):
        raise Refused("not_reported", _("No report waits for a decision about this any more."))
    note("reuse_kept" if kind == "reuse" else "question_kept", kind, public_id, by=by, now=now)


def close_reports(held: Reuse | Question, *, now: dt.datetime) -> int:
    """Close the reports about a reuse or a question; return how many were open."""
    return held.reports.filter(closed_at=None).update(closed_at=now)


def note(
    action: str,
    kind: str,
    public_id: uuid.UUID | str,
    *,
    by: Person,
    now: dt.datetime,
    **details: str | bool,
) -> None:
    """Write one line of the register about a thing of this module."""
    register.record(
        register.Entry(
            action=f"opendata.{action}",
            object_ref=f"opendata.{kind}:{public_id}",
            actor_ref=f"person:{by.id}",
            recorded_at=now,
            details=details,
        )
    )


def _reported(kind: str, public_id: uuid.UUID) -> Reuse | Question:
    if kind == "reuse":
        reused = Reuse.objects.select_for_update().filter(public_id=public_id)
        found = reused.filter(state=ReuseState.PUBLIC).first()
        if found is None:
            raise reuses.no_reuse()
        return found
    asked = Question.objects.select_for_update().filter(public_id=public_id)
    question = asked.filter(state=QuestionState.PUBLIC).first()
    if question is None:
        raise reuses.no_question()
    return question
