"""The catalogue's pages, for search engines (sitemaps.org): each with when it changed and where it
is in our other language."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from xml.etree.ElementTree import Element, SubElement, tostring

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from parvis.kernel.errors import NotFound
from parvis.kernel.http import CityRequest
from parvis.opendata.api import answers
from parvis.opendata.queries import catalogue, changes
from parvis.opendata.queries.dcat import site

MOST = 25_000
"""Pages of one file: the standard allows 50,000, and 50 MB."""
_PAGE = re.compile("[0-9]{1,6}")
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
_XHTML = "http://www.w3.org/1999/xhtml"
_BEGINNING = b'<?xml version="1.0" encoding="UTF-8"?>\n'

Page = tuple[str, tuple[str, ...], dt.datetime | None]
"""The name of an address, its arguments, and when what it shows changed."""


@login_not_required
@require_safe
def sitemap(request: CityRequest) -> HttpResponseBase:
    """Send the addresses of the catalogue's pages in the language asked for; where they are too
    many for one file, the files they are in."""
    given = request.GET.get("p", "")
    asked = int(given) if _PAGE.fullmatch(given) else None
    tag = answers.tag_of(catalogue.stamp(), translation.get_language(), asked)
    return answers.unless_known(request, tag, lambda: _sent(_content(list(_pages()), asked)))


def _pages() -> Iterator[Page]:
    found = changes.changes()
    newest = max((one.at for one in found), default=None)
    yield ("opendata:index", (), newest)
    yield ("opendata:keys", (), newest)
    for one in found:
        yield ("opendata:understand", (one.dataset_id,), one.at)


def _content(pages: list[Page], asked: int | None) -> Element:
    if asked is None and len(pages) > MOST:
        return _index((len(pages) + MOST - 1) // MOST)
    start = (1 if asked is None else asked) * MOST - MOST
    if start < 0 or start >= len(pages):
        raise NotFound("no_page", _("There is no such page."))
    return _urls(pages[start : start + MOST])


def _index(files: int) -> Element:
    root = Element("sitemapindex", {"xmlns": _NAMESPACE})
    here = f"{site.home()}{reverse('opendata:sitemap')}"
    for number in range(1, files + 1):
        SubElement(SubElement(root, "sitemap"), "loc").text = f"{here}?p={number}"
    return root


def _urls(pages: Iterable[Page]) -> Element:
    root = Element("urlset", {"xmlns": _NAMESPACE, "xmlns:xhtml": _XHTML})
    for name, arguments, at in pages:
        url = SubElement(root, "url")
        SubElement(url, "loc").text = _address(name, arguments)
        if at is not None:
            SubElement(url, "lastmod").text = at.astimezone(dt.UTC).isoformat(timespec="seconds")
        for language, _label in settings.LANGUAGES:
            with translation.override(language):
                address = _address(name, arguments)
            said = {"rel": "alternate", "hreflang": language, "href": address}
            SubElement(url, "xhtml:link", said)
    return root


def _address(name: str, arguments: tuple[str, ...]) -> str:
    return f"{site.home()}{reverse(name, args=arguments)}"


def _sent(root: Element) -> HttpResponse:
    content = _BEGINNING + tostring(root, encoding="utf-8")
    return HttpResponse(content, content_type="application/xml; charset=utf-8")
