"""The addresses of a demonstration, for tests that knock at them."""

from __future__ import annotations

from django.urls import include, path

from parvis.opendata import urls

urlpatterns = [
    path("demo/gbfs/", include((urls.replays, "demo_gbfs"))),
    path("api/explore/v2.1/", include((urls.explore, "explore"))),
]
