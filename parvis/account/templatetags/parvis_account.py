"""What the pages of the account write with: facts of a civil status, who one can sign in with."""

from __future__ import annotations

import datetime as dt

from django import template
from django.conf import settings

from parvis.territory.public import commune_named, country_named

register = template.Library()


@register.filter
def birth_date(told: str) -> dt.date | None:
    """Return a date of birth as FranceConnect writes it, or None where it is not a whole date."""
    try:
        return dt.date.fromisoformat(told)
    except ValueError:
        return None


register.filter("commune", commune_named)
register.filter("country", country_named)


@register.simple_tag
def outside() -> dict[str, bool]:
    """Return which parties outside the city deals with."""
    return {
        "franceconnect": bool(getattr(settings, "PARVIS_FRANCECONNECT_URL", "")),
        "proconnect": bool(getattr(settings, "PARVIS_PROCONNECT_URL", "")),
    }
