"""The module as a Django application."""

from __future__ import annotations

from django.apps import AppConfig


class Deliberation(AppConfig):
    """What several services share to deliberate: contributions, arguments, moderation, answers."""

    name = "parvis.deliberation"
