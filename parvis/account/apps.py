"""The module as a Django application."""

from __future__ import annotations

from django.apps import AppConfig


class Account(AppConfig):
    """One account for every service."""

    name = "parvis.account"
    # The sign-in library (django-allauth) already answers to the label `account`.
    label = "residents"
