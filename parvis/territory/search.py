"""Streets and districts in the search of the whole city."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy as _

from parvis.kernel.declarations import Hit, SearchSource, searches
from parvis.territory.queries import addresses
from parvis.territory.rules.places import Suggestion
from parvis.territory.rules.words import read

CERTAIN = 0.74
"""Among everything the city says, only a street that is nearly named is an answer."""
SHORTEST = 3
"""A letter or two name hundreds of streets."""


def find(words: str, limit: int) -> Sequence[Hit]:
    """Return the streets, addresses and districts that `words` nearly name."""
    if 0 < len(read(words).words) < SHORTEST:
        return []
    found = addresses.suggest(words, limit=limit)
    return [_hit(one) for one in found if one.score >= CERTAIN]


def _hit(one: Suggestion) -> Hit:
    kinds = {"address": _("Address"), "street": _("Street"), "district": _("District")}
    if one.kind == "district":
        url = reverse("territory:arrondissement", args=[one.arrondissement])
    else:
        url = f"{reverse('territory:find')}?{urlencode({'q': one.label})}"
    rank = addresses.ordinal(one.arrondissement)
    excerpt = gettext("%(rank)s arrondissement") % {"rank": rank}
    return Hit(title=one.label, excerpt=excerpt, url=url, kind=str(kinds[one.kind]))


searches.declare(
    SearchSource(key="territory", label=_("Streets and addresses"), order=50, find=find)
)
