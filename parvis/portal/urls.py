"""Addresses of the portal; the scenes of a demonstration exist only in a demonstration."""

from __future__ import annotations

from django.conf import settings
from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext_lazy as _

from parvis.portal import desk
from parvis.portal.views import behind, home, machine, mine, papers, searching

app_name = "portal"
everywhere: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path(_("my-account/"), mine.mine, name="mine"),
    path(_("my-account/register/"), mine.register_of_mine, name="register"),
    path(_("near/"), home.nearby, name="nearby"),
    path(_("search/"), searching.search, name="search"),
    path(_("desk/"), desk.desk, name="desk"),
    path(_("display/"), papers.display, name="display"),
    path(_("accessibility/"), papers.accessibility, name="accessibility"),
    path(_("legal-notice/"), papers.legal, name="legal"),
    path(_("personal-data/"), papers.privacy, name="privacy"),
    path(_("site-map/"), papers.site_map, name="site_map"),
    path(_("health/"), machine.health, name="health"),
    path("robots.txt", machine.robots, name="robots"),
    path(".well-known/security.txt", machine.security_contact, name="security_contact"),
    path("manifest.webmanifest", machine.manifest, name="manifest"),
    path("favicon.ico", machine.favicon, name="favicon"),
]
demonstration: list[URLPattern | URLResolver] = [
    path("demo/", behind.behind, name="demo"),
    path("demo/dates/", behind.move_dates, name="demo_dates"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    *everywhere,
    *(demonstration if settings.PARVIS_DEMO else []),
]
