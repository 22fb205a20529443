"""What the global search finds of the participatory budget: public projects, by their words."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _, gettext_lazy

from parvis.budget.queries import projects
from parvis.kernel.declarations import Hit, SearchSource, searches


def find(words: str, limit: int) -> Sequence[Hit]:
    """Return the public projects whose title has these words."""
    return [
        Hit(title=one.title, excerpt=one.excerpt or one.where, url=one.url, kind=_("Project"))
        for one in projects.called(words, limit=limit)
    ]


searches.declare(
    SearchSource(key="budget", label=gettext_lazy("Participatory budget"), order=22, find=find)
)
