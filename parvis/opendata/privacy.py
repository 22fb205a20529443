"""What the open data keeps about people: who published or signed, keys to the API, what one
follows, makes of the data and asks about it."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext_lazy as _

from parvis.kernel.declarations import Held, Keeps, Moves, Reads, Rule, Stays, keeps, moves, reads
from parvis.opendata.actions import quotas, webhooks
from parvis.opendata.actions.forgetting import forget_person

_SAID = Stays(
    what=_("What is public, without your name."),
    law=_(
        "What others built on must remain readable (GDPR, article 17, paragraph 3, a: freedom of"
        " information)."
    ),
)
_SIGNED = Stays(
    what=_("What you decided as an agent, and the reason you signed."),
    law=_(
        "Who let data be published remains accountable (code of relations between the public and"
        " the administration, article L312-1-2; GDPR, article 5, paragraph 2)."
    ),
)


def _counts(_before: dt.datetime, now: dt.datetime) -> int:
    return quotas.forget_old_counts(now=now)


def _messages(_before: dt.datetime, now: dt.datetime) -> int:
    return webhooks.forget_old(now=now)


keeps.declare(
    Keeps(
        key="opendata",
        label=_("Open data"),
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
        held=(
            Held(
                model="opendata.ApiKey",
                label=_("Keys to the API"),
                by=("person_id",),
                secret=("digest",),
                stays=Stays(
                    what=_("That a key existed and was revoked, without its name."),
                    law=_("So that a revoked key stays refused (GDPR, article 32)."),
                ),
            ),
            Held(
                model="opendata.Following",
                label=_("Datasets that you follow"),
                by=("person",),
                also=("dataset__dataset_id",),
            ),
            Held(
                model="opendata.Watch",
                label=_("Filters of what you follow"),
                by=("followings__person",),
                stays=Stays(
                    what=_("A filter that others follow too."),
                    law=_("It names nobody: others go on following it."),
                ),
            ),
            Held(
                model="opendata.Webhook",
                label=_("Webhooks"),
                by=("person",),
                also=("dataset__dataset_id",),
            ),
            Held(
                model="opendata.WebhookMessage",
                label=_("Messages to your webhooks"),
                by=("webhook__person",),
                others=("fact_id",),
            ),
            Held(
                model="opendata.Reuse",
                label=_("Reuses that you proposed, or ruled on as a moderator"),
                by=("author",),
                agents=("decided_by",),
                also=("dataset__dataset_id",),
                stays=_SAID,
            ),
            Held(
                model="opendata.Question",
                label=_("Questions that you asked"),
                by=("author",),
                also=("dataset__dataset_id",),
                stays=_SAID,
            ),
            Held(
                model="opendata.Report",
                label=_("What you reported"),
                by=("person",),
                stays=Stays(
                    what=_("That somebody reported it, without your words."),
                    law=_("A decision must keep what it was taken on (GDPR, article 5)."),
                ),
            ),
            Held(
                model="opendata.IngestRun",
                label=_("Files that you sent or decided about as an agent"),
                by=("started_by", "decided_by"),
                stays=_SIGNED,
            ),
            Held(
                model="opendata.Approval",
                label=_("Reasons that you signed as an agent"),
                by=("signed_by",),
                stays=_SIGNED,
            ),
            Held(
                model="opendata.DatasetVersion",
                label=_("Versions that you published as an agent"),
                by=("published_by",),
                also=("dataset__dataset_id",),
                secret=("fields", "profile", "parts"),
                stays=_SIGNED,
            ),
            # Callers are counted under the number of a key, or a salted digest of an address.
            Held(model="opendata.DayCalls"),
            Held(model="opendata.Dataset"),
            Held(model="opendata.HarvestSource"),
            Held(model="opendata.HarvestedDataset"),
            Held(model="opendata.LiveRow"),
            Held(model="opendata.LiveSeries"),
            Held(model="opendata.PushKey"),
            Held(model="opendata.SourceDocument"),
        ),
        rules=(
            Rule(
                key="opendata.calls",
                what=_("How often each caller of the API called on a day"),
                days=quotas.DAYS_KEPT,
                forget=_counts,
            ),
            Rule(
                key="opendata.messages",
                what=_("Messages to webhooks"),
                days=webhooks.MESSAGES_STAY.days,
                forget=_messages,
            ),
        ),
        erase=forget_person,
    )
)
reads.declare(
    Reads(
        key="opendata.moderation",
        what=_("read a reuse or a question of yours that is not public, or was reported"),
        why=_("to decide whether it is shown"),
    )
)
moves.declare(
    Moves(
        key="opendata",
        columns=(
            ("opendata.ApiKey", "person_id"),
            ("opendata.Following", "person"),
            ("opendata.Webhook", "person"),
            ("opendata.Reuse", "author"),
            ("opendata.Question", "author"),
            ("opendata.Report", "person"),
        ),
        # Who sent, signed, published or decided, at the time.
        stays=(
            ("opendata.Reuse", "decided_by"),
            ("opendata.IngestRun", "started_by"),
            ("opendata.IngestRun", "decided_by"),
            ("opendata.Approval", "signed_by"),
            ("opendata.DatasetVersion", "published_by"),
        ),
    )
)
