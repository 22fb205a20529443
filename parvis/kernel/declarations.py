"""What modules declare to the floors above without being imported by them, found at start-up.

A module declares from its rooms `notices`, `privacy`, `datasets`, `dashboard`, `search` and `demo`;
whoever shows, mails, exports, publishes or loads asks this file. Every build function takes what it
needs as arguments.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from parvis.kernel.fact_types import Fact
from parvis.kernel.facts import Delivered


class _Keyed(Protocol):
    @property
    def key(self) -> str: ...


D = TypeVar("D", bound=_Keyed)


class Registry(Generic[D]):
    """Declarations of one kind, each under its own key."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._declared: dict[str, D] = {}

    def declare(self, *declarations: D) -> None:
        """Add declarations.

        :raises ValueError: if a key is already declared
        """
        for declaration in declarations:
            if declaration.key in self._declared:
                message = f"{self._kind} {declaration.key} is declared twice"
                raise ValueError(message)
            self._declared[declaration.key] = declaration

    def __iter__(self) -> Any:
        """Walk the declarations in the order of their `order`, where they have one, then of their
        key."""
        return iter(sorted(self._declared.values(), key=lambda d: (getattr(d, "order", 0), d.key)))

    def get(self, key: str) -> D | None:
        """Return one declaration, or None if nothing is declared under this key."""
        return self._declared.get(key)

    def __getitem__(self, key: str) -> D:
        """Return one declaration.

        :raises KeyError: if nothing is declared under this key
        """
        return self._declared[key]


