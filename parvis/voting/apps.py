"""The module as a Django application."""

from __future__ import annotations

from django.apps import AppConfig


class Voting(AppConfig):
    """A vote: a tick in the register, a ballot in two envelopes, and the proof of both."""

    name = "parvis.voting"
