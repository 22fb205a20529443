"""Addresses of the participatory budget: what residents read and propose, then the desk."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

from parvis.budget.desk import ballots as desk_ballots, planning, remarks, studies, works
from parvis.budget.views import (
    ballots,
    building,
    editions,
    listing,
    mine,
    proposing,
    receipts,
    results,
    sheets,
    winners,
)

app_name = "budget"
urlpatterns: list[URLPattern | URLResolver] = [
    *ballots.urlpatterns,
    *receipts.urlpatterns,
    *results.urlpatterns,
    *editions.urlpatterns,
    *listing.urlpatterns,
    *sheets.urlpatterns,
    *mine.urlpatterns,
    *proposing.urlpatterns,
    *building.urlpatterns,
    *winners.urlpatterns,
    *studies.urlpatterns,
    *works.urlpatterns,
    *remarks.urlpatterns,
    *planning.urlpatterns,
    *desk_ballots.urlpatterns,
]
