"""Who stands in the register of a vote, and how many."""

from __future__ import annotations

import uuid

from django.db.models import Count

from parvis.voting.models import Tick, keyring
from parvis.voting.models.roles import in_roll
from parvis.voting.rules import published, tags


def has_ticked(
    *, ref: str, person_id: uuid.UUID | None = None, identity: str = ""
) -> frozenset[str]:
    """Return the keys of the contests in which somebody voted, by their account or by their civil
    identity, whichever is given; by both if both are."""
    ticks = Tick.objects.filter(poll=ref)
    found: set[str] = set()
    with in_roll():
        if person_id is not None:
            found |= set(ticks.filter(person_id=person_id).values_list("contest", flat=True))
        if identity:
            mark = tags.person_tag(keyring.secret(ref), identity)
            found |= set(ticks.filter(person_tag=mark).values_list("contest", flat=True))
    return frozenset(found)


def turnout(*, ref: str) -> published.Turnout:
    """Return how many voted in each contest, by day and by channel; a day of few is not told."""
    with in_roll():
        counted = (
            Tick.objects.filter(poll=ref)
            .values_list("contest", "day", "channel")
            .annotate(number=Count("id"))
            .order_by()
        )
        ticks = {(contest, day, channel): n for contest, day, channel, n in counted}
    return published.turnout(ticks)


def ticks_of_box(*, ref: str, box: str, contest: str) -> int:
    """Return how many people put a ballot for one contest into one box."""
    with in_roll():
        return Tick.objects.filter(poll=ref, box=box, contest=contest).count()
