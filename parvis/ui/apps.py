"""The face takes its place in the house."""

from __future__ import annotations

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Templates, tags and style sheets; no table of its own."""

    name = "parvis.ui"
    label = "ui"
