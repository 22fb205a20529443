"""An address that somebody gave with a report is believed once they came by the letter's link."""

from __future__ import annotations

import datetime as dt
import uuid

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from parvis.kernel import outbox, register
from parvis.kernel.errors import Forbidden
from parvis.streets.models import Report
from parvis.streets.queries import access
from parvis.streets.queries.catalogue import label_of


def write_for_confirmation(report_id: uuid.UUID, *, now: dt.datetime) -> bool:
    """Write the letter that holds the link of a report, once; return whether it is owed."""
    rows = Report.objects.select_related("case__subtype")
    report = rows.filter(pk=report_id, email_confirmed_at=None, withdrawn_at=None).first()
    if report is None or not report.email:
        return False
    with transaction.atomic():
        outbox.post(_letter(report), now=now)
    return True


@transaction.atomic
def confirm_address(report_id: uuid.UUID, *, token: str, now: dt.datetime) -> bool:
    """Believe the address of a report; return whether that was news.

    `token` is what the letter to that address says (`access.letter_token`). Other reports of the
    same address wait for their own: anybody may have typed it.

    :raises Forbidden: `not_by_letter` for who did not come by the letter
    """
    report = Report.objects.select_for_update().get(pk=report_id)
    if not access.came_by_letter(report, token):
        message = _("Open the link of the letter that we sent to this address.")
        raise Forbidden("not_by_letter", message)
    if not report.email or report.email_confirmed_at is not None:
        return False
    report.email_confirmed_at = now
    report.save(update_fields=["email_confirmed_at"])
    register.record(
        register.Entry(
            action="streets.address_confirmed",
            object_ref=f"streets.report:{report.pk}",
            recorded_at=now,
        )
    )
    return True


def _letter(report: Report) -> outbox.Letter:
    with translation.override(report.language):
        about = {"what": label_of(report.case.subtype), "code": report.case.code}
        title = _("Your report %(code)s: confirm your address") % about
        context = {
            "city": settings.PARVIS_CITY_NAME,
            "language": report.language,
            "title": title,
            "what": about["what"],
            "code": about["code"],
            "url": f"{settings.PARVIS_SITE_URL.rstrip('/')}{access.link_of(report)}?letter="
            + access.letter_token(report.pk),
        }
        return outbox.Letter(
            message_key=f"streets.confirm:{report.pk}",
            to=report.email,
            subject=title,
            text=render_to_string("streets/mail/confirm.txt", context),
            html=render_to_string("streets/mail/confirm.html", context),
        )
