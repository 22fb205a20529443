"""What the life of a case is called in the language of who reads, and how a step is refused."""

from __future__ import annotations

from http import HTTPStatus

from django.utils.translation import get_language, gettext as _, gettext_noop

from parvis.kernel.errors import Forbidden, NotFound, Refused
from parvis.streets.models import ClosingReason, State, Transition

_NOT_FOUND = {
    "no_case": gettext_noop("There is no such report, or it is not public."),
    "no_report": gettext_noop("You have not reported this: only who did can do that."),
    "no_handler": gettext_noop("There is no such handler."),
    "no_such_handler": gettext_noop("There is no such handler."),
    "no_closed_day": gettext_noop("The City is not closed on that day."),
    "no_message": gettext_noop("There is no such question, or it is not asked of you."),
}
# Of many reports at once, whose turn comes after they were asked for.
_FORBIDDEN = {
    "needs_role": gettext_noop(
        "Who asked for it had no role for street reports any more when its turn came."
    ),
    "outside_territory": gettext_noop(
        "When its turn came, this report lay outside the arrondissements of who asked for it."
    ),
}
_CONFLICT = {
    "no_such_step": gettext_noop(
        "That cannot follow what was done last. Somebody may have acted meanwhile: look again."
    ),
    "already_there": gettext_noop("This report is in that state already."),
    "not_yours_to_take": gettext_noop("This step is not yours to take."),
    "not_closed": gettext_noop("This report is open: it is being dealt with, nothing to contest."),
    "too_late": gettext_noop(
        "It has been closed for more than thirty days. If it is not settled, report it again."
    ),
    "already_said": gettext_noop("You have said so already; we have noted it."),
    "already_withdrawn": gettext_noop("You have withdrawn this report already."),
    "already_merged": gettext_noop("One of the two is already joined to another."),
    "too_far_to_merge": gettext_noop(
        "These two are too far from each other to be the same: somebody reported one of them from"
        " farther away than the other allows."
    ),
    "reports_too_far": gettext_noop(
        "Somebody reported it from farther away than this kind allows, or than the new place is."
    ),
    "same_case_twice": gettext_noop("A report cannot be joined to itself."),
    "another_kind": gettext_noop("These two are not of the same kind: correct the kind first."),
    "handler_closed": gettext_noop("This handler takes no cases any more."),
    "case_closed": gettext_noop("This case is closed: open it again first."),
    "already_theirs": gettext_noop("This handler has the case already."),
    "touched_since": gettext_noop("Somebody acted on this report since: it is left as it is."),
    "no_way_back": gettext_noop(
        "The life cycle knows no way back from here: act on this report by itself."
    ),
    "not_possible": gettext_noop(
        "The database refuses it: something else happened to this report."
    ),
    "root_closed": gettext_noop("The other report is closed: open it again first."),
    "already_yours": gettext_noop(
        "Somebody has reported this with that address already: say it by the link that we sent"
        " there."
    ),
    "not_asked": gettext_noop("The City waits for no answer to this any more."),
}
_TYPED = {
    "no_such_state": gettext_noop("There is no such state."),
    "reason_missing": gettext_noop("Say why it is closed: choose a reason."),
    "reason_of_another_state": gettext_noop("This reason does not go with this way of closing."),
    "proof_missing": gettext_noop("Add a photo that shows the end of the work."),
    "message_missing": gettext_noop("Write some words for the people who reported it."),
    "question_missing": gettext_noop("Write what the City asks the people who reported it."),
    "merging_needs_a_case": gettext_noop("Say to which other report this one is joined."),
    "planned_in_the_past": gettext_noop("Choose today or a later day."),
    "hours_end_before_they_begin": gettext_noop("Hours must end after they begin."),
    "hours_overlap": gettext_noop("Two lines of one day overlap."),
    "city_never_works": gettext_noop("The City works at least on one day: its promises need it."),
    "name_missing": gettext_noop("Say what this day is called."),
    "subtype_not_ours": gettext_noop("This kind is not the City's: close it and say who acts."),
    "outside_the_city": gettext_noop("This place is outside the city."),
    "address_needed": gettext_noop(
        "Give an e-mail address: it counts once you have confirmed that it is yours."
    ),
    "email_invalid": gettext_noop("This does not look like an e-mail address."),
    "text_missing": gettext_noop("Write something before you send it."),
    "text_too_long": gettext_noop("The text is too long: shorten it to 1,000 characters."),
}


def refusal(code: str) -> Refused:
    """Return the refusal of that code, in the active language.

    :raises KeyError: for a code that nobody wrote a sentence for
    """
    if code in _NOT_FOUND:
        return NotFound(code, _(_NOT_FOUND[code]))
    if code in _FORBIDDEN:
        return Forbidden(code, _(_FORBIDDEN[code]))
    if code in _CONFLICT:
        return Refused(code, _(_CONFLICT[code]))
    return Refused(code, _(_TYPED[code]), status=HTTPStatus.UNPROCESSABLE_ENTITY)


def in_language(french: str, english: str) -> str:
    """Return which of two wordings the reader understands; French where the other is missing."""
    return english if get_language() == "en" and english else french


def state_label(state: State) -> str:
    """Return what a state is called."""
    return in_language(state.label_fr, state.label_en)


def state_means(state: State) -> str:
    """Return what a state means, in a sentence."""
    return in_language(state.means_fr, state.means_en)


def reason_label(reason: ClosingReason) -> str:
    """Return what a reason is called."""
    return in_language(reason.label_fr, reason.label_en)


def reason_text(reason: ClosingReason) -> str:
    """Return what a reason says to people."""
    return in_language(reason.text_fr, reason.text_en)


def step_label(step: Transition) -> str:
    """Return what a step is called on the button that takes it."""
    return in_language(step.label_fr, step.label_en)
