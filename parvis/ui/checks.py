"""What a component accepts, checked while it is drawn."""

from __future__ import annotations

import structlog
from django.conf import settings

log = structlog.get_logger(__name__)


class UnknownOption(ValueError):
    """A component was given an option or a value that it does not have."""


def complain(sentence: str) -> None:
    """Raise `UnknownOption` where someone is building, only report it where residents read.

    A page of the city must not fall for a wrong tone: it raises under `DEBUG` or
    `PARVIS_STRICT_UI`, and is logged otherwise.
    """
    if settings.DEBUG or getattr(settings, "PARVIS_STRICT_UI", False):
        raise UnknownOption(sentence)
    log.error("ui.unknown_option", sentence=sentence)
