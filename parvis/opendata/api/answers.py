"""Answers of the API: pages of rows with their links and their tag, and files one downloads."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from django.http import HttpResponseNotModified, QueryDict
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response

from parvis.kernel.http import CityRequest
from parvis.opendata.forms import MAX_WINDOW, Asked
from parvis.opendata.queries.dcat.site import API
from parvis.opendata.queries.engine import Result, VersionFile
from parvis.opendata.rules.odsql import tree

_FORMAT = "1"
"""Changes when the same rows are to be shown differently."""
Link = dict[str, str]


def tag_of(*parts: object) -> str:
    """Return the tag of an answer that depends on these things and its address."""
    content = "|".join(map(str, (_FORMAT, *parts)))
    return f'"{hashlib.sha256(content.encode()).hexdigest()[:32]}"'


def version_tag(version: VersionFile, asked: Asked | None = None) -> str:
    """Return the tag of an answer from a version; none if the answer depends on the hour."""
    if asked and says_now(asked.query):
        return ""
    return tag_of(version.dataset_id, version.sha256, *version.content)


def says_now(query: tree.Query) -> bool:
    """Tell whether the answer depends on the hour."""
    clauses = (*query.select, *query.group_by, *query.order_by)
    nodes = (*clauses, query.where) if query.where else clauses
    return any(isinstance(node, tree.Now) for node, _depth in tree.descendants(*nodes))


def warn(response: HttpResponseBase, query: tree.Query) -> HttpResponseBase:
    """Say in a header what a query asks and probably does not mean; the answer is the same."""
    nodes = tree.descendants(*query.select, *query.order_by)
    if any(_is_share(node) for node, _depth in nodes):
        response["X-Parvis-Warning"] = SHARE
    return response


SHARE = "percentile() counts from 0 to 100: 0.95 is less than one percent, the 95th is 95."


def _is_share(node: tree.Node) -> bool:
    is_percentile = isinstance(node, tree.Aggregate) and node.function == "percentile"
    return is_percentile and 0 < (getattr(node, "argument", None) or 0) < 1


def unless_known(
    request: CityRequest, tag: str, make: Callable[[], HttpResponseBase]
) -> HttpResponseBase:
    """Return 304 to who already has what this tag names; else make the answer, and tag it."""
    if tag and request.headers.get("If-None-Match"):
        known = get_conditional_response(request, etag=tag)
        if isinstance(known, HttpResponseNotModified):
            known["ETag"] = tag
            return known
    response = make()
    if tag:
        response["ETag"] = tag
    return response


def link(request: CityRequest, rel: str, path: str, given: QueryDict | None = None) -> Link:
    """Return a link to a path under the API, in full."""
    query = f"?{given.urlencode()}" if given else ""
    return {"href": request.build_absolute_uri(f"{API}/{path}{query}"), "rel": rel}


def page_links(request: CityRequest, asked: Asked, total: int, following: str) -> list[Link]:
    """Return the links of a page: itself, the first, the last, and what follows.

    What follows is told by a cursor where there is one, so that one may go on past the window of
    offset and limit.
    """
    path = request.path.removeprefix(f"{API}/").rstrip("/")
    limit, offset = asked.query.limit or 0, asked.query.offset
    links = [
        link(request, "self", path, _without_secret(request)),
        link(request, "first", path, _at(request, 0)),
    ]
    if limit and asked.cursor is None:
        last = max(0, (total - 1) // limit * limit)
        if last + limit <= MAX_WINDOW:
            links.append(link(request, "last", path, _at(request, last)))
    if following:
        links.append(link(request, "next", path, _after(request, following)))
    elif limit and asked.cursor is None and offset + limit < total:
        links.append(link(request, "next", path, _at(request, offset + limit)))
    return links


def _at(request: CityRequest, offset: int) -> QueryDict:
    given = _without_secret(request)
    given.pop("next", None)
    given["offset"] = str(offset)
    return given


def _after(request: CityRequest, cursor: str) -> QueryDict:
    given = _without_secret(request)
    given.pop("offset", None)
    given["next"] = cursor
    return given


def _without_secret(request: CityRequest) -> QueryDict:
    given = request.GET.copy()
    given.pop("apikey", None)
    return given


def page_body(asked: Asked, total: int, result: Result, links: list[Link]) -> dict[str, Any]:
    """Return a page as the API shows it; who walks by `next` is given the next one."""
    body: dict[str, Any] = {"total_count": total}
    if asked.has_links:
        body["_links"] = links
    body["results"] = result.rows
    if asked.cursor is not None:
        body["next"] = result.next or None
    return body


def say_next(response: HttpResponseBase, links: list[Link]) -> HttpResponseBase:
    """Tell where to go on in the header that every HTTP client knows (RFC 8288)."""
    following = [one["href"] for one in links if one["rel"] == "next"]
    if following:
        response["Link"] = f'<{following[0]}>; rel="next"'
    return response
