"""What modules show on the squares of others: ways in, cards, what is open, what is found."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any


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
    """A queue on the agents' desk: who may open it, and how many wait.

    `service` is the key of the `CityService` it belongs to, "" for a queue of the whole city.
    It counts what waits by `waiting`, or by `waiting_in` what waits in some arrondissements (their
    numbers; None for the whole city): such a queue opens to roles for one of them as well.
    """

    key: str
    label: Any
    order: int
    url_name: str
    role: str
    service: str = ""
    waiting: Callable[[dt.datetime], int] | None = None
    waiting_in: Callable[[dt.datetime, frozenset[int] | None], int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CityService:
    """A service of the city, in which a role may be given: « modération, pour les consultations ».

    `label` is lazily translated. A role given for no service reaches all of them. `domains` are the
    keys of the domains in which an agent of this service may act for residents. `divided` are the
    roles that open its pages for one arrondissement alone, where they are held for that one.
    """

    key: str
    label: Any
    order: int
    domains: frozenset[str] = frozenset()
    divided: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountPage:
    """A page of « Mon compte », as the hub leads to it.

    `label` is lazily translated, `url_name` takes no argument, `icon` names an icon of the ui;
    `summary(person_id, now)` says in one sentence, in the active language, how things stand there
    for this person, or "".
    """

    key: str
    label: Any
    url_name: str
    icon: str
    order: int
    summary: Callable[[uuid.UUID, dt.datetime], str]
