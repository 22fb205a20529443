"""What people are told of a fact, and what an action of the register is called."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from parvis.kernel.fact_types import Fact
from parvis.kernel.facts import Delivered


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What an action of the register is called: `key` is the action, `label` goes after a name.

    « Mona, modération · texte masqué »: the label is lazily translated, and also follows « Vous ».
    """

    key: str
    label: Any
