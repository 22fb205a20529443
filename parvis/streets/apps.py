"""The module as a Django application."""

from __future__ import annotations

from django.apps import AppConfig


class Streets(AppConfig):
    """Reports about the street (DansMaRue)."""

    name = "parvis.streets"
