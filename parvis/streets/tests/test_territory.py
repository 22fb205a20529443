"""An agent of one arrondissement: sees and treats what lies there, and nothing of the others."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from parvis.account.testing import a_person, limited, signed_in
from parvis.kernel import clock
from parvis.kernel.errors import Forbidden
from parvis.streets import testing
from parvis.streets.actions import bulk, bulk_undo, partners, reviewing, rounds
from parvis.streets.actions.bulk import MOVE, Wish
from parvis.streets.actions.reviewing import Seen
from parvis.streets.actions.rounds import Plan
from parvis.streets.models import (
    BulkJob,
    BulkLine,
    Case,
    Mode,
    PartnerLink,
    Photo,
    PhotoRole,
    Step,
)
from parvis.streets.tests.field_world import an_agent, everything, page, spread
from parvis.streets.tests.life_cases import DAY, a_case
from parvis.streets.tests.test_offline import kept, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def eva():
    """An agent of the street, in the 18th alone."""
    testing.the_streets()
    return limited(a_person("Eva", "agent"), service="streets", territory=18)


@pytest.fixture
def there(eva):
    """A case of the 18th."""
    case = a_case((654_500.0, 6_865_500.0))
    Case.objects.filter(pk=case.pk).update(arrondissement=18, address="3 rue Ordener")
    return Case.objects.get(pk=case.pk)


@pytest.fixture
def elsewhere(eva):
    """A case of the 11th."""
    return a_case()


def desk_of(person):
    return signed_in(Client(), person)


def waiting_photo(case):
    return Photo.objects.create(
        case=case,
        role=PhotoRole.OVERVIEW,
        state="to_review",
        cleaned=f"streets/{uuid.uuid4()}.jpg",
        taken_in_at=clock.now(),
    )


def test_the_board_shows_the_arrondissement_of_the_agent_and_offers_no_other(eva, there, elsewhere):
    _answer, text = page(desk_of(eva), "board")
    assert there.code in text
    assert elsewhere.code not in text
    assert '<option value="18">' in text
    assert '<option value="11">' not in text
    _answer, asked = page(desk_of(eva), "board", arrondissement="11")
    assert elsewhere.code not in asked
    _answer, everywhere = page(an_agent(), "board")
    assert there.code in everywhere
    assert elsewhere.code in everywhere


def test_a_case_out_of_reach_is_neither_read_nor_touched(eva, elsewhere):
    client, before = desk_of(eva), everything()
    for name in ("desk_case", "desk_correct"):
        answer, text = page(client, name, elsewhere.code)
        assert (answer.status_code, elsewhere.address in text) == (403, False), name
    for name in ("desk_move", "desk_tell", "desk_merge", "desk_lend", "desk_correct"):
        address = reverse(f"streets:{name}", args=[elsewhere.code])
        sent = client.post(address, {"to": "done"}, headers={"accept": "application/json"})
        assert (sent.status_code, sent.json()["code"]) == (403, "outside_territory"), name
    assert everything() == before


def test_a_case_within_reach_is_not_joined_to_one_out_of_reach(eva, there, elsewhere):
    address, before = reverse("streets:desk_merge", args=[there.code]), everything()
    sent = desk_of(eva).post(address, {"into": elsewhere.code})
    assert (sent.status_code, everything()) == (403, before)


def test_her_own_cases_are_treated_as_ever(eva, there):
    client = desk_of(eva)
    assert page(client, "desk_case", there.code)[0].status_code == 200
    lent = client.post(reverse("streets:desk_lend", args=[there.code]))
    assert lent.status_code == 200
    [link] = PartnerLink.objects.filter(case=there)
    assert partners.take_back(link_id=link.pk, by=eva, now=clock.now()).revoked_at


def test_a_link_to_a_case_out_of_reach_is_not_taken_back(eva, elsewhere):
    made = partners.lend_case(case_id=elsewhere.pk, by=a_person("Nadia", "agent"), now=clock.now())
    with pytest.raises(Forbidden) as caught:
        partners.take_back(link_id=made.id, by=eva, now=clock.now())
    assert caught.value.code == "outside_territory"


def test_many_at_once_leaves_out_what_is_out_of_reach(eva, there, elsewhere):
    wish = Wish(deed=MOVE, state="done", reason="gone_on_arrival")
    ids = [there.pk, elsewhere.pk]
    job_id = bulk.ask_bulk(case_ids=ids, wish=wish, by=eva, now=clock.now())
    assert list(BulkJob.objects.get(pk=job_id).lines.values_list("case", flat=True)) == [there.pk]
    client = desk_of(eva)
    found = client.post(reverse("streets:bulk_ask"), {"scope": "all", "f-state": ""})
    assert found.context["chosen"] == 1
    # What colleagues did to many, all over the city, is not hers to read or to undo.
    nadia = a_person("Nadia", "agent")
    theirs = bulk.ask_bulk(case_ids=[elsewhere.pk], wish=wish, by=nadia, now=clock.now())
    assert str(theirs) not in page(client, "bulk")[1]
    assert str(job_id) in page(client, "bulk")[1]
    for name in ("bulk_job", "bulk_table"):
        address = f"streets:{name}"
        assert client.get(reverse(address, args=[theirs])).status_code == 404
        assert client.get(reverse(address, args=[job_id])).status_code == 200
    assert client.post(reverse("streets:bulk_undo", args=[theirs])).status_code == 404
    assert str(job_id) in page(an_agent(), "bulk")[1]


def test_a_job_asks_once_more_for_the_role_when_its_turn_comes(eva, there, elsewhere):
    wish, now = Wish(deed=MOVE, state="done", reason="gone_on_arrival"), clock.now()
    nadia = a_person("Nadia", "agent")
    ids = [there.pk, elsewhere.pk]
    moved_away = bulk.ask_bulk(case_ids=ids, wish=wish, by=nadia, now=now)
    limited(nadia, service="streets", territory=18)
    bulk.run(job_id=moved_away, now=now)
    outcomes = dict(BulkLine.objects.filter(job=moved_away).values_list("case", "outcome"))
    assert outcomes == {there.pk: "done", elsewhere.pk: "outside_territory"}
    untouched = Case.objects.values().get(pk=elsewhere.pk)
    assert untouched["state_id"] == "new"
    left = bulk.ask_bulk(case_ids=ids, wish=wish, by=a_person("Omar", "agent"), now=now)
    limited(a_person("Omar"), ends_at=now - DAY)
    bulk.run(job_id=left, now=now)
    outcomes = BulkLine.objects.filter(job=left).values_list("outcome", flat=True)
    assert set(outcomes) == {"needs_role"}
    assert Case.objects.values().get(pk=elsewhere.pk) == untouched


def test_undoing_is_the_deed_of_who_asked_for_it_and_asks_for_their_role(eva, there, elsewhere):
    wish, now = Wish(deed=MOVE, state="done", reason="gone_on_arrival"), clock.now()
    job_id = bulk.ask_bulk(case_ids=[there.pk], wish=wish, by=eva, now=now)
    bulk.run(job_id=job_id, now=now)
    nadia = a_person("Nadia", "agent")
    bulk.ask_undo(job_id=job_id, by=nadia, now=now)
    limited(eva, ends_at=now - DAY)
    bulk_undo.run_undo(job_id=job_id, now=now)
    assert Case.objects.get(pk=there.pk).state_id == "new"
    steps = Step.objects.filter(case=there, door="bulk").order_by("pk")
    done, *undone = steps.values_list("actor_ref", flat=True)
    assert done == f"person:{eva.id}"
    assert set(undone) == {f"person:{nadia.id}"}
    second = bulk.ask_bulk(case_ids=[there.pk], wish=wish, by=nadia, now=now)
    bulk.run(job_id=second, now=now)
    bulk.ask_undo(job_id=second, by=nadia, now=now)
    limited(nadia, ends_at=now - DAY)
    bulk_undo.run_undo(job_id=second, now=now)
    assert BulkLine.objects.get(job=second).outcome == "needs_role"
    assert Case.objects.get(pk=there.pk).state_id == "done"


def test_a_round_out_of_reach_is_neither_made_nor_walked(eva, there, elsewhere):
    now = clock.now()
    plan = Plan(name="Tour", day=clock.city_day(now) + DAY, mode=Mode.FOOT, handler="ramen")
    mixed = [there.pk, elsewhere.pk]
    with pytest.raises(Forbidden):
        rounds.make_round(case_ids=mixed, plan=plan, by=eva, now=now)
    own = rounds.make_round(case_ids=[there.pk], plan=plan, by=eva, now=now)
    wide = rounds.make_round(case_ids=mixed, plan=plan, by=a_person("Nadia", "agent"), now=now)
    client = desk_of(eva)
    listed = page(client, "rounds")[1]
    assert str(own) in listed
    assert str(wide) not in listed
    for name in ("round", "round_print"):
        assert page(client, name, own)[0].status_code == 200
        assert page(client, name, wide)[0].status_code == 403
    for name in ("round_close", "round_lend"):
        assert client.post(reverse(f"streets:{name}", args=[wide])).status_code == 403
        assert client.post(reverse(f"streets:{name}", args=[own])).status_code in (200, 302)


def test_what_a_device_sends_later_is_refused_line_by_line(eva, there, elsewhere):
    answered = send(desk_of(eva), uuid.uuid4(), [kept(there), kept(elsewhere)]).json()["answered"]
    assert [one["outcome"] for one in answered] == ["done", "outside_territory"]
    elsewhere.refresh_from_db()
    assert elsewhere.state_id == "new"


def test_photos_wait_for_who_looks_at_that_arrondissement(eva, there, elsewhere):
    mine, theirs = waiting_photo(there), waiting_photo(elsewhere)
    client, now = desk_of(eva), clock.now()
    queue = page(client, "photo_queue")[1]
    assert str(mine.pk) in queue
    assert str(theirs.pk) not in queue
    assert page(client, "photo_review", theirs.pk)[0].status_code == 403
    assert page(client, "photo_uncovered", theirs.pk)[0].status_code == 404
    for act in (reviewing.show, reviewing.withhold):
        extra = {"boxes": []} if act is reviewing.show else {"because": "person"}
        with pytest.raises(Forbidden):
            act(Seen(photo_id=theirs.pk, by=eva, now=now), **extra)


def test_the_desk_counts_what_waits_in_the_arrondissement(eva, there, elsewhere):
    spread(3)
    Case.objects.update(due_at=clock.now() - DAY)
    queues = {one.url: one.waiting for one in desk_of(eva).get("/bureau/").context["queues"]}
    assert queues[reverse("streets:board")] == 1
    # What is settled for the whole city does not open to her.
    assert reverse("streets:routing_waiting") not in queues
