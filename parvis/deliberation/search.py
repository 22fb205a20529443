"""Contributions in the global search."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from parvis.deliberation.queries import lists, pages
from parvis.kernel.declarations import Hit, SearchSource, searches


def find(words: str, limit: int) -> Sequence[Hit]:
    """Return the public contributions that best match, each with the words around the match."""
    return [
        Hit(
            title=row.heading,
            excerpt="".join(piece.text for piece in row.excerpt),
            url=pages.contribution_url(row.id),
            kind=str(row.kind.label),
        )
        for row in lists.found_anywhere(words, limit=limit)
    ]


searches.declare(SearchSource(key="contributions", label=_("Contributions"), order=30, find=find))
