"""The module as a Django application."""

from __future__ import annotations

from django.apps import AppConfig


class Ideas(AppConfig):
    """Consultations as residents and agents meet them."""

    name = "parvis.ideas"
