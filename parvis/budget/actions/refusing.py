"""Why the participatory budget says no, in words."""

from __future__ import annotations

from http import HTTPStatus

from django.utils.translation import gettext_lazy as _

from parvis.kernel.errors import Forbidden, NotFound, Refused

_SENTENCES = {
    "no_edition": _("There is no such edition of the participatory budget."),
    "no_project": _("There is no such project."),
    "no_area": _("There is no such area in this edition."),
    "no_study": _("No such opinion was asked for."),
    "no_remark": _("There is no such remark."),
    "no_picture": _("There is no such picture."),
    "no_merging": _("Nobody asks you about such a merging."),
    "no_department": _("There is no such service."),
    "frozen": _(
        "The rules of this edition are fixed since its vote was opened: nobody can change them any"
        " more. Your attempt is written in the register."
    ),
    "appeals_wait": _(
        "An author waits for the answer to an appeal: answer every appeal before the rules are"
        " fixed."
    ),
    "projects_wait": _(
        "A project has no decision yet: accept or refuse every one before the rules are fixed,"
        " while its author may still appeal."
    ),
    "nothing_to_vote_on": _("No project is on the ballot yet: accept one first."),
    "title_missing": _("Give a title, in 1 to 150 characters."),
    "phase_missing": _("Each of the eleven phases has to be in the calendar once."),
    "phase_ends_first": _("A phase has to end after it begins."),
    "phases_overlap": _("A phase cannot begin before the one before it ends."),
    "areas_wrong": _("An edition needs one area at least, and each area once."),
    "envelope_wrong": _("An envelope is an amount of money that is not negative."),
    "people_wrong": _(
        "Say how many people live there; those of quartiers populaires are among them."
    ),
    "age_wrong": _("An age is a number of years from 0 to 120."),
    "ties_missing": _("Somebody has to be allowed to: tick one of the three ties at least."),
    "ballot_wrong": _("This ballot is not complete: say how many projects or points."),
    "rule_wrong": _("This way of counting does not go with this ballot."),
    "ideation_not_open": _("Projects cannot be proposed today: the calendar says when."),
    "words_not_open": _("Nothing can be added to this project any more: the calendar says why."),
    "too_late_to_withdraw": _("It is on the ballot now, and cannot be taken back any more."),
    "no_tie": _(
        "You have told us of no tie with this area: say in your profile where you live, work, or"
        " have your heart."
    ),
    "too_young": _("You are too young for this area; the page of the edition says from what age."),
    "not_declared": _("Declare on your honour that this is true, by ticking the box."),
    "text_missing": _("Say what you propose, in 40 to 8,000 characters."),
    "place_missing": _("Say where it would be: an address, a place, or « the whole area »."),
    "outside_the_area": _("This place is not in the area you chose."),
    "cost_wrong": _("A cost is an amount above zero, and of less than 100 million euros."),
    "theme_missing": _("Choose what it is about."),
    "too_many_pictures": _("Five pictures at most."),
    "picture_words_missing": _("Say in a few words what is on the picture."),
    "not_a_picture": _("We can read photos (JPEG, PNG, WebP, HEIC), not this file."),
    "remark_missing": _("Write something, in 1 to 2,000 characters."),
    "nothing_changed": _("Nothing differs from the version before."),
    "own_project_only": _("Its authors alone can do this."),
    "status_wrong": _("This project is not at a stage where that can be done."),
    "same_project": _("Choose another project to bring it together with."),
    "other_area": _("Both projects have to be in the same area."),
    "merging_waits": _("Its authors are asked about a merging already."),
    "merging_settled": _("This merging is settled already."),
    "reason_too_much": _("Say why only of a project that is given up."),
    "news_long": _("Say it in 2,000 characters at most."),
    "nothing_new": _("Nothing differs from what is known already, and nothing is said of it."),
    "month_far": _("A month lies in the year of the edition or in the thirty after it."),
    "months_disorder": _("A step cannot come before those that it follows: look at its month."),
    "why_missing": _("Say why, in 1 to 2,000 characters: everybody can read it."),
    "opinion_missing": _("Say what the service thinks of it."),
    "opinion_given": _("The study of this project is over: its opinions stay as they are."),
    "studies_wait": _("A service has not given its opinion yet."),
    "studies_missing": _("No service was asked yet: a decision needs one opinion at least."),
    "already_asked": _("This service was asked already."),
    "body_missing": _("Say which commission or jury decided."),
    "appeal_late": _("It is too late to appeal: the list that is voted on is fixed."),
    "appeal_made": _("Its authors appealed already; the answer to it is the last word."),
    "appeal_answered": _("This appeal was answered already."),
    "no_appeal": _("There is no such appeal."),
    "no_delivery": _("This project was not chosen by a vote."),
    "stage_wrong": _("Choose how far it got."),
    "month_wrong": _("A month is written as 2027-03."),
    "winners_wrong": _("A winner has to be on the ballot of this edition."),
    "already_proclaimed": _("The winners of this edition are proclaimed already."),
}
_MISSING = {
    "no_edition",
    "no_project",
    "no_area",
    "no_study",
    "no_remark",
    "no_picture",
    "no_merging",
    "no_department",
    "no_appeal",
    "no_delivery",
}
_FORBIDDEN = {"no_tie", "too_young", "own_project_only"}


class Unfit(Refused):
    """What was typed is not taken; `field` is the one to look at again, "" for the whole."""

    def __init__(self, code: str, *, field: str = "") -> None:
        message = str(_SENTENCES[code])
        super().__init__(code, message, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        self.field = field


def refusal(code: str) -> Refused:
    """Return the refusal of this code: 404 for what is not there, 403 for who may not, else 409."""
    sentence = str(_SENTENCES[code])
    if code in _MISSING:
        return NotFound(code, sentence)
    return Forbidden(code, sentence) if code in _FORBIDDEN else Refused(code, sentence)
