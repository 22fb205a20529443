"""The list of contributions that a reader's filters ask for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from parvis.deliberation.public import Kind, Sort, Wanted
from parvis.ideas.queries.places import Place

Whose = Literal["", "mine", "followed"]
_SORTS: dict[str, Sort] = {"supported": "supported", "discussed": "discussed"}
_ANSWERED = {"yes": True, "no": False}


def wanted(
    asked: Mapping[str, Any], *, places: Mapping[str, Place], whose: str = "", cursor: str = ""
) -> Wanted:
    """Return what cleaned filters ask for. A pillar stands for everything said under it.

    Words are answered by relevance unless another order is asked for.
    """
    place = places.get(asked.get("part", ""))
    words = asked.get("q", "").strip()
    sort: Sort = "relevant" if words and asked.get("sort") in {"", "relevant", None} else "recent"
    kind = asked.get("kind", "")
    return Wanted(
        words=words,
        kinds=frozenset({Kind(kind)}) if kind else frozenset(),
        section_ref=place.ref if place and not place.is_branch else "",
        branch_ref=place.ref if place and place.is_branch else "",
        answered=_ANSWERED.get(asked.get("answer", "")),
        district=asked.get("district"),
        mine=whose == "mine",
        followed=whose == "followed",
        sort=_SORTS.get(asked.get("sort", ""), sort),
        cursor=cursor,
    )
