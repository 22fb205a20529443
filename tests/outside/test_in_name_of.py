"""Alice writes for an association: everybody reads in whose name, wherever her text is shown."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from parvis.account import testing as people
from parvis.account.actions import closing
from parvis.budget.rules.calendar import Kind
from parvis.budget.testing import an_edition
from parvis.deliberation import public as deliberation
from parvis.deliberation.models import Consultation, Contribution, Remark
from parvis.ideas.tests import scenes
from parvis.ideas.tests.scenes import SLUG, a_comment
from parvis.kernel import clock, holdings
from parvis.kernel.declarations import keeps
from parvis.mandates.testing import granted_association, granted_child

pytestmark = pytest.mark.django_db
GROUP = "Jardins de la Folie"
IN_NAME = f"Alice, in the name of the association {GROUP}"
WRITE = "/concertations/plan-2015/ecrire/?on=plan%3Aparis-2015%2F1.2&kind=comment"
TYPED = {"title": "Voter dès l'école", "body": "Dans chaque classe.", "form_token": "once"}


def as_(person):
    """Return a browser in which a person is signed in."""
    return people.signed_in(Client(), person)


@pytest.fixture
def held(db):
    return scenes.an_open_consultation()


@pytest.fixture
def alice(db):
    return people.alice()


@pytest.fixture
def chloe(db):
    return people.chloe()


@pytest.fixture
def for_the_gardens(held, alice):
    """Let Alice act for an association, in her browser."""
    now = clock.now()
    last_day = clock.city_day(now) + dt.timedelta(days=30)
    mandate_id = granted_association(alice, now=now, ends_on=last_day)
    browser = as_(alice)
    assert browser.post(reverse("mandates:begin", args=[mandate_id])).status_code == 302
    return browser


def in_english(browser, name, *args):
    with translation.override("en"):
        return browser.get(reverse(name, args=args)).content.decode().replace("&#x27;", "'")


def test_before_she_publishes_she_reads_that_it_will_be_in_its_name(for_the_gardens):
    with translation.override("en"):
        page = for_the_gardens.get(f"{reverse('ideas:write', args=[SLUG])}?{WRITE.split('?')[1]}")
    said = f"with your name, in the name of the association {GROUP}."
    assert said in page.content.decode()


def test_a_contribution_says_so_on_its_page_in_lists_and_in_the_feed(for_the_gardens, client):
    for_the_gardens.post(WRITE, TYPED)
    one = Contribution.objects.get()
    assert one.association == GROUP
    assert IN_NAME in in_english(client, "ideas:contribution", one.public_id)
    assert IN_NAME in in_english(client, "ideas:contributions", SLUG)
    assert f"<name>{IN_NAME}</name>" in in_english(client, "ideas:feed", SLUG)


def test_what_is_called_an_association_is_not_said_to_be_one_twice(for_the_gardens, client):
    for_the_gardens.post(WRITE, TYPED)
    one = Contribution.objects.get()
    Contribution.objects.update(association="Association des riverains")
    page = reverse("ideas:contribution", args=[one.public_id])
    assert "Alice, au nom de l\u2019Association des riverains," in client.get(page).content.decode()
    told = in_english(client, "ideas:feed", SLUG)
    assert "<name>Alice, in the name of the Association des riverains</name>" in told


def test_an_argument_says_so_too(for_the_gardens, client, chloe):
    one = a_comment(chloe)
    said = {"body": "Nous le faisons déjà.", "stance": "for", "form_token": "o"}
    for_the_gardens.post(reverse("ideas:argue", args=[one]) + "?stance=for", said)
    assert Remark.objects.get().association == GROUP
    assert IN_NAME in in_english(client, "ideas:contribution", one)


def test_what_is_ones_own_is_said_to_be_before_anything_is_typed(for_the_gardens, alice):
    an_edition(Kind.IDEATION, now=clock.now())
    said = "Here everybody takes part for themselves only."
    assert said in in_english(for_the_gardens, "budget:propose")
    assert said not in in_english(as_(alice), "budget:propose")


def test_moderators_read_it_as_well(for_the_gardens, chloe):
    for_the_gardens.post(WRITE, TYPED)
    one = Contribution.objects.get()
    target = deliberation.Target(kind="contribution", id=one.public_id)
    reason = deliberation.Reason.OTHER
    deliberation.flag(target=target, reason=reason, comment="?", by=chloe, now=clock.now())
    assert IN_NAME in in_english(as_(people.mona()), "ideas:moderation")


def test_for_oneself_or_a_child_nobody_is_named(held, alice, client):
    mine = a_comment(alice)
    now = clock.now()
    born = dt.date(clock.city_day(now).year - 12, 1, 2)
    mandate_id = granted_child(alice, now=now, born_on=born)
    browser = as_(alice)
    browser.post(reverse("mandates:begin", args=[mandate_id]))
    browser.post(WRITE, TYPED | {"title": "Pour les enfants"})
    theirs = Contribution.objects.get(title="Pour les enfants")
    for one in (mine, theirs.public_id):
        page = in_english(client, "ideas:contribution", one)
        assert "in the name of" not in page
        assert "Dédé" not in page
    assert set(Contribution.objects.values_list("association", flat=True)) == {""}


def test_the_exports_say_so_and_an_import_keeps_it(for_the_gardens, alice, tmp_path):
    for_the_gardens.post(WRITE, TYPED)
    one = Contribution.objects.get().public_id
    for_the_gardens.post(
        reverse("ideas:argue", args=[one]) + "?stance=for",
        {"body": "Et nous aussi.", "stance": "for", "form_token": "o"},
    )
    before = "".join(deliberation.export_json(SLUG))
    (told,) = json.loads(before)["contributions"]
    assert (told["author"], told["association"]) == ("Alice", GROUP)
    assert [remark["association"] for remark in told["remarks"]] == [GROUP]
    for table in ("contributions", "remarks"):
        text = "".join(deliberation.export_csv(SLUG, table)).removeprefix("\ufeff")
        (row,) = csv.DictReader(io.StringIO(text))
        assert (row["author"], row["association"]) == ("Alice", GROUP)

    path = tmp_path / "export.json"
    path.write_text(before, encoding="utf-8")
    Consultation.objects.all().delete()
    deliberation.import_export(path, now=clock.now())
    assert "".join(deliberation.export_json(SLUG)) == before


def test_an_export_of_former_times_comes_in_all_the_same(held, alice, tmp_path):
    a_comment(alice)
    told = json.loads("".join(deliberation.export_json(SLUG)))
    del told["contributions"][0]["association"]
    path = tmp_path / "export.json"
    path.write_text(json.dumps(told), encoding="utf-8")
    Consultation.objects.all().delete()
    deliberation.import_export(path, now=clock.now())
    assert Contribution.objects.get().association == ""


def test_her_archive_says_in_whose_name_she_wrote(for_the_gardens, alice):
    for_the_gardens.post(WRITE, TYPED)
    (held,) = [
        one for keep in keeps for one in keep.held if one.model == "deliberation.Contribution"
    ]
    (row,) = holdings.given(held, alice.id)
    assert row["association"] == GROUP


def test_who_has_left_leaves_the_name_of_the_association(for_the_gardens, alice, client):
    for_the_gardens.post(WRITE, TYPED)
    closing.close_account(person_id=alice.id, now=clock.now())
    page = in_english(client, "ideas:contribution", Contribution.objects.get().public_id)
    assert f"Someone who has left, in the name of the association {GROUP}" in page
