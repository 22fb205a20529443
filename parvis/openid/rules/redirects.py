"""Where a service may be answered: addresses compared letter by letter, and nothing that could lead
elsewhere (RFC 9700, section 2.1; OWASP ASVS 10.4.1)."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
# RFC 3986, section 2: nothing else may stand in an address, and a star would be a wildcard.
_LETTERS = re.compile(r"[A-Za-z0-9\-._~:/?\[\]@!$&'()+,;=%]+")
_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")
_SECTOR = re.compile(r"[a-z0-9]([a-z0-9.:-]*[a-z0-9])?")


def refusal(uri: str) -> str:
    """Return why an address may not be registered, "" if it may.

    "fragment", "wildcard", "letters", "not_absolute", "not_https", "credentials", "host", "dots"
    """
    if "#" in uri:
        return "fragment"
    if "*" in uri:
        return "wildcard"
    if not _LETTERS.fullmatch(uri) or _BROKEN_ESCAPE.search(uri):
        return "letters"
    try:
        parts = urlsplit(uri)
        _ = parts.port
    except ValueError:
        return "host"
    return _of_parts(parts)


def _of_parts(parts: SplitResult) -> str:
    host = parts.hostname or ""
    is_here = parts.scheme == "http" and host in LOOPBACK
    wrong = {
        "not_absolute": not parts.scheme or not parts.netloc,
        "credentials": "@" in parts.netloc,
        "not_https": parts.scheme != "https" and not is_here,
        "host": host != "::1" and not _HOST.fullmatch(host),
        "dots": bool({".", ".."} & set(parts.path.split("/"))),
    }
    return next((why for why, is_wrong in wrong.items() if is_wrong), "")


def origin(uri: str) -> str:
    """Return the scheme, the host and the port of an address that may be registered."""
    parts = urlsplit(uri)
    return f"{parts.scheme}://{parts.netloc}"


def sector_of(uris: list[str]) -> str:
    """Return the sector of a service that names none: the one host of its addresses, "" if they
    have several (OpenID Connect Core 1.0, section 8.1) or none."""
    hosts = {urlsplit(uri).hostname or "" for uri in uris}
    return hosts.pop() if len(hosts) == 1 else ""


def is_sector(text: str) -> bool:
    """Tell whether a text may name a sector: a host, or a name of the city's own."""
    return _SECTOR.fullmatch(text) is not None
