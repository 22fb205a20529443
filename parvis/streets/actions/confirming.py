"""An address that somebody gave with a report is believed once they came by the letter's link."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from parvis.kernel import outbox, register
from parvis.kernel.errors import Forbidden
from parvis.streets.actions.contradicting import count_waiting
from parvis.streets.actions.moving import locked_case
from parvis.streets.models import Contradiction, Report
from parvis.streets.queries import access
from parvis.streets.queries.catalogue import label_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Believed:
    """What follows from an address that is believed from now on: whether it opens a closed case
    again, as who reported it had asked."""

    opens_again: bool


def write_for_confirmation(report_id: uuid.UUID, *, now: dt.datetime) -> bool:
    """Write the letter that holds the link of a report, once; return whether it is owed."""
    rows = Report.objects.select_related("case__subtype")
    report = rows.filter(pk=report_id, email_confirmed_at=None, withdrawn_at=None).first()
    if report is None or not report.email:
        return False
    with transaction.atomic():
        outbox.post(_letter(report, key=f"streets.confirm:{report.pk}"), now=now)
    return True


def write_for_contradiction(contradiction_id: int, *, now: dt.datetime) -> bool:
    """Write the letter without which a contradiction does not count, once; return whether it is
    owed."""
    rows = Contradiction.objects.select_related("report__case__subtype")
    said = rows.filter(pk=contradiction_id, counted_at=None).first()
    if said is None or not said.report.email or said.report.email_confirmed_at is not None:
        return False
    key = f"streets.confirm_contradiction:{said.pk}"
    with transaction.atomic():
        outbox.post(_letter(said.report, key=key, contradicts=True), now=now)
    return True


@transaction.atomic
def confirm_address(report_id: uuid.UUID, *, token: str, now: dt.datetime) -> Believed | None:
    """Believe the address of a report; return what follows, None if that is no news.

    `token` is what the letter to that address says (`access.letter_token`). Other reports of the
    same address wait for their own: anybody may have typed it. What the report says against the
    closing of its case counts from now on.

    :raises Forbidden: `not_by_letter` for who did not come by the letter
    """
    # The case first, as whoever contradicts does: two who lock in two orders wait in a ring.
    case = locked_case(Report.objects.get(pk=report_id).case_id)
    report = Report.objects.select_for_update(no_key=True).get(pk=report_id)
    if not access.came_by_letter(report, token):
        message = _("Open the link of the letter that we sent to this address.")
        raise Forbidden("not_by_letter", message)
    if not report.email or report.email_confirmed_at is not None:
        return None
    report.email_confirmed_at = now
    report.save(update_fields=["email_confirmed_at"])
    register.record(
        register.Entry(
            action="streets.address_confirmed",
            object_ref=f"streets.report:{report.pk}",
            recorded_at=now,
        )
    )
    return Believed(opens_again=count_waiting(case, report, now=now))


def _letter(report: Report, *, key: str, contradicts: bool = False) -> outbox.Letter:
    with translation.override(report.language):
        about = {"what": label_of(report.case.subtype), "code": report.case.code}
        title = _("Your report %(code)s: confirm your address") % about
        context = {
            "city": settings.PARVIS_CITY_NAME,
            "language": report.language,
            "title": title,
            "what": about["what"],
            "code": about["code"],
            "contradicts": contradicts,
            "url": f"{settings.PARVIS_SITE_URL.rstrip('/')}{access.link_of(report)}?letter="
            + access.letter_token(report.pk),
        }
        return outbox.Letter(
            message_key=key,
            to=report.email,
            subject=title,
            text=render_to_string("streets/mail/confirm.txt", context),
            html=render_to_string("streets/mail/confirm.html", context),
        )
