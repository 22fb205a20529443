"""Addresses of the module: proofs for everybody, and the desk of those who hold a vote."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

from parvis.voting.desk import keys, paper
from parvis.voting.views import proof

app_name = "voting"
urlpatterns: list[URLPattern | URLResolver] = [
    *proof.urlpatterns,
    *keys.urlpatterns,
    *paper.urlpatterns,
    # A vote is called as it likes: whatever has a name of its own stands above.
    *proof.last,
]
