"""Addresses of the module: what residents read and write, agents' desk, partners; then GeoReport.

Each file of views and desk lists its own addresses as `urlpatterns`; they are joined here.
"""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

from parvis.streets.api import discovery, georeport as georeport_api, map as map_api, offline
from parvis.streets.desk import (
    board,
    bulk,
    case as case_desk,
    correcting,
    keys,
    life,
    photos as photo_desk,
    rounds,
    routing as routing_desk,
    routing_ground,
    routing_handlers,
)
from parvis.streets.views import (
    cases,
    feeds,
    following,
    map as map_pages,
    mine,
    partners,
    photos,
    reporting,
    statistics,
    voices,
)

pages: list[URLPattern | URLResolver] = []
georeport: list[URLPattern | URLResolver] = []

pages += cases.urlpatterns
pages += feeds.urlpatterns
pages += following.urlpatterns
pages += mine.urlpatterns
pages += reporting.urlpatterns
pages += voices.urlpatterns
pages += life.urlpatterns
pages += correcting.urlpatterns
pages += keys.urlpatterns
pages += map_api.urlpatterns
pages += map_pages.urlpatterns
pages += statistics.urlpatterns
pages += photo_desk.urlpatterns
pages += photos.urlpatterns
pages += routing_desk.urlpatterns
pages += routing_ground.urlpatterns
pages += routing_handlers.urlpatterns
pages += board.urlpatterns
pages += case_desk.urlpatterns
pages += bulk.urlpatterns
pages += rounds.urlpatterns
pages += partners.urlpatterns
pages += offline.urlpatterns
georeport += georeport_api.urlpatterns
# Answers whatever is not found above it.
georeport += discovery.urlpatterns
