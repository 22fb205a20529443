"""What who reported is told by their account: every message of the City about their case."""

from __future__ import annotations

import uuid
from typing import Any

from django.utils.translation import gettext_lazy as _

from parvis.kernel.declarations import Notice, Told, Topic, notices, topics
from parvis.kernel.facts import Delivered
from parvis.streets import events
from parvis.streets.queries import told

REPORTS = "streets.reports"


def _reporters(fact: Any) -> set[uuid.UUID]:
    return told.accounts(fact.message_id)


def tell(delivered: Delivered, _person_id: uuid.UUID) -> Told | None:
    """Say what the City says to everybody who reported the case."""
    message = told.message(delivered.fact.message_id)
    if message is None:
        return None
    words = told.words(message)
    icon = "say" if message.asks else "cone"
    return Told(title=words.title, body=words.body, url=words.url, icon=icon, tone=words.tone)


topics.declare(Topic(key=REPORTS, label=_("What becomes of what I reported in the street")))
notices.declare(
    Notice(
        key="streets.reporters_told",
        fact_type=events.ReportersTold,
        topic=REPORTS,
        mail=True,
        who=_reporters,
        tell=tell,
    )
)
