"""What is judged before anything is written: the kind, the answers, the place, the moment, who."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import IO

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from parvis.account.public import Person
from parvis.kernel.errors import Refused
from parvis.streets.models import Question, Report, Subtype
from parvis.streets.queries import catalogue, ground
from parvis.streets.queries.ground import Spot
from parvis.streets.rules import places, questions as rules

TEXT_MAX_LENGTH = 4000
MOST_PHOTOS = 4
SLOW_CLOCK = dt.timedelta(minutes=10)
"""A telephone may be that much ahead of us."""
AN_HOUR = dt.timedelta(hours=1)
MOST_AN_HOUR = 60
"""Reports of one account or address; nobody walks faster. Visitors are counted at the door."""

_SENTENCES = {
    "outside_the_city": _("This place is outside the city: your own town hall answers for it."),
    "in_the_water": _(
        "This place is in the Seine. If it is on a bridge, a quay or a boat, tick the box that says"
        " so; otherwise move the point."
    ),
    "kind_missing": _("Say what is wrong: choose what you report in the list."),
    "place_missing": _("Say where it is: by your position, an address or the map."),
    "in_the_future": _("This has not happened yet: check the date and the hour."),
    "moment_unreadable": _("We cannot read this date: choose it again, or leave it empty."),
    "too_long_ago": _("This was more than a year ago. Go and see, then report what is there now."),
    "reserved_to_agents": _("Only agents of the City report this. Choose another kind."),
    "anonymous_not_allowed": _("This needs to know who you are: give your e-mail, or sign in."),
    "email_invalid": _("This does not look like an e-mail address."),
    "question_unanswered": _("A question is not answered yet."),
    "answer_unknown": _("One of the answers is not among those that can be given."),
    "answer_too_long": _("One of the answers is too long."),
    "text_too_long": _("This text is too long: 4,000 characters at most."),
    "photo_missing": _("A photo is needed for this kind of report."),
    "too_many_photos": _("Four photos at most."),
    "too_many": _("That is many reports within an hour. Please wait a little: yours is kept."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What somebody reports, before anybody has judged it.

    `lon` and `lat` are WGS 84; None only for who joins a case (`joins`) without saying where they
    stand. `client_key` is the draft's own id: sent twice, it is one report. `channel` is where it
    came from ("web", "offline", "api", "desk", "demo", …), `language` that of the letters.
    """

    subtype: str
    lon: float | None
    lat: float | None
    address: str = ""
    says_bridge: bool = False
    text: str = ""
    answers: Mapping[str, rules.Answer] = field(default_factory=dict)
    noticed_at: dt.datetime | None = None
    joins: uuid.UUID | None = None
    photos: tuple[IO[bytes], ...] = ()
    client_key: uuid.UUID | None = None
    channel: str = "web"
    language: str = "fr"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reporter:
    """Who reports: an account, an address, or nobody. `is_agent` reports what only agents may;
    `is_confirmed` tells that the address is known to be theirs."""

    person: Person | None = None
    email: str = ""
    is_confirmed: bool = False
    wants_messages: bool = True
    is_agent: bool = False
    api_key_id: uuid.UUID | None = None

    @property
    def ref(self) -> str:
        """Return who the register says did it."""
        return f"person:{self.person.id}" if self.person else ""

    @property
    def address(self) -> str:
        """Return the address to write to, "" for an account, which has its own."""
        return "" if self.person else self.email.strip().lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A draft that may be written."""

    subtype: Subtype
    spot: Spot | None
    text: str
    answers: dict[str, rules.Answer]
    noticed_at: dt.datetime


class Unfit(Refused):
    """A draft that cannot be sent as it is; `step` is the page of it that must be mended."""

    def __init__(self, code: str, message: str = "", *, step: str) -> None:
        status = HTTPStatus.TOO_MANY_REQUESTS if code == "too_many" else 422
        super().__init__(code, message or str(_SENTENCES[code]), status=status)
        self.step = step


def checked(draft: Draft, *, reporter: Reporter, now: dt.datetime) -> Checked:
    """Return a draft as it may be written.

    :raises NotFound: `no_subtype`
    :raises Refused: `subtype_not_ours`, `reserved_to_agents`; `question_unanswered`,
        `answer_unknown`, `answer_too_long`; `place_missing`, `outside_the_city`, `in_the_water` and
        what `territory.locate` refuses; `in_the_future`, `too_long_ago`; `anonymous_not_allowed`,
        `email_invalid`, `text_too_long`, `photo_missing`, `too_many_photos`, `too_many`
    """
    subtype = catalogue.subtype(draft.subtype)
    check_kind(subtype, is_agent=reporter.is_agent)
    answers = check_answers(catalogue.questions_of(subtype), draft.answers)
    spot = check_place(draft)
    noticed_at = check_moment(draft.noticed_at, now=now)
    _check_matter(draft, subtype)
    _check_reporter(reporter, subtype, now=now)
    return Checked(
        subtype=subtype,
        spot=spot,
        text=draft.text.replace("\x00", "").strip(),
        answers=answers,
        noticed_at=noticed_at,
    )


def check_kind(subtype: Subtype, *, is_agent: bool) -> None:
    """Refuse what is not the City's, with where to go, and what only agents report.

    :raises Refused: `subtype_not_ours`, `reserved_to_agents`
    """
    elsewhere = catalogue.in_language(subtype.not_ours_fr, subtype.not_ours_en)
    if elsewhere:
        raise Unfit("subtype_not_ours", elsewhere, step="kind")
    if subtype.is_reserved_to_agents and not is_agent:
        raise Unfit("reserved_to_agents", step="kind")


def check_answers(
    asked: list[Question], given: Mapping[str, rules.Answer]
) -> dict[str, rules.Answer]:
    """Return the answers as they are kept.

    :raises Refused: `question_unanswered`, `answer_unknown`, `answer_too_long`, and
        `subtype_not_ours` after an answer that sends people elsewhere
    """
    judged = catalogue.asked(asked)
    answers = rules.tidied(judged, given)
    for row, question in zip(asked, judged, strict=True):
        reason = rules.why_not_answered(question, answers.get(question.code, ""))
        if reason == "not_ours":
            message = catalogue.in_language(row.stop_fr, row.stop_en)
            raise Unfit("subtype_not_ours", message, step="details")
        if reason:
            said = f"{_SENTENCES[reason]} « {catalogue.label_of(row)} »"
            raise Unfit(reason, said, step="details")
    return answers


def check_place(draft: Draft) -> Spot | None:
    """Return where it is, None for who joins a case without saying.

    :raises Refused: `place_missing`, `outside_the_city`, `in_the_water`, what `territory.locate`
        refuses
    """
    if draft.lon is None or draft.lat is None:
        if draft.joins is None:
            raise Unfit("place_missing", step="place")
        return None
    spot = ground.spot(lon=draft.lon, lat=draft.lat, said=draft.address)
    reason = places.why_not_here(
        is_in_city=spot.place is not None,
        metres_from_shore=spot.metres_from_shore,
        address=draft.address,
        says_bridge=draft.says_bridge,
    )
    if reason:
        raise Unfit(reason, step="place")
    return spot


def check_moment(noticed_at: dt.datetime | None, *, now: dt.datetime) -> dt.datetime:
    """Return when it was noticed, now if nobody said.

    :raises Refused: `in_the_future`, `too_long_ago`
    """
    said = noticed_at or now
    reason = places.why_not_then(
        noticed_in_future=said > now + SLOW_CLOCK, days_ago=(now - said).days
    )
    if reason:
        raise Unfit(reason, step="details")
    return min(said, now)


def _check_matter(draft: Draft, subtype: Subtype) -> None:
    if len(draft.text) > TEXT_MAX_LENGTH:
        raise Unfit("text_too_long", step="details")
    if len(draft.photos) > MOST_PHOTOS:
        raise Unfit("too_many_photos", step="photo")
    if subtype.is_photo_required and not draft.photos and draft.joins is None:
        raise Unfit("photo_missing", step="photo")


def _check_reporter(reporter: Reporter, subtype: Subtype, *, now: dt.datetime) -> None:
    if reporter.address:
        try:
            validate_email(reporter.address)
        except ValidationError as error:
            raise Unfit("email_invalid", step="who") from error
    known = reporter.person is not None or bool(reporter.address)
    if not known and not subtype.is_anonymous_allowed:
        raise Unfit("anonymous_not_allowed", step="who")
    mine = Report.objects.filter(reported_at__gt=now - AN_HOUR)
    if reporter.person:
        mine = mine.filter(person_id=reporter.person.id)
    elif reporter.address:
        mine = mine.filter(email=reporter.address)
    else:
        return
    if not reporter.is_agent and mine.count() >= MOST_AN_HOUR:
        raise Unfit("too_many", step="who")
