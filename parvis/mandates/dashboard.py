"""What mandates show on others' squares, and who vouches for a right."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from django.utils.translation import gettext, gettext_lazy as _, ngettext

from parvis.account.public import Role
from parvis.kernel.acting import gives_standing
from parvis.kernel.declarations import (
    AccountPage,
    DeskQueue,
    Domain,
    StandIn,
    account_pages,
    desk_queues,
    domains,
    stand_ins,
)
from parvis.mandates.queries import household, rights
from parvis.mandates.rules.domains import PARTICIPATION

# A summary is one sentence, however large the household.
_NAMED = 3

gives_standing(rights.MANDATE)(rights.standing)
gives_standing(rights.AIDANT)(rights.aidant_standing)


def _offers(person_id: uuid.UUID, now: dt.datetime) -> bool:
    return rights.may_act(person_id, now=now)


def _said(held: Sequence[rights.Right]) -> str:
    """Return for whom a person may act: all of them, or the first and how many more."""
    more = len(held) - _NAMED
    names = ", ".join(right.name for right in held[:_NAMED])
    if more <= 0:
        return gettext("You may act for %(names)s.") % {"names": names}
    sentence = ngettext(
        "You may act for %(names)s and %(n)s other.",
        "You may act for %(names)s and %(n)s others.",
        more,
    )
    return sentence % {"names": names, "n": more}


def _summary(person_id: uuid.UUID, now: dt.datetime) -> str:
    held = rights.mandates_of(person_id, now=now)
    over = rights.rights_over(person_id, now=now)
    told = []
    if held:
        told.append(_said(held))
    if over:
        words = ngettext(
            "%(n)s person may act for you.", "%(n)s people may act for you.", len(over)
        )
        told.append(words % {"n": len(over)})
    return " ".join(told) or gettext("Nobody acts for you, and you act for nobody.")


def _waiting(_now: dt.datetime) -> int:
    return household.to_check_count()


stand_ins.declare(
    StandIn(key="mandates", url_name="mandates:standing_in", order=10, offers=_offers)
)
account_pages.declare(
    AccountPage(
        key="mandates",
        label=_("My household"),
        url_name="mandates:mine",
        icon="hands",
        order=30,
        summary=_summary,
    )
)
desk_queues.declare(
    DeskQueue(
        key="mandates.to_check",
        label=_("Mandates to check"),
        order=40,
        url_name="mandates:to_check",
        role=Role.AGENT,
        waiting=_waiting,
    )
)
domains.declare(
    Domain(
        key=PARTICIPATION,
        label=_("Taking part"),
        examples=_("consultations, ideas, petitions"),
        order=5,
    ),
    Domain(
        key="papers",
        label=_("Papers and citizenship"),
        examples=_("civil status, identity papers, elections"),
        order=10,
    ),
    Domain(
        key="family",
        label=_("Family and school"),
        examples=_("birth, school, canteen, day nursery"),
        order=20,
    ),
    Domain(
        key="social",
        label=_("Welfare and health"),
        examples=_("benefits, disability, old age"),
        order=30,
    ),
    Domain(
        key="work", label=_("Work and training"), examples=_("job, training, pension"), order=40
    ),
    Domain(
        key="housing",
        label=_("Housing"),
        examples=_("social housing, building permit"),
        order=50,
    ),
    Domain(
        key="transport",
        label=_("Transport"),
        examples=_("resident parking, driving licence"),
        order=60,
    ),
    Domain(key="money", label=_("Money"), examples=_("taxes, bills, payments"), order=70),
    Domain(key="justice", label=_("Justice"), examples=_("legal aid, complaint"), order=80),
    Domain(
        key="foreigners",
        label=_("Foreign nationals"),
        examples=_("residence permit, hosting certificate"),
        order=90,
    ),
    Domain(
        key="leisure",
        label=_("Leisure, sports and culture"),
        examples=_("courses, gardens, associations"),
        order=100,
    ),
)
