"""Why missions say no, in words."""

from __future__ import annotations

from http import HTTPStatus

from django.utils.translation import gettext_lazy as _

from parvis.kernel.errors import NotFound, Refused

_SENTENCES = {
    "no_mission": _("There is no such mission."),
    "no_task": _("There is no such thing in a mission."),
    "no_answer": _("There is no such answer of yours."),
    "mission_not_open": _("This mission takes no answers: it is over, or has not begun."),
    "mission_not_proposed": _("This mission does not wait for the City any more."),
    "mission_without_tasks": _("Nothing is listed to check yet: add the list first."),
    "mission_is_set": _("The list of this mission can only be changed by the City now."),
    "already_answered": _(
        "You have answered about this one already; each person answers once, even after"
        " withdrawing."
    ),
    "task_decided": _("Enough people have answered about this one. Thank you: take another."),
    "client_key_taken": _("This was sent with a mark that another answer has. Send it again."),
    "question_unanswered": _("Answer this question."),
    "answer_unknown": _("This is not one of the possible answers."),
    "answer_too_long": _("This is too long: 200 characters at most."),
    "position_wrong": _("This position makes no sense. Leave it out, or try again."),
    "outside_the_area": _("This is outside the area of the mission."),
    "already_known": _("Something is listed right here already: answer about that one."),
    "not_an_inventory": _("Nothing can be added to this mission: it checks what is listed."),
    "label_missing": _("Say what it is, in 1 to 200 characters."),
    "why_missing": _("Say why, in 1 to 500 characters: everybody can read it."),
    "already_withdrawn": _("This answer is withdrawn already."),
    "no_mission_for_this": _(
        "No mission checks this data at the moment. Tell the City through the page of the data."
    ),
    "already_checked": _("Several people have checked this one already, and agreed."),
    "title_missing": _("Give a title, in 1 to 150 characters."),
    "text_missing": _("Say what people are asked to do."),
    "origin_missing": _("Say where the data comes from, and its licence."),
    "terms_wrong": _(
        "Ask at least two people, at most fifteen, and more than half of them to agree."
    ),
    "ground_wrong": _("Choose an arrondissement or a zone of the City, not both."),
    "end_is_past": _("The mission has to end later than today, within two years."),
    "no_question": _("Ask one question at least."),
    "too_many_questions": _("Eight questions at most."),
    "question_code": _("Each question needs a name of its own."),
    "question_words": _("A question is written in 1 to 200 characters."),
    "question_datatype": _("A question is a choice, a number or a few words."),
    "question_values": _("A choice needs 2 to 20 answers, all different."),
    "question_tolerance": _("The tolerance is a number that is not negative."),
    "none_required": _("One question at least has to be answered."),
    "list_not_text": _("This is neither a CSV in UTF-8 nor a GeoJSON."),
    "list_without_place": _("No column says where things are: lon and lat, or geo_point_2d."),
    "list_without_id": _("No column names each thing: call one id."),
    "list_too_long": _("20,000 things at most in one list."),
    "list_empty": _("This list is empty."),
}
_MISSING = {"no_mission", "no_task", "no_answer", "no_mission_for_this"}


class Unfit(Refused):
    """What was typed is not taken; `field` is the one to look at again, "" for the whole."""

    def __init__(self, code: str, *, field: str = "") -> None:
        message = str(_SENTENCES[code])
        super().__init__(code, message, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        self.field = field


def refusal(code: str) -> Refused:
    """Return the refusal of this code: 404 for what is not there, 409 otherwise."""
    sentence = str(_SENTENCES[code])
    return NotFound(code, sentence) if code in _MISSING else Refused(code, sentence)
