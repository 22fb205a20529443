"""What the global search finds of missions: those that are open or over, by their words."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy

from parvis.kernel.declarations import Hit, SearchSource, searches
from parvis.missions.queries import missions


def find(words: str, limit: int) -> Sequence[Hit]:
    """Return the missions whose title has these words."""
    return [
        Hit(
            title=one.title,
            excerpt=one.text[:200],
            url=reverse("missions:mission", args=[one.slug]),
            kind=_("Mission"),
        )
        for one in missions.called(words, limit=limit)
    ]


searches.declare(SearchSource(key="missions", label=gettext_lazy("Missions"), order=32, find=find))
