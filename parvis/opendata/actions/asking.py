"""Asking a source again and again: only for what is new, briefly, and never our own network."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

import httpx
from django.utils.translation import gettext as _

from parvis.kernel.errors import Refused
from parvis.opendata.actions.downloading import Fetching, addressed

_MOST_REDIRECTS = 5
_CONNECT = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What an address answered; `content` is None where it says what it said before."""

    content: bytes | None
    tag: str = ""
    modified: str = ""


def ask(url: str, *, allowed: Fetching, known: Mapping[str, str]) -> Answer:
    """Return what an address answers to who knows its `tag` and `modified` of last time.

    The same guard as for files (`downloading`): looked up once, public unless `allowed` names its
    network, so many bytes and so many seconds in all, redirects included.

    :raises Refused: `url_unfit`, `url_private`, `url_unreachable`, `url_too_large`, `url_too_slow`
    """
    until = time.monotonic() + allowed.seconds
    timeout = httpx.Timeout(max(1.0, allowed.seconds), connect=min(_CONNECT, allowed.seconds))
    headers = {"User-Agent": "Parvis", **_conditions(known)}
    try:
        with httpx.Client(timeout=timeout, trust_env=False, headers=headers) as client:
            return _answer(client, url, allowed, until)
    except httpx.TimeoutException as error:
        raise _too_slow() from error
    except httpx.HTTPError as error:
        sentence = _("Nobody answers at this address: %(why)s") % {"why": error}
        raise Refused("url_unreachable", sentence) from error


def _conditions(known: Mapping[str, str]) -> dict[str, str]:
    """Return the headers that ask for what is new only (RFC 9110, section 13.1)."""
    named = {"If-None-Match": known.get("tag"), "If-Modified-Since": known.get("modified")}
    return {name: value for name, value in named.items() if value}


def _answer(client: httpx.Client, url: str, allowed: Fetching, until: float) -> Answer:
    for _redirect in range(_MOST_REDIRECTS + 1):
        answer = client.send(addressed(client, url, allowed), stream=True)
        try:
            if not answer.has_redirect_location:
                return _read(answer, allowed, until)
            url = str(httpx.URL(url).join(answer.headers["location"]))
        finally:
            answer.close()
    raise Refused("url_unreachable", _("This address sends us from one place to the next."))


def _read(answer: httpx.Response, allowed: Fetching, until: float) -> Answer:
    if answer.status_code == HTTPStatus.NOT_MODIFIED:
        return Answer(content=None)
    if answer.status_code != HTTPStatus.OK:
        sentence = _("This address answers %(status)s instead of a file.")
        raise Refused("url_unreachable", sentence % {"status": answer.status_code})
    content = bytearray()
    for block in answer.iter_bytes():
        content += block
        if len(content) > allowed.bytes:
            raise Refused("url_too_large", _("This file is too large."), status=413)
        if time.monotonic() > until:
            raise _too_slow()
    return Answer(
        content=bytes(content),
        tag=answer.headers.get("etag", "")[:500],
        modified=answer.headers.get("last-modified", "")[:100],
    )


def _too_slow() -> Refused:
    return Refused("url_too_slow", _("This address takes too long to answer."))
