"""What stands on top of every page of a dataset: what it is, how far it reaches, how good it is."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from parvis.kernel.errors import Forbidden
from parvis.opendata.queries import catalogue, versions
from parvis.opendata.queries.catalogue import Entry
from parvis.opendata.queries.engine import VersionFile
from parvis.opendata.queries.pages import calls, downloads, live, quality
from parvis.opendata.queries.pages.live import Pulse
from parvis.opendata.queries.pages.quality import Shown
from parvis.opendata.rules.descriptions import words_of
from parvis.opendata.rules.fields import FieldType
from parvis.opendata.rules.profile import Profile

UNDERSTAND, TABLE, CHART, MAP, API, VERSIONS = (
    "understand",
    "table",
    "chart",
    "map",
    "api",
    "versions",
)
_LEAD = 220


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """A side a dataset is seen from."""

    label: str
    url: str
    is_here: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A dataset as the top of its pages shows it; `version` is None where it is not held."""

    entry: Entry
    version: VersionFile | None
    profile: Profile
    quality: Shown | None
    lead: str
    reach: str
    span: str
    frequency: str
    csv: str
    csv_size: str
    tabs: tuple[Tab, ...]
    pulse: Pulse | None = None

    @property
    def warnings(self) -> list[str]:
        """Return what must be known before a figure is quoted."""
        return [str(one["message"]) for one in self.entry.warnings if one.get("message")]

    @property
    def enriched(self) -> list[str]:
        """Return what people call the fields that are not the publisher's."""
        names = {one["name"]: one.get("label") or one["name"] for one in self.entry.fields}
        return [names.get(name, name) for name in self.entry.enriched_fields]

    @property
    def source(self) -> str:
        """Return where the dataset comes from, an address of the web or nothing."""
        address = self.entry.source_url
        return address if address.startswith(("https://", "http://")) else ""

    @property
    def theme(self) -> str:
        """Return the first theme, or nothing."""
        return self.entry.themes[0] if self.entry.themes else ""


def head(dataset_id: str, here: str, *, now: dt.datetime, number: int | None = None) -> Head:
    """Return the top of a page of a dataset.

    :raises NotFound: `no_dataset`, or `no_version` for a number there is not
    :raises Forbidden: `restricted`, for a page that shows rows of a restricted dataset
    """
    entry = catalogue.entry(dataset_id)
    if entry.restricted and here != UNDERSTAND:
        sentence = _("The rows of this dataset are not open to everybody: programs need a key.")
        raise Forbidden("restricted", sentence)
    version = _version(entry, number)
    known = quality.profile_of(version) if version else Profile(rows=0)
    return Head(
        entry=entry,
        version=version,
        profile=known,
        quality=quality.shown(dataset_id, now=now) if version else None,
        lead=_lead(words_of(entry.description)),
        reach=quality.reach(known.period),
        span=quality.span(known.period),
        frequency=str(entry.metas.get("dcat", {}).get("accrualperiodicity") or ""),
        csv=calls.export(version, "csv", []) if version else "",
        csv_size=downloads.said_size(downloads.csv_size(version)) if version else "",
        tabs=_tabs(entry, version, here) if version else (),
        pulse=live.pulse(dataset_id, now=now),
    )


def _version(entry: Entry, number: int | None) -> VersionFile | None:
    if entry.restricted:
        return None
    if number is not None:
        return versions.continued(entry.dataset_id, number)
    return versions.current(entry.dataset_id) if entry.held else None


def _lead(words: str) -> str:
    """Return the first sentence, or as much of it as a lead holds."""
    sentence, dot, _rest = words.partition(". ")
    told = f"{sentence}." if dot else words
    return told if len(told) <= _LEAD else f"{told[:_LEAD].rsplit(' ', 1)[0]}…"


def _tabs(entry: Entry, version: VersionFile, here: str) -> tuple[Tab, ...]:
    named = {
        UNDERSTAND: _("Understand"),
        TABLE: _("Table"),
        CHART: _("Chart"),
        MAP: _("Map"),
        API: _("API"),
        VERSIONS: _("Versions"),
    }
    if not any(one.type is FieldType.GEO_POINT for one in version.schema.fields):
        del named[MAP]
    return tuple(
        Tab(
            label=label,
            url=reverse(f"opendata:{name}", args=[entry.dataset_id]),
            is_here=name == here,
        )
        for name, label in named.items()
    )
