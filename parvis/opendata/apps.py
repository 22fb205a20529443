"""The module as a Django application."""

from __future__ import annotations

from django.apps import AppConfig


class OpenData(AppConfig):
    """Catalogue, Explore API, exports, live publications."""

    name = "parvis.opendata"
