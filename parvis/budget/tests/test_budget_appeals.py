"""An appeal comes before the list is fixed, and the list is fixed after every appeal: also of two
things done at the same instant."""

from __future__ import annotations

import threading
import time

import pytest
from django.db import IntegrityError, transaction

from parvis.account.testing import a_person, alice, bachir
from parvis.budget.actions import deciding, freezing
from parvis.budget.models import Appeal
from parvis.budget.rules.calendar import Kind
from parvis.budget.rules.status import Status
from parvis.budget.testing import NOON, a_project, an_edition
from parvis.kernel.errors import Refused
from parvis.kernel.testing import at_once

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("written", ["after", "upheld"])
def test_the_database_refuses_an_appeal_to_a_fixed_list(written):
    edition, project = one_refused()
    if written == "upheld":
        deciding.appeal(project.pk, "Si.", by=alice(), now=NOON)
        deciding.answer_appeal(
            project.pk, outcome="dismissed", answer="Non.", by=bachir(), now=NOON
        )
    freezing.freeze(edition_id=edition.pk, by=a_person("Ada", "administrator"), now=NOON)
    acts = {
        "upheld": lambda: Appeal.objects.update(outcome="upheld"),
        "after": lambda: Appeal.objects.create(project=project, text="Si.", made_at=NOON),
    }
    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
        acts[written]()


def one_refused():
    """Save an edition with one project on its ballot and one of Alice's that is not accepted."""
    edition = an_edition(Kind.PRE_VOTE)
    a_project(edition, status=Status.ACCEPTED)
    return edition, a_project(edition, status=Status.REJECTED, reason="Sol.", by=alice())


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("how", ["appealed", "written past the action"])
def test_an_appeal_under_way_is_waited_for_before_the_list_is_fixed(how):
    edition, project = one_refused()
    author, ada = alice(), a_person("Ada", "administrator")
    is_written = threading.Event()

    def appealing():
        with transaction.atomic():
            if how == "appealed":
                deciding.appeal(project.pk, "Si.", by=author, now=NOON)
            else:
                Appeal.objects.create(project=project, text="Si.", made_at=NOON)
            is_written.set()
            time.sleep(1)

    def fixing():
        is_written.wait(timeout=30)
        try:
            freezing.freeze(edition_id=edition.pk, by=ada, now=NOON)
        except Refused as refusal:
            return refusal.code

    assert at_once([appealing, fixing]) == [None, "appeals_wait"]
    edition.refresh_from_db()
    assert edition.frozen_at is None
