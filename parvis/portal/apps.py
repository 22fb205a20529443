"""The module as a Django application."""

from __future__ import annotations

from django.apps import AppConfig


class Portal(AppConfig):
    """Home, search, « Mon compte », the desk: the top floor."""

    name = "parvis.portal"
