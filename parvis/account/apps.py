"""The module as a Django application."""

from __future__ import annotations

from importlib import import_module

from allauth.account.signals import password_changed
from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in, user_logged_out


class Account(AppConfig):
    """One account for every service."""

    name = "parvis.account"
    # The sign-in library (django-allauth) already answers to the label `account`.
    label = "residents"

    def ready(self) -> None:
        """Follow sessions from their first to their last moment, whoever opens and ends them."""
        adapters = import_module("parvis.account.adapters.sessions")
        # In the place of what Django does there, whichever of us comes first: when somebody came
        # last is written with their device and their session, in one step (`actions.letting_in`).
        user_logged_in.disconnect(dispatch_uid="update_last_login")
        user_logged_in.connect(adapters.on_signed_in, dispatch_uid="update_last_login")
        user_logged_out.connect(adapters.on_signed_out, dispatch_uid="parvis.signed_out")
        password_changed.connect(adapters.on_key_changed, dispatch_uid="parvis.key_changed")
