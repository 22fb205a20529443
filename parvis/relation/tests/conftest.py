"""A fact with a notice of our own, so that these tests stand without the services above."""

from __future__ import annotations

import datetime as dt
import importlib
import uuid
from dataclasses import dataclass
from typing import ClassVar

import pytest
from django.conf import settings as django_settings
from django.db import connection, transaction
from django.urls import clear_url_caches
from django.utils.translation import get_language, gettext_lazy as _

from parvis.account.testing import alice, chloe
from parvis.kernel import declarations, facts
from parvis.kernel.declarations import Notice, Told, Topic
from parvis.kernel.fact_types import Fact
from parvis.relation import queries, reactions
from parvis.relation.actions import choices

NOON = dt.datetime(2015, 6, 26, 10, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class KiteAnswered(Fact):
    """Somebody answered a question about kites."""

    NAME: ClassVar[str] = "test.kite_answered"

    number: int
    person_ids: tuple[str, ...]

    @property
    def aggregate(self) -> str:
        return f"test.kite:{self.number}"


def _tell(delivered, person_id) -> Told | None:
    number = delivered.fact.number
    if number == 13:
        return None
    title = "Your kite" if get_language() == "en" else "Votre cerf-volant"
    return Told(
        title=f"{title} {number}",
        body="Il vole haut. <b>Bravo</b>",
        url=f"/cerf-volant/{number}/",
        icon="bell",
    )


KITES = Topic(key="test.kites", label=_("French"))
MAILED = Notice(
    key="test.kite_answered",
    fact_type=KiteAnswered,
    topic="test.kites",
    mail=True,
    who=lambda fact: [uuid.UUID(one) for one in fact.person_ids],
    tell=_tell,
)


@pytest.fixture
def kites():
    """Declare the notice, wire it as at start-up, and take everything away afterwards."""
    declarations.topics.declare(KITES)
    declarations.notices.declare(MAILED)
    reactions.subscribe(MAILED)
    yield MAILED
    declarations.topics._declared.pop(KITES.key)
    declarations.notices._declared.pop(MAILED.key)
    facts._reactions.pop(KiteAnswered.NAME)


def answered(number: int, *people, now: dt.datetime = NOON) -> uuid.UUID:
    """Announce that a question was answered."""
    fact = KiteAnswered(number=number, person_ids=tuple(str(one.id) for one in people))
    with transaction.atomic():
        return facts.announce(fact, now=now)


@pytest.fixture
def the_cast(db):
    """Alice and Chloé, who read French."""
    cast = alice(), chloe()
    forget_deliveries()
    return cast


def stop_kites(person) -> None:
    """Have a person stop the mails about kites, and nothing else."""
    wanted = {choice.key for choice in queries.mail_choices(person.id)} - {KITES.key}
    choices.choose_mails(person_id=person.id, wanted=wanted, now=NOON)


def forget_deliveries() -> None:
    """Forget what waits to be told: the opening of an account is told too, elsewhere."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")


@pytest.fixture
def demonstration(settings):
    """Mount the addresses of the demonstration, and its mail box."""
    settings.PARVIS_DEMO = True
    settings.EMAIL_BACKEND = "parvis.relation.adapters.DemoMailBackend"
    _remount()
    yield
    django_settings.PARVIS_DEMO = False
    _remount()


def _remount() -> None:
    # Every file that reads PARVIS_DEMO once, when first imported; and the root, which holds them.
    for addresses in ("parvis.relation.urls", "parvis.portal.urls", django_settings.ROOT_URLCONF):
        importlib.reload(importlib.import_module(addresses))
    clear_url_caches()
