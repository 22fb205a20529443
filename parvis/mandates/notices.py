"""What people are told about mandates, and what the register calls what was done."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy as _

from parvis.kernel import clock
from parvis.kernel.declarations import Deed, Notice, Told, Topic, deeds, notices, topics
from parvis.kernel.errors import NotFound
from parvis.kernel.facts import Delivered
from parvis.mandates import events
from parvis.mandates.models import Ending
from parvis.mandates.queries import household
from parvis.mandates.queries.household import Bond

TOPIC = "mandates"


def both(fact: Any) -> list[uuid.UUID]:
    """Return the accounts of the two a mandate binds."""
    return [one for one in (fact.representative_id, fact.represented_id) if one]


def all_parents(fact: Any) -> list[uuid.UUID]:
    """Return the accounts of the two a mandate binds, and of the other parent of the same child."""
    others = household.other_parents(fact.mandate_id)
    return [*both(fact), *(one for one in others if one not in both(fact))]


def _is_other_parent(delivered: Delivered, person_id: uuid.UUID) -> bool:
    return person_id not in both(delivered.fact)


def _bond(delivered: Delivered) -> Bond | None:
    try:
        return household.bond(delivered.fact.mandate_id, now=delivered.announced_at)
    except NotFound:
        return None


def _did_not_ask(bond: Bond, person_id: uuid.UUID) -> bool:
    """Tell whether it is about them and somebody else asked: a child with an account, whom a
    parent asks to act for."""
    return bond.asked_by_id not in (None, person_id)


def _page(bond: Bond, person_id: uuid.UUID) -> str:
    acts = bond.representative_id == person_id
    return reverse("mandates:mine" if acts else "mandates:represented")


def _told_to_other_parent(bond: Bond, title: str, body: str) -> Told:
    title %= {"by": bond.by, "name": bond.name}
    return Told(title=title, body=body, url=reverse("mandates:mine"), icon="hands")


def asked(delivered: Delivered, person_id: uuid.UUID) -> Told | None:
    """Say that a request waits for somebody's yes."""
    bond = _bond(delivered)
    if bond is None:
        return None
    looks = gettext("An agent looks at the paper. If it is not right, tell the City straight away.")
    if _is_other_parent(delivered, person_id):
        title = gettext("%(by)s asks to act for %(name)s as well")
        return _told_to_other_parent(bond, title, looks)
    if _did_not_ask(bond, person_id):
        return Told(
            title=gettext("%(by)s asks to act for you") % {"by": bond.by},
            body=looks,
            url=_page(bond, person_id),
            icon="hands",
        )
    return Told(
        title=gettext("You asked for a mandate: %(kind)s") % {"kind": bond.kind_label},
        body=gettext("Somebody still has to say yes. You will be told."),
        url=_page(bond, person_id),
        icon="hands",
    )


def granted(delivered: Delivered, person_id: uuid.UUID) -> Told | None:
    """Say to each of the two that one may act for the other from now on."""
    bond = _bond(delivered)
    if bond is None:
        return None
    if _is_other_parent(delivered, person_id):
        title = gettext("%(by)s may now act for %(name)s as well")
        body = gettext(
            "An agent has seen the paper. If it is not right, tell the City straight away."
        )
        return _told_to_other_parent(bond, title, body)
    if bond.representative_id == person_id:
        title = gettext("You may now act for %(name)s") % {"name": bond.name}
        body = gettext("Choose « Act for… » on your pages. All you do for them is written down.")
    else:
        title = gettext("%(name)s may now act for you") % {"name": bond.by}
        body = gettext("You see all they do in your name.")
    return Told(title=title, body=body, url=_page(bond, person_id), icon="hands", tone="ok")


