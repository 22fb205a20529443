"""The module as a Django application."""

from __future__ import annotations

from django.apps import AppConfig


class OpenID(AppConfig):
    """The OpenID provider of the city."""

    name = "parvis.openid"
