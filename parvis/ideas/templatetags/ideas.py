"""What the pages of consultations write with: a place by its ref, the last day, a shown address."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django import template
from django.conf import settings
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from parvis.deliberation.public import ConsultationHead, ContributionRow
from parvis.ideas.rules import Progress, progress
from parvis.mandates.public import in_name_of

register = template.Library()
_NAME = 80


@register.filter
def at(found: Mapping[str, Any], key: str) -> Any:
    """Return what stands under a key, None where nothing does."""
    return found.get(key)


@register.filter
def named(row: ContributionRow) -> str:
    """Return the title of a contribution, or its first words where its author gave none."""
    return row.title or Truncator("".join(piece.text for piece in row.excerpt)).chars(_NAME)


register.filter("in_name_of", in_name_of)


@register.filter
def last_moment(closes_at: dt.datetime) -> dt.datetime:
    """Return the last second one can take part: closing at midnight is said as the eve."""
    return closes_at - dt.timedelta(seconds=1)


@register.simple_tag
def permanent(path: str) -> str:
    """Return the whole address of a page of this site, to be given to others."""
    return f"{settings.PARVIS_SITE_URL.rstrip('/')}{path}"


@register.simple_tag(takes_context=True)
def consultation_days(context: Context, consultation: ConsultationHead) -> Progress:
    """Say how many days of a consultation are gone, out of how many, at the `now` of the page."""
    return progress(
        opens_at=consultation.opens_at, closes_at=consultation.closes_at, now=context["now"]
    )


@register.simple_tag
def about(ref: str, kind: str) -> str:
    """Return the parameters of an address where one writes about a place."""
    return urlencode({"on": ref, "kind": kind})


@register.simple_tag(takes_context=True)
def tongue(context: Context, consultation: ConsultationHead) -> SafeString:
    """Write the `lang` of what people say in a consultation where the page speaks another one."""
    if consultation.language == context.get("LANGUAGE_CODE"):
        return SafeString("")
    return format_html(' lang="{}"', consultation.language)
