"""Addresses of the module."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

app_name = "deliberation"
urlpatterns: list[URLPattern | URLResolver] = []
