"""The module as a Django application."""

from __future__ import annotations

from django.apps import AppConfig


class Missions(AppConfig):
    """Inventories and checks that many people make together."""

    name = "parvis.missions"
