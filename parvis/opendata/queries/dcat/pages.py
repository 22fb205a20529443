"""A dataset as search engines read it on its page: schema.org."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings

from parvis.opendata.queries.catalogue import Entry
from parvis.opendata.queries.dcat import site
from parvis.opendata.queries.dcat.graph import Offered
from parvis.opendata.rules.descriptions import words_of

_LONGEST = 5000
"""Characters of a description that search engines read."""


def schema_org(entry: Entry, formats: Sequence[Offered]) -> dict[str, Any]:
    """Return the JSON-LD of a dataset's page; what is not known is left out."""
    city = str(settings.PARVIS_CITY_NAME)
    known = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": site.dataset(entry.dataset_id),
        "identifier": entry.dataset_id,
        "name": entry.title,
        "description": words_of(entry.description)[:_LONGEST] or entry.title,
        "url": site.page(entry.dataset_id),
        "keywords": list(entry.keywords),
        "license": _web(entry.license_url),
        "inLanguage": "fr",
        "isAccessibleForFree": True,
        "isBasedOn": _web(entry.source_url)
        if entry.held and entry.default.get("federated")
        else None,
        "creator": {"@type": "Organization", "name": entry.publisher or city},
        "dateModified": entry.default.get("modified"),
        "temporalCoverage": "/".join(entry.period) if entry.period else None,
        "spatialCoverage": list(entry.default.get("territory") or ()),
        "version": str(entry.held.number) if entry.held else None,
        "sameAs": None if entry.held else _web(entry.source_url),
        "variableMeasured": [_variable(one) for one in entry.fields] if entry.held else [],
        "distribution": _downloads(entry, formats) if entry.held else [],
        "includedInDataCatalog": {
            "@type": "DataCatalog",
            "name": f"Données ouvertes - {city}",
            "url": f"{site.home()}/",
        },
    }
    return {name: value for name, value in known.items() if value not in (None, "", [])}


def _web(address: str) -> str | None:
    """Return an address of the web, None for what is none."""
    return address if address.startswith(("https://", "http://")) else None


def _variable(field: dict[str, Any]) -> dict[str, Any]:
    unit = (field["annotations"].get("unit") or [None])[0]
    known = {
        "@type": "PropertyValue",
        "name": field["name"],
        "alternateName": field["label"],
        "description": field["description"],
        "unitText": unit,
    }
    return {name: value for name, value in known.items() if value}


def _downloads(entry: Entry, formats: Sequence[Offered]) -> list[dict[str, Any]]:
    has_place = any(one["type"].startswith("geo_") for one in entry.fields)
    return [
        {
            "@type": "DataDownload",
            "encodingFormat": one.media_type.partition(";")[0],
            "contentUrl": site.export(entry.dataset_id, one.name),
            "name": one.name.upper(),
        }
        for one in formats
        if has_place or not one.needs_place
    ]
