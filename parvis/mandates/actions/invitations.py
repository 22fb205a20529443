"""The mail to who is invited to represent somebody, or to be represented."""

from __future__ import annotations

import datetime as dt
import uuid

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from parvis.account.public import Person
from parvis.kernel import outbox


def send_invitation(
    mandate_id: uuid.UUID, *, to: str, by: Person, gives: bool, now: dt.datetime
) -> None:
    """Write to the address, in the language of who invites: whether it has an account is not asked.

    The link opens a page that anybody signed in can open: it holds no secret.
    """
    with translation.override(by.language):
        context = {
            "city": settings.PARVIS_CITY_NAME,
            "language": by.language,
            "subject": _subject(by.usual_name, gives=gives),
            "name": by.usual_name,
            "email": by.email,
            "gives": gives,
            "url": settings.PARVIS_SITE_URL.rstrip("/") + reverse("mandates:represented"),
        }
        outbox.post(
            outbox.Letter(
                message_key=f"mandates.invitation:{mandate_id}",
                to=to,
                subject=str(context["subject"]),
                text=render_to_string("mandates/mail/invitation.txt", context),
                html=render_to_string("mandates/mail/invitation.html", context),
                person_id=by.id,
            ),
            now=now,
        )


def _subject(name: str, *, gives: bool) -> str:
    if gives:
        return _("%(name)s would like you to act for them") % {"name": name}
    return _("%(name)s asks to act for you") % {"name": name}
