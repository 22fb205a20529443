"""The front door of mandates: who may act for whom. Nothing else is promised.

What is done for another is marked on the view (`kernel.acting.done_for_others`) and written down by
the register and facts by themselves; other modules rarely need more than that.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from parvis.kernel.acting import Acting
from parvis.mandates.events import MandateEnded, MandateGranted, WardClaimed
from parvis.mandates.queries.associations import association_of, in_name_of
from parvis.mandates.queries.household import done_for, names_of, refs_of
from parvis.mandates.queries.rights import Right, mandates_of, may, may_act, rights_over
from parvis.mandates.rules.domains import PARTICIPATION, from_rep_scope, to_rep_scope

__all__ = [
    "PARTICIPATION",
    "Acting",
    "MandateEnded",
    "MandateGranted",
    "Right",
    "WardClaimed",
    "act_claim",
    "association_of",
    "done_for",
    "from_rep_scope",
    "in_name_of",
    "mandates_of",
    "may",
    "may_act",
    "names_of",
    "refs_of",
    "represented_person",
    "rights_over",
    "to_rep_scope",
]


def represented_person(acting: Acting) -> uuid.UUID | None:
    """Return the account of whom somebody acts for: the subject of a token, None if there is
    none."""
    return _person(acting.for_ref)


def act_claim(acting: Acting, *, sub_of: Callable[[uuid.UUID], str]) -> dict[str, Any]:
    """Return the `act` claim of a token: who acts for its subject (RFC 8693, section 4.1).

    `sub_of` gives the name under which the service knows a person (pairwise). Beside the actor
    stands `rep_scope`, Aidants Connect's names of the domains covered. A professional who helps
    through Aidants Connect is `{"sub": "aidants_connect:professional"}`: we know no more of them.
    """
    actor = _person(acting.actor_ref)
    sub = sub_of(actor) if actor else acting.actor_ref
    return {"sub": sub, "rep_scope": to_rep_scope(acting.domains)}


def _person(ref: str) -> uuid.UUID | None:
    kind, _colon, key = ref.partition(":")
    return uuid.UUID(key) if kind == "person" else None
