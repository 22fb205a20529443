"""Each refusal of a deliberation: its code, its status, and the sentence a resident can act on."""

from __future__ import annotations

from http import HTTPStatus

from django.utils.translation import gettext as _, gettext_noop

from parvis.deliberation.rules import conduct, texts
from parvis.kernel.errors import Forbidden, NotFound, Refused
from parvis.ui.wording import number

_NOT_FOUND = {
    "no_consultation": gettext_noop("There is no such consultation."),
    "no_contribution": gettext_noop("This contribution does not exist, or can no longer be read."),
    "no_remark": gettext_noop("This argument or reply does not exist, or can no longer be read."),
    "no_draft": gettext_noop("You have no such draft."),
    "no_answer": gettext_noop("This contribution has no answer yet."),
    "no_decision": gettext_noop("There is no such decision."),
    "no_table": gettext_noop("There is no such table to download."),
}
_FORBIDDEN = {
    "not_yours": gettext_noop("Only the person who wrote this text can change it."),
    "own_contribution": gettext_noop(
        "You cannot vote on what you wrote yourself: let others judge."
    ),
    "needs_role": gettext_noop("Your account does not have the role needed for this."),
}
_CONFLICT = {
    "consultation_not_open_yet": gettext_noop("This consultation has not opened yet."),
    "consultation_closed": gettext_noop(
        "This consultation is closed. What was said stays readable."
    ),
    "consultation_exists": gettext_noop("A consultation of this name is already here."),
    "contribution_hidden": gettext_noop("Moderators have hidden this contribution."),
    "contribution_withdrawn": gettext_noop("The author has withdrawn this contribution."),
    "remark_hidden": gettext_noop("Moderators have hidden this text."),
    "remark_withdrawn": gettext_noop("The author has withdrawn this text."),
    "too_deep": gettext_noop("One can reply to an argument, not to a reply."),
    "answered_already": gettext_noop(
        "The City has answered this text: it can no longer be changed."
    ),
    "already_answered": gettext_noop(
        "This contribution already has an answer. Revise that answer."
    ),
    "changed_elsewhere": gettext_noop(
        "You have changed this text elsewhere since you opened this page. What you typed here is"
        " below: read the published text first, or save again to replace it."
    ),
    "answer_changed": gettext_noop(
        "Someone has revised this answer since you opened it. Read it again, then make your change."
    ),
    "already_hidden": gettext_noop("This text is already hidden."),
    "not_hidden": gettext_noop("This text is not hidden."),
    "not_flagged": gettext_noop("No flag waits for a decision about this text any more."),
    "already_undone": gettext_noop(
        "This decision is undone already, or another has been taken since."
    ),
}
_MISTYPED = {
    "title_empty": gettext_noop("Give your measure a title."),
    "title_too_long": gettext_noop("The title is too long: shorten it to %(length)s characters."),
    "text_empty": gettext_noop("Write your text before you send it."),
    "text_too_long": gettext_noop("The text is too long: shorten it to %(length)s characters."),
    "control_characters": gettext_noop(
        "The text contains control characters that cannot be kept."
        " Type it again, or paste it as plain text."
    ),
    "direction_characters": gettext_noop(
        "The text contains invisible characters that reverse the order of letters."
        " Remove them, or type the text again."
    ),
    "broken_characters": gettext_noop("Some characters of the text are damaged. Type them again."),
}
_TYPED = {
    "unknown_section": gettext_noop("This section is not part of the consultation."),
    "unknown_kind": gettext_noop("Choose a comment, an addition or a measure."),
    "unknown_district": gettext_noop("Choose an arrondissement from 1 to 20, or none."),
    "vote_not_offered": gettext_noop("This consultation does not offer that vote."),
    "change_or_reason": gettext_noop(
        "Say which section the answer changes, or why it changes none: one of the two."
    ),
    "bad_dates": gettext_noop("A consultation must open before it closes."),
    "unreadable_file": gettext_noop("This file is not a consultation this program can read."),
}


class Mistyped(Refused):
    """A text cannot be kept as it was typed; `field` is the one it was typed in: title, text or
    reason.
    """

    def __init__(self, code: str, message: str, *, field: str) -> None:
        super().__init__(code, message, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        self.field = field


def mistyped(code: str, field: texts.Field) -> Mistyped:
    """Return why a text cannot be kept, in the active language."""
    message = _(_MISTYPED[code]) % {"length": number(field.max_length)}
    return Mistyped(code, message, field=field.name)


def refusal(code: str) -> Refused:
    """Return the refusal of that code, in the active language."""
    numbers = {
        "minutes": _minutes(),
        "posts": conduct.POSTS_LIMIT,
    }
    if code in _NOT_FOUND:
        return NotFound(code, _(_NOT_FOUND[code]))
    if code in _FORBIDDEN:
        return Forbidden(code, _(_FORBIDDEN[code]))
    if code in _CONFLICT:
        return Refused(code, _(_CONFLICT[code]))
    if code in _TYPED:
        return Refused(code, _(_TYPED[code]), status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return _of_another_kind(code, numbers)


def _of_another_kind(code: str, numbers: dict[str, int]) -> Refused:
    if code == "too_many_posts":
        message = _(
            "You have sent %(posts)s texts in %(minutes)s minutes. Wait a little, then go on."
        )
        return Refused(code, message % numbers, status=HTTPStatus.TOO_MANY_REQUESTS)
    if code == "bad_cursor":
        message = _("This page of the list does not exist. Go back to the beginning of the list.")
        return Refused(code, message, status=HTTPStatus.BAD_REQUEST)
    raise KeyError(code)


def _minutes() -> int:
    return int(conduct.POSTS_WINDOW.total_seconds() // 60)
