"""Fetching a file from an address somebody typed: not from our own network, not for ever."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

import httpx
from django.conf import settings
from django.utils.translation import gettext as _

from parvis.kernel.errors import Refused
from parvis.kernel.outside import may_be_called, numbers_of

_MOST_REDIRECTS = 5
_CONNECT, _READ = 10.0, 30.0
_LOOK_UP = dt.timedelta(seconds=_CONNECT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetching:
    """How long and how large: seconds in all, bytes in all."""

    seconds: float
    bytes: int
    private: tuple[str, ...]
    """Private networks that may be asked all the same, as "10.1.0.0/16"."""


def fetching() -> Fetching:
    """Return what the settings allow."""
    return Fetching(
        seconds=getattr(settings, "PARVIS_OPENDATA_FETCH_SECONDS", 600.0),
        bytes=getattr(settings, "PARVIS_OPENDATA_FETCH_BYTES", 1_000_000_000),
        private=tuple(getattr(settings, "PARVIS_OPENDATA_PRIVATE_NETWORKS", ())),
    )


def download(
    url: str,
    target: Path,
    *,
    progress: Callable[[str, int, int | None], None],
    accept: str = "*/*",
    allowed: Fetching | None = None,
) -> str:
    """Write what an address answers to a file; return the name the address gives it.

    Each address on the way, redirects included, is looked up once, must be public, and is asked at
    exactly the number that was looked up: a name that changes its mind in between gains nothing.
    `accept` says which media types are wanted; `allowed` is what the settings say, or less.

    :raises Refused: `url_unfit`, `url_private`, `url_unreachable`, `url_too_large`, `url_too_slow`
    """
    allowed = allowed or fetching()
    until = time.monotonic() + allowed.seconds
    # One answer may not be read for longer than the whole is allowed to take.
    timeout = httpx.Timeout(max(1.0, min(_READ, allowed.seconds)), connect=_CONNECT)
    headers = {"Accept": accept, "User-Agent": "Parvis"}
    with httpx.Client(timeout=timeout, trust_env=False, headers=headers) as client:
        for _redirect in range(_MOST_REDIRECTS + 1):
            with _asked(client, url, allowed) as answer:
                if not answer.is_redirect:
                    _write(answer, target, allowed, until, progress)
                    return unquote(Path(urlsplit(url).path).name) or "download"
                url = str(httpx.URL(url).join(answer.headers.get("location", "")))
    raise Refused("url_unreachable", _("This address sends us from one place to the next."))


@contextmanager
def _asked(client: httpx.Client, url: str, allowed: Fetching) -> Iterator[httpx.Response]:
    request = addressed(client, url, allowed)
    try:
        answer = client.send(request, stream=True)
    except httpx.HTTPError as error:
        raise _failed(error) from error
    try:
        if not answer.is_redirect and answer.status_code != httpx.codes.OK:
            sentence = _("This address answers %(status)s instead of a file.")
            raise Refused("url_unreachable", sentence % {"status": answer.status_code})
        yield answer
    finally:
        answer.close()


def addressed(client: httpx.Client, url: str, allowed: Fetching) -> httpx.Request:
    """Return the request for an address, sent to the very number we looked up.

    :raises Refused: `url_unfit`, `url_private`, `url_unreachable`
    """
    try:
        asked = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise _unfit() from error
    if asked.scheme not in {"http", "https"} or not asked.host or asked.userinfo:
        raise _unfit()
    number = _looked_up(asked.host, asked.port or (443 if asked.scheme == "https" else 80), allowed)
    return client.build_request(
        "GET",
        asked.copy_with(host=number),
        headers={"Host": asked.netloc.decode("ascii")},
        extensions={"sni_hostname": asked.host},
    )


def _failed(error: httpx.HTTPError) -> Refused:
    """Return the refusal for an exchange that broke off."""
    if isinstance(error, httpx.ReadTimeout):
        return _too_slow()
    return Refused("url_unreachable", _("Nobody answers at this address: %(why)s") % {"why": error})


def _too_slow() -> Refused:
    return Refused("url_too_slow", _("This address takes too long to answer."))


def _unfit() -> Refused:
    sentence = _("Give an address that begins with https:// or http://, without a password.")
    return Refused("url_unfit", sentence, status=422)


def _looked_up(host: str, port: int, allowed: Fetching) -> str:
    try:
        numbers = numbers_of(host, port, within=_LOOK_UP)
    except TimeoutError as error:
        raise _too_slow() from error
    except (OSError, UnicodeError) as error:
        raise Refused(
            "url_unreachable", _("There is no such address: %(host)s") % {"host": host}
        ) from error
    if not all(may_be_called(number, private_networks=allowed.private) for number in numbers):
        raise Refused("url_private", _("This address is in a private network."), status=422)
    return numbers[0]


def _write(
    answer: httpx.Response,
    target: Path,
    allowed: Fetching,
    until: float,
    progress: Callable[[str, int, int | None], None],
) -> None:
    said = answer.headers.get("content-length", "")
    total = int(said) if said.isdigit() else None
    done = 0
    try:
        with target.open("wb") as file:
            # Piece by piece as they arrive: who sends a byte now and then is given up in time.
            for block in answer.iter_bytes():
                done += len(block)
                if done > allowed.bytes:
                    raise Refused("url_too_large", _("This file is too large."), status=413)
                if time.monotonic() > until:
                    raise _too_slow()
                file.write(block)
                progress("fetching", done, total)
    except httpx.HTTPError as error:
        raise _failed(error) from error
