"""What modules declare to the floors above without being imported by them, found at start-up.

A module declares from its rooms `notices`, `privacy`, `sealed`, `datasets`, `dashboard`, `search`
and `demo`; whoever shows, mails, exports, publishes or loads asks this file. Every build function
takes what it needs as arguments.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from parvis.kernel.declarations.demonstration import DemoCity, DemoStep
from parvis.kernel.declarations.keeping import (
    DECIDED,
    Held,
    Keeps,
    Reads,
    Rule,
    Stays,
    erases_nothing,
)
from parvis.kernel.declarations.mandates import Domain, StandIn
from parvis.kernel.declarations.moving import Moves
from parvis.kernel.declarations.portal import (
    AccountCard,
    AccountPage,
    CityService,
    Companion,
    CompanionSource,
    DeskQueue,
    Happening,
    HappeningSource,
    Hit,
    NavEntry,
    NewsSource,
    SearchSource,
    Stone,
)
from parvis.kernel.declarations.publishing import DatasetField, PublishedDataset
from parvis.kernel.declarations.registry import Registry
from parvis.kernel.declarations.relation import Deed, Notice, Told, Topic
from parvis.kernel.declarations.sealing import SealedRows

__all__ = [
    "DECIDED",
    "AccountCard",
    "AccountPage",
    "CityService",
    "Companion",
    "CompanionSource",
    "DatasetField",
    "Deed",
    "DemoCity",
    "DemoStep",
    "DeskQueue",
    "Domain",
    "Happening",
    "HappeningSource",
    "Held",
    "Hit",
    "Keeps",
    "Moves",
    "NavEntry",
    "NewsSource",
    "Notice",
    "PublishedDataset",
    "Reads",
    "Registry",
    "Rule",
    "SealedRows",
    "SearchSource",
    "StandIn",
    "Stays",
    "Stone",
    "Told",
    "Topic",
    "account_cards",
    "account_pages",
    "city_services",
    "companions",
    "companions_of",
    "deeds",
    "demo_steps",
    "desk_queues",
    "domains",
    "erases_nothing",
    "happenings",
    "keeps",
    "moves",
    "nav_entries",
    "news",
    "notices",
    "published_datasets",
    "reads",
    "sealed_rows",
    "searches",
    "stand_ins",
    "stones",
    "topics",
]

nav_entries: Registry[NavEntry] = Registry("navigation entry")
stones: Registry[Stone] = Registry("paving stone")
happenings: Registry[HappeningSource] = Registry("happening source")
account_pages: Registry[AccountPage] = Registry("page of the account")
companions: Registry[CompanionSource] = Registry("companion source")
searches: Registry[SearchSource] = Registry("search source")
account_cards: Registry[AccountCard] = Registry("account card")
news: Registry[NewsSource] = Registry("news source")
desk_queues: Registry[DeskQueue] = Registry("desk queue")
city_services: Registry[CityService] = Registry("service of the city")
domains: Registry[Domain] = Registry("domain of a mandate")
stand_ins: Registry[StandIn] = Registry("way to act for another")
topics: Registry[Topic] = Registry("topic")
notices: Registry[Notice] = Registry("notice")
deeds: Registry[Deed] = Registry("deed of the register")
keeps: Registry[Keeps] = Registry("privacy declaration")
moves: Registry[Moves] = Registry("moving declaration")
reads: Registry[Reads] = Registry("reading")
published_datasets: Registry[PublishedDataset] = Registry("published dataset")
demo_steps: Registry[DemoStep] = Registry("demonstration step")
sealed_rows: Registry[SealedRows] = Registry("sealed rows")


def companions_of(refs: Sequence[str], *, now: dt.datetime) -> dict[str, list[Companion]]:
    """Return what every module offers beside these objects, in one question per module."""
    found: dict[str, list[Companion]] = {ref: [] for ref in refs}
    for source in companions:
        for ref, offered in source.find(refs, now).items():
            found[ref].extend(offered)
    return found
