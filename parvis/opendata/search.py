"""What the global search finds in the open data: datasets by what they are called and say."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy

from parvis.kernel.declarations import Hit, SearchSource, searches
from parvis.opendata.queries.pages import browsing


def find(words: str, limit: int) -> Sequence[Hit]:
    """Return the datasets that speak of these words."""
    if not words.strip():
        return []
    return [
        Hit(
            title=found.title,
            excerpt=found.excerpt,
            url=reverse("opendata:understand", args=[found.dataset_id]),
            kind=_("Dataset") if found.rows is not None else _("Dataset kept elsewhere"),
        )
        for found in browsing.matching(words, limit)
    ]


searches.declare(SearchSource(key="opendata", label=gettext_lazy("Open data"), order=40, find=find))
