"""The catalogue for those who follow it: RSS, and the data.json of Project Open Data."""

from __future__ import annotations

from email.utils import format_datetime
from typing import Any
from xml.sax.saxutils import escape

from django.conf import settings
from django.http import HttpResponse

from parvis.opendata.api.door import as_json
from parvis.opendata.queries.catalogue import Entry
from parvis.opendata.queries.changes import changed_at
from parvis.opendata.queries.dcat import site
from parvis.opendata.rules.descriptions import words_of

_NEWEST = 100


def rss(entries: list[Entry]) -> HttpResponse:
    """Return the datasets that changed last as an RSS 2.0 feed."""
    newest = sorted(entries, key=changed_at, reverse=True)[:_NEWEST]
    city = escape(str(settings.PARVIS_CITY_NAME))
    content = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel>'
        f"<title>Données ouvertes - {city}</title><link>{escape(site.home())}/</link>"
        f"<description>Les jeux de données modifiés en dernier.</description>"
        f"{''.join(map(_item, newest))}</channel></rss>"
    )
    return HttpResponse(content, content_type="application/rss+xml; charset=utf-8")


def _item(entry: Entry) -> str:
    return (
        f"<item><title>{escape(entry.title)}</title>"
        f"<link>{escape(site.page(entry.dataset_id))}</link>"
        f'<guid isPermaLink="false">{escape(entry.dataset_uid)}-'
        f"{entry.held.number if entry.held else 0}</guid>"
        f"<pubDate>{format_datetime(changed_at(entry))}</pubDate>"
        f"<description>{escape(words_of(entry.description))}</description></item>"
    )


def project_open_data(entries: list[Entry]) -> HttpResponse:
    """Return the catalogue as Project Open Data 1.1 describes one (resources.data.gov)."""
    return as_json(
        {
            "@context": "https://project-open-data.cio.gov/v1.1/schema/catalog.jsonld",
            "@id": f"{site.api()}/catalog/exports/data.json",
            "@type": "dcat:Catalog",
            "conformsTo": "https://project-open-data.cio.gov/v1.1/schema",
            "describedBy": "https://project-open-data.cio.gov/v1.1/schema/catalog.json",
            "dataset": [_described(one) for one in entries],
        }
    )


def _described(entry: Entry) -> dict[str, Any]:
    dcat = entry.metas.get("dcat", {})
    publisher = entry.publisher or str(settings.PARVIS_CITY_NAME)
    contact: dict[str, Any] = {
        "@type": "vcard:Contact",
        "fn": dcat.get("contact_name") or publisher,
    }
    if dcat.get("contact_email"):
        contact["hasEmail"] = f"mailto:{dcat['contact_email']}"
    return {
        "@type": "dcat:Dataset",
        "identifier": site.dataset(entry.dataset_id),
        "title": entry.title,
        "description": words_of(entry.description) or entry.title,
        "keyword": list(entry.keywords) or list(entry.themes),
        "modified": entry.default.get("modified") or entry.modified_at.isoformat(),
        "publisher": {"@type": "org:Organization", "name": publisher},
        "contactPoint": contact,
        "accessLevel": "public",
        "license": entry.license_url or None,
        "landingPage": site.page(entry.dataset_id),
        "distribution": _distributions(entry),
    }


def _distributions(entry: Entry) -> list[dict[str, Any]]:
    if entry.held is None:
        return (
            [{"@type": "dcat:Distribution", "accessURL": entry.source_url}]
            if entry.source_url
            else []
        )
    return [
        {
            "@type": "dcat:Distribution",
            "downloadURL": site.export(entry.dataset_id, name),
            "mediaType": media_type,
            "format": name.upper(),
        }
        for name, media_type in (("csv", "text/csv"), ("json", "application/json"))
    ]
