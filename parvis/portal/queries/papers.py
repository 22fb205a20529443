"""What the papers of the site say: who runs it, what it keeps, and every page it has."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from parvis.kernel.declarations import Keeps, NavEntry, Stone, keeps, nav_entries, stones

ESTABLISHED = dt.date(2026, 11, 26)
"""The day on which what the accessibility statement says was last checked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """Who answers for the site, as the law on confidence in the digital economy asks.

    Every value comes from the settings of the city; an empty one has not been given.
    """

    name: str
    director: str
    host: str
    contact: str
    data_protection: str
    security: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What one module keeps about people, and for how long, in the active language."""

    key: str
    personal: str
    retention: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SitePage:
    """One line of the site map."""

    title: str
    url: str


def publisher() -> Publisher:
    """Return who answers for this site, from the settings."""
    return Publisher(
        name=_setting("PARVIS_PUBLISHER"),
        director=_setting("PARVIS_PUBLICATION_DIRECTOR"),
        host=_setting("PARVIS_HOSTING"),
        contact=_setting("PARVIS_CONTACT"),
        data_protection=_setting("PARVIS_DATA_PROTECTION_CONTACT"),
        security=_setting("PARVIS_SECURITY_CONTACT"),
    )


def _setting(name: str) -> str:
    return str(getattr(settings, name, ""))


def kept() -> list[Kept]:
    """Return what each module that keeps something about people says of it."""
    declared: list[Keeps] = list(keeps)
    return [
        Kept(key=k.key, personal=str(k.personal), retention=str(k.retention))
        for k in declared
        if k.about_people
    ]


def site_map() -> list[tuple[str, list[SitePage]]]:
    """Return every way in, grouped under a heading, each address once."""
    ways: list[NavEntry | Stone] = [*nav_entries, *stones]
    seen: dict[str, SitePage] = {}
    for way in ways:
        page = _page(str(way.label), way.url_name)
        seen.setdefault(page.url, page)
    return [
        (
            _("What you can do"),
            [
                _page(_("Home"), "portal:home"),
                *seen.values(),
                _page(_("Find my district"), "territory:find"),
            ],
        ),
        (
            _("Your account"),
            [
                _page(_("Sign in"), "account_login"),
                _page(_("Create an account"), "account_signup"),
                _page(_("My account"), "portal:mine"),
            ],
        ),
        (
            _("About this site"),
            [
                _page(_("Search"), "portal:search"),
                _page(_("Light or dark display"), "portal:display"),
                _page(_("Accessibility statement"), "portal:accessibility"),
                _page(_("Personal data"), "portal:privacy"),
                _page(_("Legal notice"), "portal:legal"),
            ],
        ),
    ]


def _page(title: str, url_name: str) -> SitePage:
    return SitePage(title=title, url=reverse(url_name))
