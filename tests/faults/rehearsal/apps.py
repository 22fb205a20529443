"""The rehearsal as a Django application."""

from __future__ import annotations

from django.apps import AppConfig


class Rehearsal(AppConfig):
    """Announces facts that are told and mailed."""

    name = "tests.faults.rehearsal"
