"""The module as a Django application."""

from __future__ import annotations

from django.apps import AppConfig


class Budget(AppConfig):
    """What residents propose, the City studies and everybody votes on."""

    name = "parvis.budget"
