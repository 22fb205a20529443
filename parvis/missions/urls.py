"""Addresses of the missions: what residents read and answer, then the agents' desk."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

from parvis.missions.api import map as map_api
from parvis.missions.desk import disputes, missions as mission_desk
from parvis.missions.views import answering, exports, finding, mine, missions, proposing

app_name = "missions"
urlpatterns: list[URLPattern | URLResolver] = [
    *missions.urlpatterns,
    *mine.urlpatterns,
    *proposing.urlpatterns,
    *mission_desk.urlpatterns,
    *disputes.urlpatterns,
    *answering.urlpatterns,
    *finding.urlpatterns,
    *exports.urlpatterns,
    *map_api.urlpatterns,
    # A mission is called as its title says: whatever has a name of its own stands above.
    *missions.last,
]
