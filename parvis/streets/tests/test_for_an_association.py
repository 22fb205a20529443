"""Alice reports for an association: agents and she herself read for whom, and nobody else does."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import translation

from parvis.account import testing as people
from parvis.kernel import clock, holdings
from parvis.kernel.declarations import keeps
from parvis.mandates.testing import granted_association, granted_child
from parvis.streets import testing
from parvis.streets.actions import forgetting
from parvis.streets.models import Report
from parvis.territory.testing import BASTILLE

GROUP = "Jardins de la Folie"
IN_NAME = f"in the name of the association {GROUP}"


@pytest.fixture(autouse=True)
def _streets(db):
    testing.the_streets()
    cache.clear()


@pytest.fixture
def alice(db):
    return people.alice()


def as_(person):
    return people.signed_in(Client(), person)


def acting_by(alice, mandate_id):
    browser = as_(alice)
    assert browser.post(reverse("mandates:begin", args=[mandate_id])).status_code == 302
    return browser


@pytest.fixture
def for_the_gardens(alice):
    """Let Alice act for an association, in her browser."""
    now = clock.now()
    last_day = clock.city_day(now) + dt.timedelta(days=30)
    return acting_by(alice, granted_association(alice, now=now, ends_on=last_day))


def sends(browser, **changes):
    lon, lat = BASTILLE
    typed = {"subtype": testing.FRIDGE, "lon": lon, "lat": lat, "text": "Un frigo."}
    answer = browser.post(reverse("streets:send"), typed | changes)
    assert answer.status_code == 302, answer.content.decode()
    return Report.objects.select_related("case").latest("reported_at")


def in_english(browser, name, *args):
    with translation.override("en"):
        page = browser.get(reverse(name, args=args))
    assert page.status_code == 200
    return page.content.decode().split("<main")[1].replace("&#x27;", "'")


def test_before_she_sends_it_she_reads_for_whom_and_who_will_know(for_the_gardens, alice):
    with translation.override("en"):
        page = for_the_gardens.get(reverse("streets:report"))
        asked = {"draft": page.context["draft"], "go": "who"}
        told = for_the_gardens.post(reverse("streets:report"), asked).content.decode()
        alone = as_(alice).post(reverse("streets:report"), asked).content.decode()
    assert f"You report as Alice, {IN_NAME}. Neither name is public" in told
    assert GROUP not in alone


def test_agents_read_who_acted_for_whom(for_the_gardens, alice):
    one = sends(for_the_gardens)
    assert (one.person_id, one.association) == (alice.id, GROUP)
    page = in_english(as_(people.bachir()), "streets:desk_case", one.case.code)
    assert f"Alice, {IN_NAME}" in page


def test_she_finds_it_in_her_list_on_its_page_and_in_her_archive(for_the_gardens, alice):
    one = sends(for_the_gardens)
    own = as_(alice)
    assert IN_NAME in in_english(own, "streets:mine")
    assert IN_NAME in in_english(own, "streets:own", one.pk)
    (held,) = [one for one in keeps.get("streets").held if one.model == "streets.Report"]
    (row,) = holdings.given(held, alice.id)
    assert row["association"] == GROUP


def test_nobody_else_reads_the_association(for_the_gardens, client):
    one = sends(for_the_gardens)
    assert GROUP not in in_english(client, "streets:case", one.case.code)


def test_who_adds_a_voice_for_it_is_read_so_too(for_the_gardens):
    first = sends(as_(people.chloe()))
    one = sends(for_the_gardens, joins=str(first.case_id))
    page = in_english(as_(people.bachir()), "streets:desk_case", first.case.code)
    assert (one.case_id, page.count(IN_NAME)) == (first.case_id, 1)


def test_for_oneself_or_a_child_nobody_is_named(alice):
    assert sends(as_(alice)).association == ""
    now = clock.now()
    born = clock.city_day(now) - dt.timedelta(days=12 * 366)
    child = acting_by(alice, granted_child(alice, now=now, born_on=born))
    lon, lat = BASTILLE
    assert sends(child, lon=lon + 0.01, lat=lat).association == ""


def test_what_is_forgotten_of_her_is_forgotten_of_the_association(for_the_gardens, alice):
    one = sends(for_the_gardens)
    forgetting.forget_person(alice.id, clock.now())
    one.refresh_from_db()
    assert (one.person_id, one.association) == (None, "")


def test_an_association_never_reports_without_a_person(for_the_gardens):
    one = sends(for_the_gardens)
    with pytest.raises(IntegrityError, match="somebody_acts_for"), transaction.atomic():
        Report.objects.filter(pk=one.pk).update(person=None)
    one.refresh_from_db()
    assert one.association == GROUP
