"""What voters are told, never with a choice in it; and what is written down of those who hold a
vote."""

from __future__ import annotations

import uuid
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy

from parvis.kernel.declarations import Deed, Notice, Told, Topic, deeds, notices, topics
from parvis.kernel.facts import Delivered
from parvis.ui import wording
from parvis.voting import events
from parvis.voting.models import Poll
from parvis.voting.queries import places

MINE = "voting.mine"


def _whom(fact: Any) -> set[uuid.UUID]:
    return {fact.person_id}


def registered(delivered: Delivered, _person_id: uuid.UUID) -> Told | None:
    """Say that somebody stands in the register."""
    poll = _poll(delivered)
    if poll is None:
        return None
    return Told(
        title=_("Your vote is in the register: %(title)s") % {"title": poll.title},
        body=_(
            "The register says that you voted, not what. If you voted online, you can see with the"
            " receipt you kept that your ballot is in the log; nobody else can."
        ),
        url=reverse("voting:receipt"),
        icon="urn",
        tone="ok",
    )


def not_confirmed(delivered: Delivered, _person_id: uuid.UUID) -> Told | None:
    """Remind somebody that a ballot was begun and not cast."""
    poll = _poll(delivered)
    if poll is None:
        return None
    day = wording.day(poll.closes_at, now=delivered.announced_at)
    return Told(
        title=_("You began to vote and did not confirm: %(title)s") % {"title": poll.title},
        body=_(
            "Your vote does not count yet. Nothing of what you began was kept: to vote, begin again"
            " before the vote closes, on %(day)s at %(hour)s. If you voted at a ballot box in the"
            " meantime, you have nothing more to do."
        )
        % {"day": day, "hour": wording.clock_time(poll.closes_at)},
        url=places.ballot_page(poll.ref) or reverse("voting:poll", args=[poll.ref]),
        icon="urn",
        tone="warn",
    )


def _poll(delivered: Delivered) -> Poll | None:
    return Poll.objects.filter(ref=delivered.fact.poll).first()


topics.declare(Topic(key=MINE, label=gettext_lazy("Votes I take part in")))
notices.declare(
    Notice(
        key="voting.registered",
        fact_type=events.VoteRegistered,
        topic=MINE,
        mail=True,
        who=_whom,
        tell=registered,
    ),
    Notice(
        key="voting.not_confirmed",
        fact_type=events.VoteNotConfirmed,
        topic=MINE,
        mail=True,
        who=_whom,
        tell=not_confirmed,
    ),
)
deeds.declare(
    Deed(key="voting.poll_prepared", label=gettext_lazy("vote prepared")),
    Deed(key="voting.key_given", label=gettext_lazy("opening key of a vote given")),
    Deed(key="voting.key_kept", label=gettext_lazy("opening key of a vote shown to be kept")),
    Deed(key="voting.poll_opened", label=gettext_lazy("vote fixed and published")),
    Deed(key="voting.change_refused", label=gettext_lazy("change of a fixed vote refused")),
    Deed(key="voting.batch_released", label=gettext_lazy("ballots of a vote released")),
    Deed(key="voting.box_opened", label=gettext_lazy("ballot box of a vote opened")),
    Deed(key="voting.results_published", label=gettext_lazy("results of a vote published")),
    Deed(key="voting.box_added", label=gettext_lazy("ballot box added")),
    Deed(key="voting.ticked_at_desk", label=gettext_lazy("voters of a day ticked at a ballot box")),
    Deed(key="voting.minutes_written", label=gettext_lazy("minutes of a ballot box written")),
    Deed(key="voting.difference_explained", label=gettext_lazy("difference of a box explained")),
)
