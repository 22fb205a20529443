"""What the open data keeps about people: who published or signed, keys to the API, what one
follows, makes of the data and asks about it."""

from __future__ import annotations

import uuid
from typing import Any

from django.utils.translation import gettext_lazy as _

from parvis.kernel.declarations import Keeps, keeps
from parvis.opendata.actions.forgetting import forget_person
from parvis.opendata.queries.kept import kept_about


def export(person_id: uuid.UUID) -> list[dict[str, Any]]:
    """Return what is kept about a person."""
    return kept_about(person_id)


keeps.declare(
    Keeps(
        key="opendata",
        models=(
            "opendata.Dataset",
            "opendata.DatasetVersion",
            "opendata.HarvestSource",
            "opendata.HarvestedDataset",
            "opendata.IngestRun",
            "opendata.Approval",
            "opendata.ApiKey",
            "opendata.DayCalls",
            "opendata.LiveRow",
            "opendata.LiveSeries",
            "opendata.PushKey",
            "opendata.SourceDocument",
            "opendata.Watch",
            "opendata.Following",
            "opendata.Webhook",
            "opendata.WebhookMessage",
            "opendata.Reuse",
            "opendata.Question",
            "opendata.Report",
        ),
        personal=_(
            "The name of your API keys, and how often each was used on a day; the datasets that"
            " you follow, with your filters; your webhooks; your reuses, questions and reports. Of"
            " agents: the files they sent, and the reasons they signed."
        ),
        retention=_(
            "Keys, followings and webhooks until you end them, messages to webhooks for 30 days,"
            " counts of calls for 31 days, files that agents sent for 7 days after they are"
            " settled. When you close your account, what is public stays without your name, and"
            " the rest is deleted. What agents decided stays on record."
        ),
        export=export,
        erase=forget_person,
    )
)
