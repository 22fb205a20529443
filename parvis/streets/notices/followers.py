"""What who follows a street, a quartier, a kind or a case is told; and what reporting is called."""

from __future__ import annotations

import uuid
from typing import Any

from django.utils.translation import gettext as _, gettext_lazy

from parvis.kernel.declarations import Deed, Notice, Told, Topic, deeds, notices, topics
from parvis.kernel.errors import NotFound
from parvis.kernel.facts import Delivered
from parvis.streets import events
from parvis.streets.queries import following, public_cases
from parvis.streets.queries.public_cases import Row

FOLLOWED = "streets.followed"


def _around(fact: Any) -> set[uuid.UUID]:
    return following.followers_of_place(
        street_key=fact.street_key,
        quartier=fact.quartier,
        subtype_code=fact.subtype,
        case_id=fact.case_id,
    )


def _of_case(fact: Any) -> set[uuid.UUID]:
    return following.followers_of_case(fact.code)


def opened(delivered: Delivered, _person_id: uuid.UUID) -> Told | None:
    """Say that something new was reported where one follows."""
    row = _row(delivered.fact.code)
    if row is None:
        return None
    return Told(
        title=_("New report: %(what)s") % {"what": row.label},
        body=f"{row.where} ({row.case.code})",
        url=_url(row),
        icon="cone",
    )


def moved(delivered: Delivered, _person_id: uuid.UUID) -> Told | None:
    """Say how a case stands that one follows."""
    row = _row(delivered.fact.code)
    if row is None:
        return None
    case = public_cases.page(row.case.code, now=delivered.announced_at)
    step = next((one for one in case.steps if one.taken_at <= delivered.announced_at), None)
    state = step.after if step else row.state
    return Told(
        title=_("%(state)s: %(what)s") % {"state": state, "what": row.label},
        body=(step.words if step and step.words else f"{row.where} ({row.case.code})"),
        url=_url(row),
        icon="cone",
        tone=row.tone if row.tone in {"ok", "warn", "urgent"} else "",
    )


def _row(code: str) -> Row | None:
    try:
        return public_cases.row(public_cases.case_of(code))
    except NotFound:
        return None


def _url(row: Row) -> str:
    return following.target("case", row.case.code).url


topics.declare(Topic(key=FOLLOWED, label=gettext_lazy("What I follow in the street")))
notices.declare(
    Notice(
        key="streets.opened_there",
        fact_type=events.CaseOpened,
        topic=FOLLOWED,
        mail=True,
        who=_around,
        tell=opened,
    ),
    Notice(
        key="streets.followed_moved",
        fact_type=events.CaseMoved,
        topic=FOLLOWED,
        mail=True,
        who=_of_case,
        tell=moved,
    ),
)
deeds.declare(
    Deed(key="streets.reported", label=gettext_lazy("reported something in the street")),
    Deed(key="streets.joined", label=gettext_lazy("reported the same thing in the street")),
    Deed(key="streets.address_confirmed", label=gettext_lazy("confirmed the address of a report")),
    Deed(key="streets.followed", label=gettext_lazy("followed something in the street")),
    Deed(key="streets.unfollowed", label=gettext_lazy("stopped following something in the street")),
)
