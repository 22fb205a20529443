"""What relation shows on the agents' desk."""

from __future__ import annotations

import datetime as dt
import uuid

from django.utils.translation import gettext_lazy as _

from parvis.account.public import Role
from parvis.kernel import outbox
from parvis.kernel.declarations import Deed, DeskQueue, NewsSource, deeds, desk_queues, news
from parvis.relation import queries
from parvis.relation.actions import deliveries


def _uncertain(_now: dt.datetime) -> int:
    return outbox.uncertain_count()


def _unread(person_id: uuid.UUID) -> int:
    return queries.unread_count(person_id=person_id)


def _failed(_now: dt.datetime) -> int:
    return deliveries.failed_count()


news.declare(NewsSource(key="relation", count=_unread))
desk_queues.declare(
    DeskQueue(
        key="relation.uncertain_mails",
        label=_("Mails to check"),
        order=90,
        url_name="relation:uncertain_mails",
        role=Role.ADMINISTRATOR,
        waiting=_uncertain,
    ),
    DeskQueue(
        key="relation.failed_deliveries",
        label=_("Failed deliveries"),
        order=91,
        url_name="relation:failed_deliveries",
        role=Role.ADMINISTRATOR,
        waiting=_failed,
    ),
)
deeds.declare(
    Deed(key="relation.mail_resumed", label=_("asked for the mails of a topic again")),
    Deed(key="relation.mail_stopped", label=_("stopped the mails of a topic")),
    Deed(key="relation.mail_sent_again", label=_("sent an uncertain mail again")),
    Deed(key="relation.mail_marked_delivered", label=_("noted that a mail did arrive")),
    Deed(key="relation.delivery_retried", label=_("tried a failed delivery again")),
)
