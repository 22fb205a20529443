"""The module as a Django application."""

from __future__ import annotations

from django.apps import AppConfig


class Plan(AppConfig):
    """The plan as data: pillars, axes, actions, versions."""

    name = "parvis.plan"
