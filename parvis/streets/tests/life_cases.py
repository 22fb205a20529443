"""Cases and reports as the tests of the life cycle need them, written straight to the database."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid

import pytest
from django.db.models import QuerySet

from parvis.kernel.errors import Refused
from parvis.kernel.ids import new_short_code
from parvis.kernel.models import FactRecord, RegisterEntry
from parvis.streets import testing
from parvis.streets.actions import clocks
from parvis.streets.actions.moving import move_case
from parvis.streets.models import (
    Case,
    ClockPause,
    Contradiction,
    Handler,
    Message,
    Photo,
    PhotoRole,
    PhotoState,
    Reply,
    Report,
    Reporting,
    Step,
    Subtype,
)
from parvis.streets.queries import access
from parvis.streets.rules import life

NOON = testing.NOON
HERE = (654_000.0, 6_861_000.0)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
AGENT = {"actor": "person:0198d8f4-0000-7000-8000-000000000001", "who": life.AGENT, "door": "desk"}


def a_case(at=HERE, *, subtype=testing.FRIDGE, now=NOON, reported=True, email="", **changes):
    """Open a case in the way intake does: its first report, its first step, its deadline. `email`
    is the confirmed address of who opens it."""
    kind = Subtype.objects.get(code=subtype)
    case = Case(
        code=new_short_code(),
        subtype=kind,
        type_id=kind.type_id,
        family=kind.family,
        radius_m=kind.radius_m,
        location=at,
        arrondissement=11,
        quartier=43,
        address="12 rue de la Roquette",
        state_id="new",
        handler=Handler.objects.get(code="ramen"),
        opened_at=now,
        changed_at=now,
        **changes,
    )
    case.due_at = clocks.first_deadline(case)
    case.save(force_insert=True)
    Step.objects.create(case=case, before=None, after_id="new", door="page", taken_at=now)
    if reported:
        a_report(case, role=Reporting.OPENS, email=email, now=now)
    return Case.objects.get(pk=case.pk)


def a_report(case, *, role=Reporting.JOINS, person=None, email="", at=None, now=NOON, **changes):
    """Write a report of a case; an address is confirmed unless it is said otherwise."""
    report_id = uuid.uuid4()
    secret = access.secret_of(report_id)
    given = {
        "email_confirmed_at": now if email else None,
        "access_hash": "" if person else hashlib.sha256(secret.encode()).hexdigest(),
        **changes,
    }
    return Report.objects.create(
        id=report_id,
        case=case,
        first_case=case,
        role=role,
        person_id=person.id if person else None,
        email=email,
        location=at or case.location,
        channel="web",
        noticed_at=now,
        reported_at=now,
        **given,
    )


def a_proof(case, *, now=NOON):
    """Add a photo of the end."""
    return Photo.objects.create(
        case=case, role=PhotoRole.AFTER, state=PhotoState.TO_REVIEW, taken_in_at=now
    )


def moved(case, to, *, now=NOON + HOUR, **how):
    """Have an agent move a case, and return it as it is then."""
    move_case(case_id=case.pk, to=to, now=now, **{**AGENT, **how})
    return Case.objects.get(pk=case.pk)


def closed(case, *, now=NOON + HOUR, reason="gone_on_arrival", **how):
    """Have an agent close a case as done."""
    return moved(case, "done", now=now, reason=reason, **how)


def everything():
    """Return all that a step may change, to be compared after a refusal."""
    return {
        model.__name__: list(QuerySet(model).order_by("pk").values_list())
        for model in (
            Case,
            Report,
            Step,
            Message,
            Reply,
            Contradiction,
            ClockPause,
            Photo,
            FactRecord,
            RegisterEntry,
        )
    }


def refused(code, act, **arguments):
    """Assert that an action refuses with this code and a sentence, and changes nothing."""
    before = everything()
    with pytest.raises(Refused) as caught:
        act(**arguments)
    assert caught.value.code == code
    assert caught.value.message.endswith((".", "?", "…"))
    assert everything() == before
