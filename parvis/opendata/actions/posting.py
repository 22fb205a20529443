"""Handing a message to an address somebody gave: by https, not into our own network, no further."""

from __future__ import annotations

import time
from dataclasses import dataclass
from http import HTTPStatus
from ipaddress import ip_address, ip_network

import httpx
from django.utils.translation import gettext as _

from parvis.kernel.errors import Refused
from parvis.opendata.actions import downloading
from parvis.opendata.actions.downloading import Fetching

_SECONDS = 15.0
_READ_AT_MOST = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a receiver answered: its status, the beginning of its words, and how many seconds it
    wants us to wait, 0 if it does not say."""

    status: int
    text: str
    retry_after: int = 0


def post(url: str, body: bytes, headers: dict[str, str]) -> Answer:
    """Send a message; redirects are not followed.

    :raises Refused: `url_unfit`, `url_not_https`, `url_private`, `url_unreachable`, `url_too_slow`
    """
    allowed, until = downloading.fetching(), time.monotonic() + _SECONDS
    with httpx.Client(timeout=_SECONDS, trust_env=False) as client:
        aimed = downloading.addressed(client, url, allowed)
        _check_secrecy(aimed.url, allowed)
        request = client.build_request(
            "POST",
            aimed.url,
            content=body,
            headers={**headers, "Host": aimed.headers["Host"], "User-Agent": "Parvis"},
            extensions=aimed.extensions,
        )
        try:
            answer = client.send(request, stream=True)
            try:
                return _read(answer, until)
            finally:
                answer.close()
        except httpx.TimeoutException as error:
            raise _too_slow() from error
        except httpx.HTTPError as error:
            sentence = _("Nobody answers at this address: %(why)s") % {"why": error}
            raise Refused("url_unreachable", sentence) from error


def _check_secrecy(aimed: httpx.URL, allowed: Fetching) -> None:
    """Refuse what anybody on the way could read; a network the city lists is its own."""
    if aimed.scheme == "https":
        return
    number = ip_address(aimed.host)
    if not any(number in ip_network(network) for network in allowed.private):
        sentence = _("Give an address that begins with https://.")
        raise Refused("url_not_https", sentence, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _read(answer: httpx.Response, until: float) -> Answer:
    taken = b""
    for block in answer.iter_bytes():
        taken += block
        if len(taken) >= _READ_AT_MOST:
            break
        if time.monotonic() > until:
            raise _too_slow()
    asked = answer.headers.get("retry-after", "")
    return Answer(
        status=answer.status_code,
        text=taken[:_READ_AT_MOST].decode("utf-8", "replace"),
        retry_after=int(asked) if asked.isascii() and asked.isdigit() else 0,
    )


def _too_slow() -> Refused:
    return Refused("url_too_slow", _("This address takes too long to answer."))
