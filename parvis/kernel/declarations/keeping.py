"""What the city keeps about a person: which rows, for how long, what the law lets it forget, and
what an agent reads of it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


def erases_nothing(_person_id: uuid.UUID, _now: dt.datetime) -> int:
    """Change nothing: what is kept names nobody, or goes with something else."""
    return 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Stays:
    """What is left of the rows of a model when an account is closed, and which law keeps it.

    `what` and `law` are lazily translated sentences; `days` counts from the closing, None is for as
    long as what it belongs to is kept.
    """

    what: Any
    law: Any
    days: int | None = None


DECIDED = Stays(
    what=_("What was decided and why, without your number."),
    law=_("The City answers for what it decides (GDPR, article 5, paragraph 2)."),
)
"""What is left of whatever agents decided, in any module."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A model, and how one finds those of its rows that concern a person.

    `by` are lookups that end at the id of a person ("author", "contribution__author"), `by_ref`
    columns that hold a ref ("person:<id>"): a row is about whomever any of them leads to; without
    any, no row is about anybody. Its person is given every column, save `secret`: hashes, keys,
    tokens. `agents` are columns, of ids or refs, that name who acted for the City on a row about
    others: it is told to them without the columns of `private`, without any text if that is None.
    `others` are columns of UUIDs that name things, not people; `also` are lookups given besides,
    such as the name of what a row belongs to. `files` are the columns that name a file of the
    storage; those files go along. `stays` says what closing an account leaves, None that nothing is
    left that concerns the person. `label` is what people call the rows, lazily translated.
    """

    model: str
    label: Any = ""
    by: tuple[str, ...] = ()
    by_ref: tuple[str, ...] = ()
    secret: tuple[str, ...] = ()
    agents: tuple[str, ...] = ()
    private: tuple[str, ...] | None = None
    others: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    stays: Stays | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What goes by itself: `what` (lazily translated) is forgotten once it is `days` old.

    `forget(before, now)` forgets what is older than `before` and returns how many rows it changed;
    it may be called twice, and commits nothing itself.
    """

    key: str
    what: Any
    days: int
    forget: Callable[[dt.datetime, dt.datetime], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeps:
    """What a module keeps about people: given to them on request, erased with their account.

    `held` names every model of the module; `personal` and `retention` are sentences; `rules` are
    carried out every night. `erase(person_id, now)` forgets what the law lets forget and returns
    how many rows it changed: it writes to this database only, whatever else must happen leaves
    through a fact, for a dry run is the erasure itself, taken back. A `Refused` from it stops the
    whole closing. A module whose models hold nothing about people says `about_people=False`: it is
    declared, and not listed on people's pages.
    """

    key: str
    label: Any = ""
    personal: Any
    retention: Any
    held: tuple[Held, ...] = ()
    rules: tuple[Rule, ...] = ()
    erase: Callable[[uuid.UUID, dt.datetime], int] = erases_nothing
    about_people: bool = True
    order: int = 50

    @property
    def models(self) -> tuple[str, ...]:
        """Return the name of every model of the module."""
        return tuple(held.model for held in self.held)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reads:
    """What agents may read of a person, as that person reads it afterwards.

    `what` goes after the name of who read (« a lu votre texte signalé »), `why` is the reason where
    the agent gave none of their own; both are lazily translated.
    """

    key: str
    what: Any
    why: Any
