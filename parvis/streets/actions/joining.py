"""« Moi aussi »: one voice more for an open case, near enough to be the same thing."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction
from django.utils.translation import gettext as _

from parvis.kernel.errors import NotFound, Refused
from parvis.kernel.facts import announce
from parvis.streets import events
from parvis.streets.actions.checking import Checked, Draft, Reporter, checked
from parvis.streets.actions.pressing import press
from parvis.streets.actions.writing import Reported, Word, already, answer_of, note, write
from parvis.streets.models import Case, Report, Reporting
from parvis.streets.rules.near import metres


@transaction.atomic
def join(draft: Draft, *, reporter: Reporter, now: dt.datetime) -> Reported:
    """Add one's voice to the case that a draft names (`joins`).

    Who joins is told all that follows, as who opened it. A case that was merged meanwhile is joined
    where it went.

    :raises NotFound: `no_subtype`, `no_case`
    :raises Refused: what `checked` and `photos.take_in` refuse; `case_closed`, `another_kind`,
        `too_far_to_join`, `already_yours`, `client_key_taken`
    """
    known = already(draft, reporter=reporter)
    if known is not None:
        return answer_of(known, is_new=False)
    fit = checked(draft, reporter=reporter, now=now)
    return join_checked(draft, fit, reporter=reporter, now=now)


def join_checked(draft: Draft, fit: Checked, *, reporter: Reporter, now: dt.datetime) -> Reported:
    """Join with a draft that was judged already, in the caller's transaction."""
    case = _root(draft.joins)
    word = Word(case=case, role=Reporting.JOINS, draft=draft, checked=fit, reporter=reporter)
    _refuse(word)
    before = case.reports_count
    said = write(word, now=now)
    note("streets.joined", said, reporter, now=now)
    # Written by hand: whoever reads what changed since (GeoReport, the dataset) sees the count.
    case.changed_at = max(now, case.changed_at)
    case.save(update_fields=["changed_at"])
    announce(
        events.CaseJoined(case_id=case.pk, code=case.code, report_id=said.pk, reports=before + 1),
        now=now,
    )
    press(case, now=now, reports_before=before)
    return answer_of(said, is_new=True)


def _root(case_id: uuid.UUID | None) -> Case:
    """Return the case that may be joined, locked: where this one went if it was merged."""
    if case_id is None:
        raise _no_case()
    went = Case.objects.filter(pk=case_id).values_list("merged_into", flat=True).first()
    rows = Case.objects.select_for_update(of=("self",), no_key=True).select_related("subtype")
    found = rows.filter(pk=went or case_id).first()
    if found is None:
        raise _no_case()
    return found


def _no_case() -> NotFound:
    return NotFound("no_case", _("There is no such report."))


def _refuse(word: Word) -> None:
    case = word.case
    if not case.is_open:
        message = _(
            "This report has just been closed. If it is not settled, say so on its page; if it is"
            " something new, send yours."
        )
        raise Refused("case_closed", message)
    if case.family != word.checked.subtype.family:
        message = _("That report is about something else: send yours as a new one.")
        raise Refused("another_kind", message, status=422)
    if metres(case.location, word.at) > case.radius_m:
        message = _("That report is too far from here: send yours as a new one.")
        raise Refused("too_far_to_join", message, status=422)
    if _is_there(word):
        message = _("You have already reported this: you are told all that follows.")
        raise Refused("already_yours", message)


def _is_there(word: Word) -> bool:
    mine = Report.objects.filter(case=word.case, withdrawn_at=None)
    if word.reporter.person:
        return mine.filter(person_id=word.reporter.person.id).exists()
    address = word.reporter.address
    return bool(address) and mine.filter(email=address).exists()
