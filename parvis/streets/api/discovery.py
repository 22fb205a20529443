"""Where GeoReport is found and whom to ask for a key (Open311 Service Discovery), and what is said
at an address that is none."""

from __future__ import annotations

from django.conf import settings
from django.urls import URLPattern, URLResolver, re_path, reverse
from django.utils.translation import gettext as _

from parvis.kernel.errors import NotFound
from parvis.kernel.http import CityRequest
from parvis.streets.api.georeport_door import Answer, georeport

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
CHANGED = "2026-11-26 18:00"
"""When this description last changed; clients look whether what they keep still holds."""


@georeport("GET")
def discovery(request: CityRequest) -> Answer:
    """Say where the interface is, in which formats, and how to get a key."""
    endpoint = {
        "specification": SPECIFICATION,
        "url": request.build_absolute_uri(_base()),
        "changeset": CHANGED,
        "type": "test" if settings.PARVIS_DEMO else "production",
        "formats": ["text/xml", "application/json"],
    }
    told = {
        "changeset": CHANGED,
        "contact": _contact(request),
        "key_service": _("Keys are given by the City, on request: %(contact)s")
        % {"contact": _contact(request)},
        "endpoints": [endpoint],
    }
    return Answer(root="discovery", content=told)


@georeport("GET", "POST")
def unknown(request: CityRequest, path: str) -> Answer:
    """Say that there is nothing here, in the format that was meant."""
    del request
    message = _("There is no %(path)s here: see discovery.xml or discovery.json.")
    raise NotFound("no_resource", message % {"path": path[:100]})


def _base() -> str:
    return reverse("georeport:discovery", args=["xml"]).removesuffix("/discovery.xml")


def _contact(request: CityRequest) -> str:
    return settings.PARVIS_CONTACT or request.build_absolute_uri("/")


urlpatterns: list[URLPattern | URLResolver] = [
    re_path(r"^discovery\.(?P<format_name>xml|json)$", discovery, name="discovery"),
    re_path(r"^(?P<path>[^\n]*?)(?:\.(?P<format_name>xml|json))?$", unknown, name="unknown"),
]
"""The last answers every address: it stands behind all the others."""
