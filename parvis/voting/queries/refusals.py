"""Each refusal of a vote: its code, its status, and the sentence a resident can act on."""

from __future__ import annotations

from http import HTTPStatus

from django.utils.translation import gettext as _, gettext_noop

from parvis.kernel.errors import Forbidden, NotFound, Refused

_NOT_FOUND = {
    "no_poll": gettext_noop("There is no such vote."),
    "no_contest": gettext_noop("There is no such question in this vote."),
    "no_box": gettext_noop("There is no such ballot box."),
    "no_minutes": gettext_noop("The minutes of this box are not written yet."),
}
_FORBIDDEN = {
    "not_eligible": gettext_noop("You cannot vote on this question."),
    "too_young": gettext_noop(
        "Too young for one of these ballots: the page of the edition says from what age."
    ),
    "needs_role": gettext_noop("Your account does not have the role needed for this."),
    "wrong_change_code": gettext_noop(
        "This receipt and this change code do not go together. Type both as your receipt shows"
        " them."
    ),
}
_CONFLICT = {
    "already_voted": gettext_noop(
        "You have voted on this already, online or at a ballot box. To change an online vote, use"
        " its receipt and its change code."
    ),
    "voted_apart": gettext_noop(
        "You have voted in another arrondissement already, online or at a ballot box, and one votes"
        " in one only. To change an online vote, use its receipt and its change code."
    ),
    "already_changed": gettext_noop(
        "This vote has been changed already, perhaps in another window. The last change counts."
    ),
    "other_ballot_same_form": gettext_noop(
        "This form has been sent already with another choice, and that one counts. To change it,"
        " use your receipt."
    ),
    "poll_not_open_yet": gettext_noop("This vote is not open yet."),
    "poll_closed": gettext_noop("This vote is closed."),
    "poll_still_open": gettext_noop("This vote is still open: the box stays shut until it closes."),
    "box_closed": gettext_noop("The ballot box of this vote has not been opened yet."),
    "already_opened": gettext_noop("The ballot box of this vote is open already."),
    "not_published": gettext_noop("The results of this vote are not published yet."),
    "already_published": gettext_noop("The results of this vote are published already."),
    "frozen": gettext_noop(
        "This vote is fixed: nothing that is asked, nor how it will be counted, can change any"
        " more. Your attempt has been written down."
    ),
    "already_open": gettext_noop("This vote is fixed and published already."),
    "no_key": gettext_noop("Make the opening key of this vote first."),
    "key_not_kept": gettext_noop(
        "First show that the opening key is kept: give back the file that holds it."
    ),
    "wrong_key": gettext_noop("This is not the opening key of this vote."),
    "paper_not_ready": gettext_noop(
        "The paper ballots are not all entered, or some figures do not agree yet."
    ),
    "box_damaged": gettext_noop(
        "Some envelopes do not open with this key: they were changed in the database. Nothing has"
        " been opened; bring back the copy of the database from before."
    ),
    "box_exists": gettext_noop("A ballot box of this name is there already."),
    "others_read": gettext_noop(
        "Two other people have read this sheet: one of them has to look at it again."
    ),
    "sheet_settled": gettext_noop("Two people have read this sheet alike: it is settled."),
    "nothing_differs": gettext_noop("Everything agrees: there is no difference to explain."),
    "sheets_missing": gettext_noop("Enter every sheet twice first."),
    "minutes_differ": gettext_noop(
        "The minutes do not say what the sheets say: look into the box again, and correct the"
        " minutes."
    ),
    "own_minutes": gettext_noop(
        "Somebody else signs: who wrote the minutes does not explain what differs from them."
    ),
}
_MISTYPED = {
    "unknown_option": gettext_noop("One of the choices is not on this ballot."),
    "twice": gettext_noop("You have chosen something twice."),
    "bad_grade": gettext_noop("One of the grades or numbers does not exist."),
    "too_many_options": gettext_noop("You have chosen more than this ballot allows."),
    "too_many_points": gettext_noop("You have given more points than you have."),
    "over_budget": gettext_noop("What you have chosen costs more than the budget."),
    "bad_form": gettext_noop("This page is too old or damaged. Open the ballot again."),
    "nothing_cast": gettext_noop("Choose at least one question to vote on."),
    "one_only": gettext_noop("One votes in one arrondissement only: choose one of these ballots."),
    "bad_name": gettext_noop("Use small letters, figures and hyphens, 60 at most."),
    "bad_dates": gettext_noop("A vote closes after it opens."),
    "bad_contest": gettext_noop(
        "One of the questions or its options cannot be voted on like this."
    ),
    "bad_identity": gettext_noop(
        "Type the first name, the family name at birth and the date of birth."
    ),
    "bad_minutes": gettext_noop("There cannot be more blank and spoilt ballots than ballots."),
    "bad_sheet": gettext_noop("Sheets have numbers from 1 to the number of ballots found."),
    "reason_missing": gettext_noop("Say why the figures differ, in 1 to 500 characters."),
    "bad_results": gettext_noop("These results cannot be written down as they are."),
}


def refusal(code: str) -> Refused:
    """Return the refusal of this code in the active language, with its status."""
    if code in _NOT_FOUND:
        return NotFound(code, _(_NOT_FOUND[code]))
    if code in _FORBIDDEN:
        return Forbidden(code, _(_FORBIDDEN[code]))
    if code in _CONFLICT:
        return Refused(code, _(_CONFLICT[code]))
    return Refused(code, _(_MISTYPED[code]), status=HTTPStatus.UNPROCESSABLE_ENTITY)


def refuse_if(code: str | None) -> None:
    """Refuse when a rule gave a reason."""
    if code is not None:
        raise refusal(code)
