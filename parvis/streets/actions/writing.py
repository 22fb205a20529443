"""Writes one person's word about a case: the same row and line for who opens and who joins."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import connection
from django.utils.translation import gettext_lazy as _

from parvis.kernel import register
from parvis.kernel.acting import covering
from parvis.kernel.errors import Refused
from parvis.kernel.facts import announce
from parvis.kernel.ids import new_public_id
from parvis.kernel.models import Channel
from parvis.kernel.prepared import Prepared
from parvis.mandates.public import PARTICIPATION, association_of
from parvis.streets import events
from parvis.streets.actions.checking import Checked, Draft, Reporter
from parvis.streets.actions.photos import take_in
from parvis.streets.models import Case, PhotoRole, Report, Reporting
from parvis.streets.queries import access

_TAKEN = _("Another report was sent under this number. Begin again, please.")
_CHANNELS = {"api": Channel.API, "georeport": Channel.API, "demo": Channel.PROGRAM}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """What became of a draft: its case and report, and the `secret` of the report's page for who
    has no account ("" for who has one). `is_new` is False for a draft that was sent before."""

    case_id: uuid.UUID
    code: str
    report_id: uuid.UUID
    secret: str
    joined: bool
    is_new: bool = True


def already(draft: Draft, *, reporter: Reporter) -> Report | None:
    """Return the report that this draft became when it was sent before; who sends it twice at once
    waits for the first.

    :raises Refused: `client_key_taken` if somebody else sent a draft of that id
    """
    if draft.client_key is None:
        return None
    with connection.cursor() as cursor:
        name = f"streets.draft:{draft.client_key}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
    found = _OF_A_DRAFT.first(draft.client_key)
    if found is None or _is_theirs(found, reporter):
        return found
    raise Refused("client_key_taken", str(_TAKEN), status=422)


_OF_A_DRAFT = Prepared(
    lambda key: Report.objects.select_related("case").filter(client_key=key), uuid.UUID
)


def _is_theirs(report: Report, reporter: Reporter) -> bool:
    if reporter.person:
        return report.person_id == reporter.person.id
    return report.person_id is None and report.email in ("", reporter.address)


def answer_of(report: Report, *, is_new: bool) -> Reported:
    """Return what who reported is told."""
    return Reported(
        case_id=report.case_id,
        code=report.case.code,
        report_id=report.pk,
        secret=access.secret_of(report.pk) if report.access_hash else "",
        joined=report.role == Reporting.JOINS,
        is_new=is_new,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """What a person says of a case, ready to be written."""

    case: Case
    role: Reporting
    draft: Draft
    checked: Checked
    reporter: Reporter

    @property
    def at(self) -> tuple[float, float]:
        """Return where they saw it; where the case is, if they did not say."""
        location: tuple[float, float] = self.case.location
        return self.checked.spot.at if self.checked.spot else location


def write(word: Word, *, now: dt.datetime) -> Report:
    """Write a report of a locked or new case, in the name of the association its person acts for,
    with its photos and, for an address that must be confirmed, the fact that asks for a letter.

    :raises Forbidden: `outside_mandate` if the mandate does not reach what is reported
    """
    report = _row(word, now)
    report.save(force_insert=True)
    for rank, photo in enumerate(word.draft.photos):
        take_in(
            photo,
            case=word.case,
            report=report,
            role=PhotoRole.OVERVIEW if rank == 0 else PhotoRole.CLOSE,
            client_key=_key_of_photo(word.draft, rank),
            now=now,
        )
    if report.email and report.email_confirmed_at is None:
        announce(
            events.ReportUnconfirmed(
                case_id=word.case.pk, code=word.case.code, report_id=report.pk
            ),
            now=now,
        )
    return report


def note(action: str, report: Report, reporter: Reporter, *, now: dt.datetime) -> None:
    """Write a line of the register: who did it to which report, none of its words."""
    register.record(
        register.Entry(
            action=action,
            object_ref=f"streets.report:{report.pk}",
            actor_ref=reporter.ref,
            channel=_CHANNELS.get(report.channel, Channel.WEB).value,
            details={"case": report.case.code, "door": report.channel},
            recorded_at=now,
        )
    )


def _row(word: Word, now: dt.datetime) -> Report:
    reporter, checked = word.reporter, word.checked
    report_id = new_public_id()
    secret = "" if reporter.person else access.hash_of(access.secret_of(report_id))
    return Report(
        id=report_id,
        case=word.case,
        first_case=word.case,
        role=word.role,
        person_id=reporter.person.id if reporter.person else None,
        association=association_of(covering(PARTICIPATION)) if reporter.person else "",
        email=reporter.address,
        email_confirmed_at=now if reporter.address and reporter.is_confirmed else None,
        access_hash=secret,
        language=word.draft.language,
        wants_messages=reporter.wants_messages,
        text=checked.text,
        answers=checked.answers,
        location=word.at,
        channel=word.draft.channel,
        client_key=word.draft.client_key,
        api_key_id=reporter.api_key_id,
        noticed_at=checked.noticed_at,
        reported_at=now,
    )


def _key_of_photo(draft: Draft, rank: int) -> uuid.UUID | None:
    return uuid.uuid5(draft.client_key, f"photo-{rank}") if draft.client_key else None
