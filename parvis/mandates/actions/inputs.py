"""What is handed in: who asks to act for whom, and what shows it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import IO, Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What proves it: a kind of `Proof`, what stands on it, and a scan or photograph."""

    kind: str
    reference: str = ""
    upload: IO[bytes] | Any | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewWard:
    """A child ("parent"), a protected adult ("guardian") or a relative without an account."""

    kind: str
    given_names: str
    family_name: str
    born_on: dt.date
    paper: Paper
    domains: tuple[str, ...] = ("*",)
    ends_on: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAssociation:
    """An association one acts for."""

    name: str
    rna: str
    siret: str
    domains: tuple[str, ...]
    ends_on: dt.date
    paper: Paper


@dataclass(frozen=True, slots=True, kw_only=True)
class NewInvitation:
    """A mandate between two persons: who is invited still has to say yes.

    `gives`: the one who writes lets the other act for them; otherwise they ask to act.
    """

    email: str
    gives: bool
    domains: tuple[str, ...] = field(default=())
    ends_on: dt.date | None = None
