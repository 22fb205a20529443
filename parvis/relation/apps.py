"""The module as a Django application."""

from __future__ import annotations

from django.apps import AppConfig


class Relation(AppConfig):
    """One thread with each person: timeline and mail."""

    name = "parvis.relation"