# --- portal: ways in -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class NavEntry:
    """A way in from the roof of every page. `label` is lazily translated, `url_name` takes no
    argument."""

    key: str
    label: Any
    url_name: str
    order: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stone:
    """A paving stone of the home page: the resident's verb and one live fact.

    `sentence(now)` returns the fact in the active language, or "" to leave only the verb.
    """

    key: str
    label: Any
    url_name: str
    icon: str
    order: int
    sentence: Callable[[dt.datetime], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """Something open to people at this moment, with its deadline.

    `language` is that of `title` and `text` where it may differ from the page's: "fr", "en"; "" for
    the active one.
    """

    tag: str
    title: str
    text: str
    url: str
    verb: str
    opens_at: dt.datetime
    closes_at: dt.datetime
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HappeningSource:
    """Where the home page asks what is open now, in the active language."""

    key: str
    find: Callable[[dt.datetime], Sequence[Happening]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Companion:
    """A link another module offers beside an object: « Donner son avis (31) » beside a plan
    action."""

    label: str
    url: str
    count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanionSource:
    """Where a page asks who has something to say about its objects, by ref, in one call for the
    page."""

    key: str
    find: Callable[[Sequence[str], dt.datetime], dict[str, list[Companion]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One answer of the global search."""

    title: str
    excerpt: str
    url: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchSource:
    """A module's answer to the global search: `find(words, limit)` in the active language."""

    key: str
    label: Any
    order: int
    find: Callable[[str, int], Sequence[Hit]]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountCard:
    """A module's card on « Mon compte »: lines of (sentence, url) for one person, newest first."""

    key: str
    label: Any
    order: int
    lines: Callable[[uuid.UUID, dt.datetime], Sequence[tuple[str, str]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsSource:
    """Where the roof asks how many things a person has not seen yet, with one cheap query."""

    key: str
    count: Callable[[uuid.UUID], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskQueue:
    """A queue on the agents' desk: who may open it, and how many wait."""

    key: str
    label: Any
    order: int
    url_name: str
    role: str
    waiting: Callable[[dt.datetime], int]


# --- relation: what people are told ---------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one fact says to one person, in the active language. `url` is a path on this site.

    `tone` is "", "ok", "warn" or "urgent"; `icon` names an icon of the ui.
    """

    title: str
    body: str
    url: str
    icon: str = "mail"
    tone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """What one may stop receiving by mail, such as « Réponses à mes contributions »."""

    key: str
    label: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A fact that concerns persons: who (public ids of persons), what is said to each, and whether
    mailed.

    `who(fact)` is asked once, when the fact is delivered; `tell(delivered, person_id)` is asked in
    the person's language, for the mail and whenever the timeline is read; None means nothing to say
    any more. What a person did themselves is no news to them: `is_news=False` never counts as new.
    """

    key: str
    fact_type: type[Fact]
    topic: str
    mail: bool
    who: Callable[[Any], Iterable[uuid.UUID]]
    tell: Callable[[Delivered, uuid.UUID], Told | None]
    is_news: bool = True


# --- portal: what was done, as its owner reads it -------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What an action of the register is called: `key` is the action, `label` goes after a name.

    « Mona, modération · texte masqué »: the label is lazily translated, and also follows « Vous ».
    """

    key: str
    label: Any


# --- account: what the city keeps about a person
# ----------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeps:
    """What a module keeps about people: exported on request, erased when an account is closed.

    `models` names every model of the module ("deliberation.Contribution"); `retention` is a
    sentence; `export(person_id)` returns JSON-able rows; `erase(person_id, now)` forgets what the
    law lets forget and returns how many rows it changed. A module whose models hold nothing about
    people says `about_people=False`: it is declared, and not listed on people's pages.
    """

    key: str
    models: tuple[str, ...]
    personal: Any
    retention: Any
    export: Callable[[uuid.UUID], list[dict[str, Any]]]
    erase: Callable[[uuid.UUID, dt.datetime], int]
    about_people: bool = True


# --- open data: what a module publishes, row by row ----------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetField:
    """A field of a published dataset.

    `type` is one of the Explore API v2.1: text, int, double, boolean, date, datetime, geo_point_2d,
    geo_shape, json_blob. `label` and `description` are lazily translated; annotations are those of
    the API ("facet", "unit": ("€",)…).
    """

    name: str
    type: str
    label: Any
    description: Any
    annotations: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedDataset:
    """A dataset of what a module knows, live: its key is its id in the catalogue.

    `rows(names)` returns the rows of these names as they are now, every row for None: values by
    field, in the JSON shapes of the API. `named_by` is the field that names a row. `changed_by`
    tells which rows a fact may have changed; a name without a row any more is gone from the
    dataset. `removed` says what of the persons is left out or blurred, `refresh` how fresh it is;
    title, description, `theme`, `removed` and `refresh` are lazily translated sentences.
    """

    key: str
    title: Any
    description: Any
    theme: Any
    fields: tuple[DatasetField, ...]
    named_by: str
    removed: Any
    refresh: Any
    rows: Callable[[Sequence[str] | None], Iterable[Mapping[str, Any]]]
    changed_by: Mapping[type[Fact], Callable[[Any], Iterable[str]]]
    sorted_by: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    license: str = "Licence Ouverte v2.0 (Etalab)"
    license_url: str = "https://www.etalab.gouv.fr/licence-ouverte-open-licence/"


# --- demonstration
# ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoCity:
    """What a demonstration step is given: the city's folder, the outside data if any, the day it
    is."""

    city: Path
    outside_data: Path | None
    now: dt.datetime
    say: Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoStep:
    """A step of the demonstration's loading; run in `order`, each in one transaction, idempotent.

    A step with `each_start` also runs whenever the city starts again, and must then be quick.
    """

    key: str
    label: Any
    order: int
    load: Callable[[DemoCity], None]
    each_start: bool = False


nav_entries: Registry[NavEntry] = Registry("navigation entry")
stones: Registry[Stone] = Registry("paving stone")
happenings: Registry[HappeningSource] = Registry("happening source")
companions: Registry[CompanionSource] = Registry("companion source")
searches: Registry[SearchSource] = Registry("search source")
account_cards: Registry[AccountCard] = Registry("account card")
news: Registry[NewsSource] = Registry("news source")
desk_queues: Registry[DeskQueue] = Registry("desk queue")
topics: Registry[Topic] = Registry("topic")
notices: Registry[Notice] = Registry("notice")
deeds: Registry[Deed] = Registry("deed of the register")
keeps: Registry[Keeps] = Registry("privacy declaration")
published_datasets: Registry[PublishedDataset] = Registry("published dataset")
demo_steps: Registry[DemoStep] = Registry("demonstration step")


def companions_of(refs: Sequence[str], *, now: dt.datetime) -> dict[str, list[Companion]]:
    """Return what every module offers beside these objects, in one question per module."""
    found: dict[str, list[Companion]] = {ref: [] for ref in refs}
    for source in companions:
        for ref, offered in source.find(refs, now).items():
            found[ref].extend(offered)
    return found
