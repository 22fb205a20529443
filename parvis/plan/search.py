"""What the global search finds in the plan."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _, gettext_lazy

from parvis.kernel.declarations import Hit, SearchSource, searches
from parvis.kernel.errors import NotFound
from parvis.plan import queries
from parvis.plan.models import Kind


def find(words: str, limit: int) -> Sequence[Hit]:
    """Return the sections of the plan in force that speak of these words."""
    try:
        found = queries.search(words, limit=limit)
    except NotFound:
        return []
    return [
        Hit(
            title=_("%(number)s. %(title)s") % {"number": section.number, "title": section.title},
            excerpt=section.text,
            url=section.url,
            kind=str(Kind(section.kind).label),
        )
        for section in found
    ]


searches.declare(SearchSource(key="plan", label=gettext_lazy("The plan"), order=10, find=find))