def refused(delivered: Delivered, person_id: uuid.UUID) -> Told | None:
    """Say that the answer is no, and why, where a reason was given, to who asked; to who was to be
    acted for, that nothing has changed."""
    bond = _bond(delivered)
    if bond is None:
        return None
    if _did_not_ask(bond, person_id):
        return Told(
            title=gettext("%(by)s does not act for you: an agent said no") % {"by": bond.by},
            body=gettext("Nothing has changed for you."),
            url=_page(bond, person_id),
            icon="hands",
        )
    return Told(
        title=gettext("Your request to act for another was refused"),
        body=bond.reason or gettext("The person you asked said no."),
        url=_page(bond, person_id),
        icon="hands",
        tone="warn",
    )


def ended(delivered: Delivered, person_id: uuid.UUID) -> Told | None:
    """Say to each of the two that one acts for the other no longer, and why."""
    bond = _bond(delivered)
    if bond is None:
        return None
    why = gettext("Reason: %(why)s.") % {"why": Ending(delivered.fact.why).label}
    if _is_other_parent(delivered, person_id):
        if delivered.fact.why == Ending.CAME_OF_AGE:
            # They read it of themselves.
            return None
        return _told_to_other_parent(bond, gettext("%(by)s no longer acts for %(name)s"), why)
    if bond.representative_id == person_id:
        title = gettext("You no longer act for %(name)s") % {"name": bond.name}
    else:
        title = gettext("%(name)s no longer acts for you") % {"name": bond.by}
    return Told(
        title=title,
        body=why,
        url=_page(bond, person_id),
        icon="hands",
    )


def _who_claimed_and_holders(fact: Any) -> list[uuid.UUID]:
    held = household.holders(fact.ward_id, now=clock.now())
    return [fact.person_id, *(one for one in held if one != fact.person_id)]


def claimed(delivered: Delivered, person_id: uuid.UUID) -> Told:
    """Say that the file others kept is now one's own; and to those who kept it, whoever has it."""
    if person_id != delivered.fact.person_id:
        ref = delivered.fact.aggregate
        name = household.names_of([ref]).get(ref, "")
        return Told(
            title=gettext("%(name)s has an account of their own now") % {"name": name},
            body=gettext("With the code you gave. If it is not them, tell the City straight away."),
            url=reverse("mandates:mine"),
            icon="hands",
        )
    return Told(
        title=gettext("The file others kept for you is yours"),
        body=gettext("You find there what was done in your name."),
        url=reverse("mandates:represented"),
        icon="hands",
        tone="ok",
    )


def _notice(
    key: str,
    fact_type: type[events.AboutMandate],
    tell: Callable[[Delivered, uuid.UUID], Told | None],
    *,
    mail: bool = True,
    who: Callable[[Any], list[uuid.UUID]] = all_parents,
) -> Notice:
    return Notice(key=key, fact_type=fact_type, topic=TOPIC, mail=mail, who=who, tell=tell)


topics.declare(Topic(key=TOPIC, label=_("My household")))
notices.declare(
    _notice("mandates.asked", events.MandateAsked, asked, mail=False),
    _notice("mandates.granted", events.MandateGranted, granted),
    _notice("mandates.refused", events.MandateRefused, refused, who=both),
    _notice("mandates.ended", events.MandateEnded, ended),
    Notice(
        key="mandates.ward_claimed",
        fact_type=events.WardClaimed,
        topic=TOPIC,
        mail=False,
        who=_who_claimed_and_holders,
        tell=claimed,
    ),
)
deeds.declare(
    Deed(key="mandates.mandate_asked", label=_("asked for a mandate")),
    Deed(key="mandates.mandate_granted", label=_("granted a mandate")),
    Deed(key="mandates.mandate_refused", label=_("refused a mandate")),
    Deed(key="mandates.mandate_withdrawn", label=_("withdrew a request for a mandate")),
    Deed(key="mandates.mandate_ended", label=_("ended a mandate")),
    Deed(key="mandates.code_given", label=_("gave the code of a file")),
    Deed(key="mandates.ward_claimed", label=_("claimed the file kept for them")),
)
