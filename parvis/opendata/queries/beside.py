"""The foot of a dataset's pages: follow it, what was made of it, what is asked about it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import QueryDict

from parvis.opendata.queries import following, reuses
from parvis.opendata.queries.following import Standing
from parvis.opendata.queries.pages import filters
from parvis.opendata.queries.reuses import Said

SHOWN = 3
DONE, BEFORE = "fait", "avant"


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """The foot of a page. `page` is its address, `query` the filters that hold on it; `done` is
    what was just done, and `before` the filters that were followed until then."""

    standing: Standing | None
    said: Said
    page: str
    query: str
    done: str
    before: str

    @property
    def offers_filter(self) -> bool:
        """Tell whether the rows of this page can be followed rather than what is followed now."""
        return bool(self.query) and (self.standing is None or self.standing.query != self.query)


def beside(dataset_id: str, *, person_id: uuid.UUID | None, path: str, given: QueryDict) -> Beside:
    """Return the foot of a page, in two or three queries."""
    kept = given.copy()
    for name in (DONE, BEFORE):
        kept.pop(name, None)
    return Beside(
        standing=following.standing(dataset_id, person_id) if person_id else None,
        said=reuses.said_about(dataset_id, viewer=person_id, shown=SHOWN),
        page=f"{path}?{kept.urlencode()}" if kept else path,
        query=urlencode(sorted(filters.read(given).pairs)),
        done=given.get(DONE, ""),
        before=given.get(BEFORE, "")[:2000],
    )
