"""Who outside the city one can sign in with, for the pages that offer it."""

from __future__ import annotations

import datetime as dt

from django import template
from django.conf import settings

register = template.Library()


@register.filter
def birth_date(told: str) -> dt.date | None:
    """Return a date of birth as FranceConnect writes it, or None where it is not a whole date."""
    try:
        return dt.date.fromisoformat(told)
    except ValueError:
        return None


@register.simple_tag
def outside() -> dict[str, bool]:
    """Return which parties outside the city deals with."""
    return {
        "franceconnect": bool(getattr(settings, "PARVIS_FRANCECONNECT_URL", "")),
        "proconnect": bool(getattr(settings, "PARVIS_PROCONNECT_URL", "")),
    }
