"""The open data among the ways in: the roof of every page, the paving of the home page, what a
person follows, what waits for agents."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy

from parvis.account.public import Role
from parvis.kernel.declarations import (
    AccountCard,
    CityService,
    Deed,
    DeskQueue,
    NavEntry,
    Stone,
    account_cards,
    city_services,
    deeds,
    desk_queues,
    nav_entries,
    stones,
)
from parvis.opendata.permissions import SERVICE
from parvis.opendata.queries import following, reuses, runs
from parvis.opendata.queries.pages import browsing

_LINES = 5


def sentence(_now: dt.datetime) -> str:
    """Return how many datasets there are, or nothing if there is none."""
    return browsing.fact()


def followed(person_id: uuid.UUID, _now: dt.datetime) -> Sequence[tuple[str, str]]:
    """Return the datasets a person follows, each with its filters and its page."""
    return [
        (
            _("%(title)s (%(filters)s)") % {"title": one.title, "filters": one.said}
            if one.said
            else one.title,
            reverse("opendata:understand", args=[one.dataset_id]),
        )
        for one in following.followed_by(person_id)[:_LINES]
    ]


def _files(_now: dt.datetime) -> int:
    return runs.waiting()


def _cases(_now: dt.datetime) -> int:
    return reuses.case_count()


def _unanswered(_now: dt.datetime) -> int:
    return reuses.unanswered_count()


nav_entries.declare(
    NavEntry(key="opendata", label=gettext_lazy("Data"), url_name="opendata:index", order=30)
)
stones.declare(
    Stone(
        key="opendata",
        label=gettext_lazy("Look into the City's accounts"),
        url_name="opendata:index",
        icon="data",
        order=30,
        sentence=sentence,
    )
)
account_cards.declare(
    AccountCard(
        key="opendata", label=gettext_lazy("Datasets that I follow"), order=40, lines=followed
    )
)
city_services.declare(CityService(key=SERVICE, label=gettext_lazy("Open data"), order=30))
desk_queues.declare(
    DeskQueue(
        key="opendata.files",
        label=gettext_lazy("Files to publish"),
        order=39,
        url_name="opendata:runs",
        role=Role.AGENT,
        waiting=_files,
        service=SERVICE,
    ),
    DeskQueue(
        key="opendata.reuses",
        label=gettext_lazy("Reuses and reports about data"),
        order=40,
        url_name="opendata:moderation",
        role=Role.MODERATOR,
        waiting=_cases,
        service=SERVICE,
    ),
    DeskQueue(
        key="opendata.questions",
        label=gettext_lazy("Questions about data"),
        order=41,
        url_name="opendata:unanswered",
        role=Role.AGENT,
        waiting=_unanswered,
        service=SERVICE,
    ),
)
deeds.declare(
    Deed(key="opendata.described", label=gettext_lazy("described datasets of the catalogue")),
    Deed(key="opendata.archived", label=gettext_lazy("took a dataset out of the catalogue")),
    Deed(key="opendata.harvest_source_added", label=gettext_lazy("added a catalogue to harvest")),
    Deed(
        key="opendata.harvest_source_switched",
        label=gettext_lazy("switched the harvest of a catalogue on or off"),
    ),
    Deed(key="opendata.finding_approved", label=gettext_lazy("signed a reason to publish")),
    Deed(key="opendata.file_accepted", label=gettext_lazy("had a file published")),
    Deed(key="opendata.file_withdrawn", label=gettext_lazy("withdrew a file from publication")),
    Deed(key="opendata.version_published", label=gettext_lazy("published a version of a dataset")),
    Deed(key="opendata.restricted", label=gettext_lazy("closed a dataset to those without a key")),
    Deed(key="opendata.opened", label=gettext_lazy("opened a dataset to everybody")),
    Deed(key="opendata.dataset_followed", label=gettext_lazy("began to follow a dataset")),
    Deed(key="opendata.dataset_unfollowed", label=gettext_lazy("stopped following a dataset")),
    Deed(key="opendata.webhook_added", label=gettext_lazy("added a webhook")),
    Deed(key="opendata.webhook_verified", label=gettext_lazy("checked a webhook")),
    Deed(key="opendata.webhook_removed", label=gettext_lazy("removed a webhook")),
    Deed(key="opendata.webhook_stopped", label=gettext_lazy("stopped a webhook that failed")),
    Deed(key="opendata.reuse_proposed", label=gettext_lazy("proposed a reuse of data")),
    Deed(key="opendata.reuse_withdrawn", label=gettext_lazy("withdrew a reuse of data")),
    Deed(key="opendata.reuse_published", label=gettext_lazy("made a reuse public")),
    Deed(key="opendata.reuse_refused", label=gettext_lazy("did not show a reuse")),
    Deed(key="opendata.reuse_reported", label=gettext_lazy("reported a reuse")),
    Deed(key="opendata.reuse_kept", label=gettext_lazy("kept a reported reuse")),
    Deed(key="opendata.question_asked", label=gettext_lazy("asked a question about data")),
    Deed(key="opendata.question_withdrawn", label=gettext_lazy("withdrew a question about data")),
    Deed(
        key="opendata.question_answered",
        label=gettext_lazy("answered a question about data in the name of the City"),
    ),
    Deed(key="opendata.answer_revised", label=gettext_lazy("revised an answer about data")),
    Deed(key="opendata.question_hidden", label=gettext_lazy("hid a question about data")),
    Deed(
        key="opendata.question_restored",
        label=gettext_lazy("made a question about data visible again"),
    ),
    Deed(key="opendata.question_reported", label=gettext_lazy("reported a question about data")),
    Deed(key="opendata.question_kept", label=gettext_lazy("kept a reported question")),
)
