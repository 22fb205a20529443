"""The module as a Django application."""

from __future__ import annotations

from django.apps import AppConfig


class Mandates(AppConfig):
    """Household and mandates."""

    name = "parvis.mandates"
