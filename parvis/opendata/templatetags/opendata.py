"""What stands at the foot of every page of a dataset."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context

from parvis.opendata.queries import beside as pages
from parvis.opendata.queries.beside import Beside

register = template.Library()


@register.simple_tag(takes_context=True)
def beside(context: Context, dataset_id: str) -> Beside:
    """Return whether the reader follows a dataset, and what people say about it."""
    request: Any = context["request"]
    person = getattr(request, "person", None)
    return pages.beside(
        dataset_id, person_id=person.id if person else None, path=request.path, given=request.GET
    )
