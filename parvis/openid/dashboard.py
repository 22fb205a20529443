"""The connected services on « Mon compte », and what waits for administrators."""

from __future__ import annotations

import datetime as dt
import uuid

from django.utils.translation import gettext, gettext_lazy as _, ngettext

from parvis.account.public import Role
from parvis.kernel.declarations import AccountPage, DeskQueue, account_pages, desk_queues
from parvis.openid.queries import consents, services


def summary(person_id: uuid.UUID, _now: dt.datetime) -> str:
    """Return how many services a person has connected, in a sentence."""
    count = consents.connected_by(person_id)
    sentence = ngettext("%(count)s service knows you.", "%(count)s services know you.", count)
    return sentence % {"count": count} if count else gettext("No service knows you yet.")


account_pages.declare(
    AccountPage(
        key="openid",
        label=_("Connected services"),
        url_name="openid:connected",
        icon="ticket",
        order=40,
        summary=summary,
    )
)
desk_queues.declare(
    DeskQueue(
        key="openid.services",
        label=_("Services of the account"),
        order=80,
        url_name="openid:services",
        role=Role.ADMINISTRATOR,
        waiting=services.unheard,
    )
)
