"""The module as a Django application."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class Territory(AppConfig):
    """Districts, addresses, calendars."""

    name = "parvis.territory"

    def ready(self) -> None:
        """Plug in the adapters, which nothing else imports."""
        import_module("parvis.territory.adapters")
