"""Who acts at this moment, for whom, and by which right: known everywhere, never passed along.

The register, facts and logs ask this file, so that nothing done for another is written down as if
done for oneself. Two promises:

* A session claims a right (`kernel.acting_sessions.claim`); what it is worth is asked again at
  every request, of the module that gave it (`gives_standing`). A right that has ended acts for
  nobody, in any tab.
* While somebody acts for another, nothing can be sent in but through the pages that said what
  they may be used for (`done_for_others`), under a right that covers it. Everything else answers
  `not_for_another` and changes nothing. A professional who signed in for the person reads what
  everybody reads and those pages, and nothing else of theirs.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from typing import Any, ClassVar, ParamSpec, TypeVar

from django.http import HttpRequest
from django.utils.translation import gettext as _

from parvis.kernel.errors import Forbidden
from parvis.kernel.fact_types import Fact

# A right that covers whatever the city offers, such as a parent's over a small child.
EVERY_DOMAIN = frozenset({"*"})
# What a page is marked with: the domain it acts in, or OWN for what always concerns oneself.
_MARK = "acts_in_domain"
OWN = ""
# Of what concerns oneself, what no professional at one's side does in one's place.
_ALONE = "done_without_help"


@dataclass(frozen=True, slots=True, kw_only=True)
class Acting:
    """Somebody acts for another.

    `actor_ref` and `for_ref` are refs as the register writes them: `person:<id>`;
    `mandates.ward:<id>` or `mandates.association:<id>` for who has no account; `aidants_connect:`
    for a professional the State answers for, in the session of the person helped. `by_ref` is the
    right (`mandates.mandate:<id>`); `name` is what the one acted for is called; `domains` are the
    keys of the domains covered; `reason` is what an agent gave, "" for a mandate; `until` is the
    first moment at which the right is over, None if it is open.
    """

    actor_ref: str
    for_ref: str
    by_ref: str
    name: str
    domains: frozenset[str]
    reason: str = ""
    until: dt.datetime | None = None

    def covers(self, domain: str) -> bool:
        """Tell whether this right reaches what is done in a domain."""
        return domain in self.domains or self.domains == EVERY_DOMAIN

    @property
    def is_help(self) -> bool:
        """Tell whether the one acted for is who is signed in, with a helper at their side."""
        return not self.actor_ref.startswith("person:")


def is_helped(request: HttpRequest) -> bool:
    """Tell whether a professional signed in for who asks, and sits beside them."""
    standing: Acting | None = getattr(request, "acting", None)
    return standing is not None and standing.is_help


@dataclass(frozen=True, slots=True, kw_only=True)
class Hands:
    """Whose hands do what happens now: `actor_ref` is "" for a visitor or a program."""

    actor_ref: str = ""
    acting: Acting | None = None

    @property
    def on_behalf_of_ref(self) -> str:
        """Return whom it is done for, "" for oneself."""
        return self.acting.for_ref if self.acting else ""


_NOBODY = Hands()
_hands: ContextVar[Hands] = ContextVar("parvis_hands", default=_NOBODY)


def hands() -> Hands:
    """Return who acts at this moment; nobody outside `held_by` and `acting`."""
    return _hands.get()


@contextmanager
def held_by(held: Hands) -> Iterator[Hands]:
    """Within the block, what is registered, announced and logged is done by these hands."""
    token = _hands.set(held)
    try:
        yield held
    finally:
        _hands.reset(token)


@contextmanager
def acting(standing: Acting) -> Iterator[Hands]:
    """Within the block, what is done is done by this right, for the one it names."""
    with held_by(Hands(actor_ref=standing.actor_ref, acting=standing)) as held:
        yield held


@contextmanager
def by_oneself() -> Iterator[Hands]:
    """Within the block, who acts does it for themselves, whatever right they stand by."""
    with held_by(Hands(actor_ref=hands().actor_ref)) as held:
        yield held


def covering(domain: str) -> Acting | None:
    """Return by which right somebody acts for another in this domain, None who acts for themselves.

    For actions that show the one acted for, beside who acted.

    :raises Forbidden: `outside_mandate` if the right does not reach the domain
    """
    standing = hands().acting
    if standing is not None and not standing.covers(domain):
        raise _outside(standing)
    return standing


# --- rights, and who vouches for them -------------------------------------------------------------

Standing = Callable[[uuid.UUID, str, dt.datetime], Acting | None]
_vouching: dict[str, Standing] = {}


def gives_standing(kind: str) -> Callable[[Standing], Standing]:
    """Register who vouches for a kind of right, such as "mandates.mandate".

    `standing(person_id, right, now)` returns what the right (what follows the colon of `by_ref`) is
    worth at that moment in the session of that person, or None: unknown, another's, ended, not
    begun. It is asked at each request.

    :raises ValueError: if somebody already vouches for this kind
    """

    def register(standing: Standing) -> Standing:
        if kind in _vouching:
            message = f"somebody already vouches for {kind}"
            raise ValueError(message)
        _vouching[kind] = standing
        return standing

    return register


def standing_by(by_ref: str, *, person_id: uuid.UUID, now: dt.datetime) -> Acting | None:
    """Return what a right is worth to a person now, or None if it is worth nothing (any more)."""
    kind, _colon, right = by_ref.partition(":")
    vouches = _vouching.get(kind)
    return vouches(person_id, right, now) if vouches else None


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingEnded(Fact):
    """A right is worth nothing any more to who acted by it: `by_ref` as `Acting` has it,
    `person_id` the account in whose sessions it was worth something.

    Whoever vouches for a kind of right that ends before the session does announces each end: what
    was entered by the right elsewhere is left on this one fact.
    """

    NAME: ClassVar[str] = "kernel.standing_ended"

    by_ref: str
    person_id: uuid.UUID

    @property
    def aggregate(self) -> str:
        """Return the right."""
        return self.by_ref


# --- what may be done for another -----------------------------------------------------------------

View = TypeVar("View", bound=Callable[..., Any])
P = ParamSpec("P")
R = TypeVar("R")


def done_for_others(domain: str) -> Callable[[View], View]:
    """Mark a view: what is sent through it may be done for another, by a right over the domain."""

    def mark(view: View) -> View:
        setattr(view, _MARK, domain)
        return view

    return mark


def done_for_oneself(view: Callable[P, R]) -> Callable[P, R]:
    """Keep a view for who is signed in, whomever they act for: ending a mandate, acting for oneself
    again. What it does is never written down as done for another, and a professional who signed in
    for them may not do it (but `with_help_too`)."""

    @wraps(view)
    def own(*args: P.args, **kwargs: P.kwargs) -> R:
        with by_oneself():
            return view(*args, **kwargs)

    setattr(own, _MARK, OWN)
    setattr(own, _ALONE, True)
    return own


def with_help_too(view: View) -> View:
    """Mark a view that is done for oneself: a professional who signed in for the person may read
    and do it in their place. Whatever is not marked, such as taking up a mandate of theirs, they
    may not."""
    setattr(view, _ALONE, False)
    return view


def domain_of(view: Callable[..., Any]) -> str | None:
    """Return the domain of a view, OWN if it always concerns oneself, None if it is not marked."""
    found: str | None = getattr(view, _MARK, None)
    return found


def refuse_outside(standing: Acting, view: Callable[..., Any]) -> None:
    """Refuse what is sent through a view by somebody who acts for another, unless it is covered.

    :raises Forbidden: `not_for_another` if the view says nothing, or only concerns who is signed in
        and is sent by a professional; `outside_mandate` if the right does not reach its domain
    """
    domain = domain_of(view)
    if standing.is_help and (domain is None or getattr(view, _ALONE, False)):
        message = _("Only %(name)s can do this, without a professional.")
        raise Forbidden("not_for_another", message % {"name": standing.name})
    if domain is None:
        message = _(
            "You are acting for %(name)s, and this can only be done for yourself. "
            "Nothing has changed: act for yourself again, then come back."
        )
        raise Forbidden("not_for_another", message % {"name": standing.name})
    if domain != OWN and not standing.covers(domain):
        raise _outside(standing)


def refuse_reading(standing: Acting, view: Callable[..., Any]) -> None:
    """Refuse a page for who is signed in to a professional who signed in for them, but where the
    right covers its domain, or it is marked `with_help_too`.

    :raises Forbidden: `not_for_another`
    """
    is_for_all = not getattr(view, "login_required", True)
    domain = domain_of(view)
    is_covered = domain is not None and domain != OWN and standing.covers(domain)
    if not standing.is_help or is_for_all or is_covered or not getattr(view, _ALONE, True):
        return
    message = _("Only %(name)s can read this page, without a professional.")
    raise Forbidden("not_for_another", message % {"name": standing.name})


def _outside(standing: Acting) -> Forbidden:
    message = _("What you may do for %(name)s does not include this. Nothing has changed.")
    return Forbidden("outside_mandate", message % {"name": standing.name})
