"""Who outside the city one can sign in with, for the pages that offer it."""

from __future__ import annotations

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def outside() -> dict[str, bool]:
    """Return which parties outside the city deals with."""
    return {
        "franceconnect": bool(getattr(settings, "PARVIS_FRANCECONNECT_URL", "")),
        "proconnect": bool(getattr(settings, "PARVIS_PROCONNECT_URL", "")),
    }
