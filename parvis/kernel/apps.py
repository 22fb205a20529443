"""The kernel as a Django application; it also finds every module's declarations at start-up."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules

# Room by room: reactions come last, when every notice they answer to is declared.
DECLARATION_ROOMS = (
    "notices",
    "privacy",
    "sealed",
    "datasets",
    "dashboard",
    "search",
    "demo",
    "reactions",
)


class Kernel(AppConfig):
    """Installed last, so that every module exists when its declarations are read."""

    name = "parvis.kernel"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Import each module's declaration rooms once."""
        for room in DECLARATION_ROOMS:
            autodiscover_modules(room)
