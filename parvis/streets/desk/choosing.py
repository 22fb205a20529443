"""Which cases were chosen on the board: by a tick each, or all that a filter finds."""

from __future__ import annotations

import datetime as dt
import uuid

from django.http import QueryDict

from parvis.account.public import Reach
from parvis.streets.actions.bulk import MOST
from parvis.streets.forms.agents import ids_in
from parvis.streets.queries import board


def chosen(given: QueryDict, reach: Reach, *, now: dt.datetime) -> list[uuid.UUID]:
    """Return the ids of the chosen cases: those that a page before this one kept (`cases`), those
    that were ticked (`case`), or with `scope=all` all within reach that the filter finds; one more
    than may be chosen at most, so that too many is noticed."""
    if "cases" in given:
        return ids_in(str(given["cases"]).split())
    if given.get("scope") != "all":
        return ids_in(given.getlist("case"))
    asked = {name: given.get(f"f-{name}", "") for name in board.NAMES}
    rows = board.cases(board.wanted_from(asked), reach, now=now)
    return list(rows.values_list("pk", flat=True)[: MOST + 1])
