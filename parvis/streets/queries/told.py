"""Whom a message reaches, and how it is said in the language of who reads it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from parvis.account.public import persons
from parvis.streets.models import Case, Message, Report
from parvis.streets.queries.life_words import in_language, reason_text, state_label, state_means
from parvis.streets.rules import life
from parvis.ui import wording

_WITH = (
    "case__subtype",
    "case__merged_into",
    "step__before",
    "step__after",
    "step__reason",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """A message, and the report of somebody who has an address and no account."""

    message: Message
    report: Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A message in the active language; `url` is the page of the case, for everybody."""

    title: str
    body: str
    url: str
    tone: str


def message(message_id: uuid.UUID) -> Message | None:
    """Return a message with its case and its step."""
    return Message.objects.select_related(*_WITH).filter(pk=message_id).first()


def _reached(one: Message) -> QuerySet[Report]:
    """Return the reports that a message concerns: of its case, and those that opened or joined it
    before it was merged; made before it was sent, not withdrawn since."""
    rows = Report.objects.filter(Q(case=one.case_id) | Q(first_case=one.case_id))
    stands = Q(withdrawn_at=None)
    if one.step is not None and one.step.after_id == life.MERGED:
        # Who had reported both has one voice from that moment on, and is told so.
        stands |= Q(withdrawn_at=one.sent_at)
    return rows.filter(stands, wants_messages=True, reported_at__lte=one.sent_at)


def accounts(message_id: uuid.UUID) -> set[uuid.UUID]:
    """Return the persons whom a message reaches by their account."""
    found = message(message_id)
    if found is None:
        return set()
    rows = _reached(found).exclude(person=None)
    reached: Iterable[uuid.UUID] = rows.values_list("person_id", flat=True)
    return set(reached)


def letters(message_id: uuid.UUID) -> list[Addressee]:
    """Return whom a message reaches by a letter: confirmed addresses, each once, save those of
    persons who are told by their account."""
    found = message(message_id)
    if found is None:
        return []
    rows = _reached(found).exclude(email="").exclude(email_confirmed_at=None)
    known = {one.email.casefold() for one in persons(accounts(message_id)).values()}
    by_address: dict[str, Report] = {}
    # The report of this very case first: its link leads to the right page.
    for report in sorted(rows, key=lambda r: (r.case_id != found.case_id, r.reported_at)):
        by_address.setdefault(report.email.casefold(), report)
    wanted = [report for address, report in by_address.items() if address not in known]
    return [Addressee(message=found, report=report) for report in wanted]


def words(one: Message) -> Words:
    """Say a message in the active language."""
    case = one.case
    what = in_language(case.subtype.label_fr, case.subtype.label_en)
    about = {"what": what, "code": case.code}
    if one.step is None:
        title = _("The City writes to you about %(what)s (%(code)s)") % about
        return Words(title=title, body=one.text, url=_url(case), tone="")
    if one.asks:
        title = _("The City asks you something about %(what)s (%(code)s)") % about
        return Words(title=title, body=one.text, url=_url(case), tone="warn")
    about["state"] = state_label(one.step.after)
    return Words(
        title=_("%(state)s: %(what)s (%(code)s)") % about,
        body=_body(one, case),
        url=_url(case.merged_into or case),
        tone=one.step.after.tone,
    )


def _body(one: Message, case: Case) -> str:
    step = one.step
    if step is None:
        return one.text
    said = [reason_text(step.reason) if step.reason else state_means(step.after), step.public_note]
    if case.merged_into is not None and not step.after.is_open:
        number = {"code": case.merged_into.code}
        said.append(_("It is followed under the number %(code)s.") % number)
    if case.planned_on is not None and step.after_id == case.state_id:
        said.append(_("Work is planned for %(day)s.") % {"day": wording.day(case.planned_on)})
    return "\n".join(line for line in said if line)


def _url(case: Case) -> str:
    return reverse("streets:case", args=[case.code]) if case.is_shown else reverse("streets:mine")
