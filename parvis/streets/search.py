"""What the global search finds in the street: a report by its number, and what may be reported."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy

from parvis.kernel.declarations import Hit, SearchSource, searches
from parvis.kernel.ids import read_short_code
from parvis.streets.models import Case
from parvis.streets.queries import catalogue, public_cases
from parvis.streets.queries.catalogue import KindView

_KINDS = 3


def find(words: str, limit: int) -> Sequence[Hit]:
    """Return the report of this number, or the kinds of report these words may mean."""
    code = read_short_code(words)
    if code:
        return [_case(case) for case in public_cases.shown().filter(code=code)]
    return [_kind(one) for one in catalogue.find(words, limit=min(limit, _KINDS), as_written=True)]


def _case(case: Case) -> Hit:
    row = public_cases.row(case)
    return Hit(
        title=f"{row.label} ({row.case.code})",
        excerpt=f"{row.where}. {row.state}",
        url=reverse("streets:case", args=[row.case.code]),
        kind=_("Report"),
    )


def _kind(one: KindView) -> Hit:
    asked = urlencode({"kind": one.code})
    return Hit(
        title=one.label,
        excerpt=one.elsewhere or _("Report it in the street"),
        url=f"{reverse('streets:report')}?{asked}",
        kind=_("Something to report"),
    )


searches.declare(
    SearchSource(key="streets", label=gettext_lazy("In the street"), order=30, find=find)
)
