"""Administrators' page: what is forgotten by itself, and what was forgotten last night."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from parvis.account.models import Role
from parvis.account.permissions import needs_role
from parvis.account.queries import rights
from parvis.account.rules.roles import ANY_SERVICE
from parvis.kernel.http import CityRequest


@never_cache
@needs_role(Role.ADMINISTRATOR, service=ANY_SERVICE)
@require_safe
def retention(request: CityRequest) -> HttpResponse:
    """Show every rule of retention with what it did last, and the latest nights."""
    lines, nights = rights.retention()
    return render(request, "account/desk/retention.html", {"lines": lines, "nights": nights})
