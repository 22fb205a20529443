"""What the frame of every page knows: the city, the ways in, the other language, the theme."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import get_urlconf, reverse, translate_url
from django.utils import translation

from parvis.kernel import clock
from parvis.kernel.acting import is_helped
from parvis.kernel.declarations import NavEntry, StandIn, nav_entries, news, stand_ins
from parvis.ui.contact import Contact, contact

THEMES = ("light", "dark")
_DESK = "desk"
_OWN_PAGES = ("portal", "account", "mandates")


@dataclass(frozen=True)
class OtherLanguage:
    """The same page in the other language."""

    code: str
    name: str
    url: str


class Chrome:
    """The frame of one page; each part is worked out only if the template asks for it."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @property
    def city(self) -> str:
        """The name of the city, under the mark."""
        return str(settings.PARVIS_CITY_NAME)

    @property
    def source_url(self) -> str:
        """Where the source of this very program is published (AGPL, section 13)."""
        return str(settings.PARVIS_SOURCE_URL)

    @property
    def demo(self) -> bool:
        """Whether this city is a demonstration."""
        return bool(settings.PARVIS_DEMO)

    @cached_property
    def contact(self) -> Contact:
        """How to reach the city."""
        return contact()

    @cached_property
    def home(self) -> str:
        """The address of the first page."""
        return _home(get_urlconf() or settings.ROOT_URLCONF, translation.get_language() or "fr")

    @property
    def nav(self) -> Sequence[NavEntry]:
        """The ways in, in their order."""
        return tuple(nav_entries)

    @property
    def for_visitors(self) -> tuple[Hashable, ...]:
        """All that the frame of a page draws for a visitor, besides the page's own address."""
        shown = (self.city, self.source_url, self.demo, self.contact, self.home, self.theme)
        return (*shown, len(self.nav))

    @property
    def current(self) -> str:
        """The key of the way in that leads to this page: its URL namespace, or an empty string.

        The agents' pages, whichever module holds them, are reached from the desk.
        """
        match = self._request.resolver_match
        if match is None:
            return ""
        if _DESK in match.func.__module__.split("."):
            return _DESK
        return match.namespaces[0] if match.namespaces else ""

    @property
    def has_desk(self) -> bool:
        """Whether the desk opens to who is signed in: they work here, and no professional, to whom
        it stays closed, signed in for them."""
        person = getattr(self._request, "person", None)
        return bool(person and person.is_staff_member and not is_helped(self._request))

    @cached_property
    def news(self) -> int:
        """How many things the person has not seen; asked on the pages about themselves only."""
        person = getattr(self._request, "person", None)
        if person is None or self.current not in _OWN_PAGES:
            return 0
        return sum(source.count(person.id) for source in news)

    @cached_property
    def stand_ins(self) -> Sequence[StandIn]:
        """The ways to act for another that are open to the person, on the pages about themselves;
        none while they act for another."""
        person = getattr(self._request, "person", None)
        is_acting = getattr(self._request, "acting", None) is not None
        if person is None or is_acting or self.current not in _OWN_PAGES:
            return ()
        now = clock.now()
        return [way for way in stand_ins if way.offers(person.id, now)]

    @property
    def theme(self) -> str:
        """The theme the reader chose, or an empty string: the machine decides."""
        chosen = self._request.COOKIES.get("theme", "")
        return chosen if chosen in THEMES else ""

    @cached_property
    def other(self) -> OtherLanguage:
        """This page in the other language; its first page where this one has no twin."""
        code = "en" if (translation.get_language() or "fr").startswith("fr") else "fr"
        name = dict(settings.LANGUAGES)[code]
        path, mark, query = self._request.get_full_path().partition("?")
        here = translation.get_language() or "fr"
        there = _twin(path, get_urlconf() or settings.ROOT_URLCONF, here, code)
        if there:
            return OtherLanguage(code=code, name=str(name), url=there + mark + query)
        with translation.override(code):
            return OtherLanguage(code=code, name=str(name), url=reverse("portal:home"))


@lru_cache(maxsize=16)
def _home(_addresses: str, _language: str) -> str:
    return reverse("portal:home")


# Finding an address and writing it again takes as long as a question to the database.
@lru_cache(maxsize=4_096)
def _twin(path: str, _addresses: str, _language: str, code: str) -> str:
    """Return the address of a page in another language, "" if it has none there."""
    there = translate_url(path, code)
    return "" if there == path else there


def chrome(request: HttpRequest) -> dict[str, Any]:
    """Give every page its frame, and the time at which it was asked for."""
    return {"chrome": Chrome(request), "now": clock.now()}
