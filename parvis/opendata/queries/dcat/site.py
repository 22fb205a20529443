"""The addresses that the descriptions name: of the portal, of a dataset, of its files."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from django.conf import settings
from django.urls import reverse
from django.utils import translation

API = "/api/explore/v2.1"


def home() -> str:
    """Return the address of the city's site, as people type it."""
    return str(settings.PARVIS_SITE_URL).rstrip("/")


def api() -> str:
    """Return the address of the API."""
    return f"{home()}{API}"


def dataset(dataset_id: str) -> str:
    """Return the address that names a dataset, and where a program reads about it."""
    return f"{api()}/catalog/datasets/{quote(dataset_id)}"


def page(dataset_id: str) -> str:
    """Return the address where a person reads about a dataset."""
    with translation.override(settings.LANGUAGE_CODE):
        return f"{home()}{reverse('opendata:understand', args=[dataset_id])}"


def export(dataset_id: str, format_name: str, *, use_labels: bool = False) -> str:
    """Return the address of a whole dataset as a file."""
    options = f"?{urlencode({'use_labels': 'true'})}" if use_labels else ""
    return f"{dataset(dataset_id)}/exports/{format_name}{options}"
