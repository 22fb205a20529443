"""Every page says what it weighs, and travels compressed."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.text import compress_string

from parvis.ui.bundles import BUNDLES, bundle, gzipped_size

TOKEN = b"@@page-weight@@"
_WORTH_IT = 1_200
"""Bytes below which compression costs more than it saves."""
_PADDING = 100
"""Up to so many random bytes hide the length of a compressed page (BREACH)."""
_COMPRESSIBLE = re.compile(r"text/|application/(?:\S*json|\S*xml|javascript)|image/svg")
_GZIP = re.compile(r"\bgzip\b(?!\s*;\s*q=0(?:\.0*)?(?:,|$|\s))")
_LOADED = re.compile(
    rb"<(?:link\b[^>]*?\brel=\"stylesheet\"[^>]*?\bhref|script\b[^>]*?\bsrc)=\"([^\"]+)\""
)
_HASH = re.compile(r"\.[0-9a-f]{12}(?=\.\w+$)")


@cache
def asset_size(address: str) -> int:
    """Return what the style sheet or script at `address` weighs once compressed, in bytes.

    An address that is not ours, or leads nowhere, weighs nothing.
    """
    if not address.startswith(settings.STATIC_URL):
        return 0
    name = _HASH.sub("", address.removeprefix(settings.STATIC_URL))
    if name in BUNDLES:
        return gzipped_size(bundle(name))
    found = finders.find(name)
    return gzipped_size(Path(found).read_bytes()) if found else 0


def page_weight(html: bytes) -> int:
    """Return what a first visit to the page transfers: itself, its style sheets, its scripts."""
    loaded = set(_LOADED.findall(html))
    return gzipped_size(html) + sum(asset_size(address.decode()) for address in loaded)


def _kilobytes(size: int) -> bytes:
    return str(max(1, round(size / 1000))).encode()


def weighed(html: str) -> str:
    """Return a page with its weight written where its footer left room for it."""
    return _weighed(html.encode()).decode()


def _weighed(html: bytes) -> bytes:
    return html.replace(TOKEN, _kilobytes(page_weight(html))) if TOKEN in html else html


def _weigh(response: HttpResponse) -> None:
    if TOKEN in response.content:
        response.content = _weighed(response.content)


def _compress(request: HttpRequest, response: HttpResponse) -> None:
    patch_vary_headers(response, ("Accept-Encoding",))
    if not _GZIP.search(request.headers.get("Accept-Encoding", "")):
        return
    compressed = compress_string(response.content, max_random_bytes=_PADDING)
    if len(compressed) >= len(response.content):
        return
    response.content = compressed
    response["Content-Encoding"] = "gzip"
    etag = response.get("ETag", "")
    if etag.startswith('"'):
        # The bytes differ from those the strong tag was made of (RFC 9110, 8.8.1).
        response["ETag"] = f"W/{etag}"


class WeighAndCompress:
    """Writes the page's weight where the footer left room for it, then compresses the answer.

    Streams and answers that are already encoded pass untouched.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request."""
        response = self._get_response(request)
        if not isinstance(response, HttpResponse) or response.has_header("Content-Encoding"):
            return response
        kind = response.get("Content-Type", "")
        if kind.startswith("text/html"):
            _weigh(response)
        if _COMPRESSIBLE.match(kind) and len(response.content) >= _WORTH_IT:
            _compress(request, response)
        if response.has_header("Content-Length"):
            response["Content-Length"] = str(len(response.content))
        return response
