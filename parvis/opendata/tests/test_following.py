"""Following a dataset: told of each version, of what changed, once a day, only what one watches."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.utils import translation

from parvis.account.testing import a_person, signed_in
from parvis.kernel import holdings, register
from parvis.kernel.declarations import keeps
from parvis.kernel.errors import Forbidden, NotFound
from parvis.kernel.facts import facts_about
from parvis.opendata.actions import following
from parvis.opendata.actions.publishing import publish
from parvis.opendata.events import DatasetNews
from parvis.opendata.models import Dataset, Following, Watch
from parvis.opendata.queries import following as queries
from parvis.opendata.testing import (
    BUDGET,
    BUDGET_ROWS,
    BUDGET_SCHEMA,
    MONDAY,
    a_dataset,
    a_table,
    a_version,
)
from parvis.relation.public import timeline
from parvis.relation.testing import deliver_everything

pytestmark = pytest.mark.django_db
SPENDING = "est.sens=D%C3%A9pense"
LATER = MONDAY + dt.timedelta(days=400)


def at(days: int, hour: int = 10) -> dt.datetime:
    """Return an hour (UTC) of a day after Monday 2 March."""
    return MONDAY.replace(hour=hour) + dt.timedelta(days=days)


def the_budget(*changed, now=MONDAY):
    """Publish the budget with the amounts of some rows changed: ("a", 1.0)."""
    amounts = dict(changed)
    rows = [{**row, "montant": amounts.get(row["cle"], row["montant"])} for row in BUDGET_ROWS]
    return a_version(rows, now=now, key_fields=["cle"], sort_fields=["cle"])


@pytest.fixture
def alice():
    """Alice, who reads English."""
    return a_person("Alice", language="en")


@pytest.fixture
def budget():
    return the_budget()


def news():
    """Return what followers were told, oldest first."""
    told = []
    for watch in Watch.objects.order_by("pk"):
        told += [one.fact for one in facts_about(f"opendata.watch:{watch.public_id}")]
    return told


def counted(fact):
    return fact.since, fact.version, fact.added, fact.removed, fact.changed


# --- who follows ----------------------------------------------------------------------------------


def test_who_follows_is_told_of_the_next_version_in_the_thread_and_by_mail(alice, budget):
    following.follow(dataset_id=BUDGET, query="", by=alice, now=MONDAY)
    deliver_everything()
    assert mail.outbox == []
    changed = [{**row, "montant": 999.0} if row["cle"] == "b" else row for row in BUDGET_ROWS[1:]]
    a_version([*changed, {"cle": "g", "exercice": 2026}], now=at(1))
    deliver_everything()
    [letter] = mail.outbox
    assert letter.to == ["alice@parvis.example"]
    assert letter.subject == "A dataset that you follow has changed: Budget voté"
    assert "Version 2 is published. 1 row added, 1 row removed, 1 row changed." in letter.body
    assert "/en/data/budget-vote/versions/2/" in letter.body
    assert "List-Unsubscribe" in letter.extra_headers
    [line] = timeline(person_id=alice.id, now=LATER, only="opendata.followed")
    assert (line.mailed, line.is_read, line.icon) == (True, False, "data")


def test_what_the_publisher_says_of_a_version_is_told_with_it(alice, budget):
    following.follow(dataset_id=BUDGET, query="", by=alice, now=MONDAY)
    said = {"note": "Le chapitre 65 est corrigé."}
    table = a_table(BUDGET_ROWS[:3])
    publish(dataset_id=BUDGET, table=table, schema=BUDGET_SCHEMA, now=at(1), **said)
    deliver_everything()
    assert "Version 2 is published. 3 rows removed. Le chapitre 65 est corrigé." in (
        mail.outbox[0].body
    )


def test_who_does_not_follow_is_told_nothing(alice, budget):
    chloe = a_person("Chloé", email="chloe@parvis.example")
    following.follow(dataset_id=BUDGET, query="", by=alice, now=MONDAY)
    the_budget(("a", 1.0), now=at(1))
    deliver_everything()
    assert [letter.to for letter in mail.outbox] == [["alice@parvis.example"]]
    assert timeline(person_id=chloe.id, now=LATER, only="opendata.followed") == []


def test_the_same_wish_twice_is_one_and_the_latest_filters_count(alice, budget):
    for _time in range(2):
        assert following.follow(dataset_id=BUDGET, query="", by=alice, now=MONDAY) == ""
    kept = following.follow(
        dataset_id=BUDGET, query=f"tri=-montant&{SPENDING}&est.inconnu=1", by=alice, now=MONDAY
    )
    assert kept == SPENDING
    [one] = Following.objects.all()
    assert one.watch.query == SPENDING
    assert list(Watch.objects.values_list("query", flat=True)) == [SPENDING]
    with translation.override("en"):
        assert queries.standing(BUDGET, alice.id).said == "Sens: Dépense"


def test_filters_that_mean_nothing_are_refused_and_nothing_is_followed(alice, budget):
    with pytest.raises(NotFound) as refusal:
        following.follow(dataset_id=BUDGET, query="est.inconnu=1", by=alice, now=MONDAY)
    assert refusal.value.code == "no_filter"
    assert not Following.objects.exists()
    assert not Watch.objects.exists()


def test_a_dataset_that_is_not_there_cannot_be_followed(alice):
    with pytest.raises(NotFound) as refusal:
        following.follow(dataset_id="nulle-part", query="", by=alice, now=MONDAY)
    assert refusal.value.code == "no_dataset"


def test_who_stops_is_told_nothing_and_learns_how_they_followed(alice, budget):
    following.follow(dataset_id=BUDGET, query=SPENDING, by=alice, now=MONDAY)
    assert following.unfollow(dataset_id=BUDGET, by=alice, now=MONDAY) == SPENDING
    assert following.unfollow(dataset_id=BUDGET, by=alice, now=MONDAY) is None
    the_budget(("b", 1.0), now=at(1))
    deliver_everything()
    assert mail.outbox == []
    assert not Watch.objects.exists()
    told = [one.action for one in register.concerning(f"person:{alice.id}")][:2]
    assert told == ["opendata.dataset_unfollowed", "opendata.dataset_followed"]


def test_who_begins_late_is_not_told_of_what_was_there_already(alice, budget):
    oscar = a_person("Oscar")
    following.follow(dataset_id=BUDGET, query="", by=alice, now=MONDAY)
    the_budget(("a", 1.0), now=at(1))
    following.follow(dataset_id=BUDGET, query="", by=oscar, now=at(1, 11))
    following.tell_followers(now=at(1, 12))
    [fact] = news()
    assert queries.followers(fact.watch_id, version=fact.version) == {alice.id}
    the_budget(("a", 2.0), now=at(2))
    following.tell_followers(now=at(2))
    assert queries.followers(fact.watch_id, version=3) == {alice.id, oscar.id}


def test_a_dataset_that_was_only_described_is_told_when_its_rows_come(alice):
    a_dataset()
    following.follow(dataset_id=BUDGET, query="", by=alice, now=MONDAY)
    the_budget(now=at(1))
    deliver_everything()
    assert "Version 1 is published. 6 rows added." in mail.outbox[0].body
    assert "/en/data/budget-vote/versions/" in mail.outbox[0].body


# --- once a day -----------------------------------------------------------------------------------


def test_what_follows_the_same_day_is_told_together_the_next_morning(alice, budget):
    following.follow(dataset_id=BUDGET, query="", by=alice, now=MONDAY)
    for rank in (1, 2, 3):
        the_budget(("a", float(rank)), now=at(1, 8 + rank))
        following.tell_followers(dataset_id=BUDGET, now=at(1, 8 + rank))
    assert [counted(fact) for fact in news()] == [(1, 2, 0, 0, 1)]
    assert following.tell_followers(now=at(2, 5)) == 1
    assert [counted(fact) for fact in news()][1:] == [(2, 4, 0, 0, 1)]
    assert following.tell_followers(now=at(2, 6)) == 0
    assert following.tell_followers(now=at(3, 5)) == 0


def test_the_day_is_that_of_the_city(alice, budget):
    following.follow(dataset_id=BUDGET, query="", by=alice, now=MONDAY)
    the_budget(("a", 1.0), now=at(1, 22))
    assert following.tell_followers(now=at(1, 22)) == 1
    the_budget(("a", 2.0), now=at(1, 23))
    # 23:30 in UTC is half past midnight in Paris.
    assert following.tell_followers(now=at(1, 23).replace(minute=30)) == 1


def test_what_changed_and_changed_back_is_no_news(alice, budget):
    following.follow(dataset_id=BUDGET, query="", by=alice, now=MONDAY)
    the_budget(("a", 1.0), now=at(1, 8))
    following.tell_followers(now=at(1, 8))
    the_budget(("a", 2.0), now=at(1, 9))
    the_budget(("a", 1.0), now=at(1, 10))
    assert following.tell_followers(now=at(2)) == 0
    assert Watch.objects.get().told_version == 4
    assert len(news()) == 1


def test_a_version_of_other_columns_is_news(alice, budget):
    following.follow(dataset_id=BUDGET, query="", by=alice, now=MONDAY)
    fields = tuple(one for one in BUDGET_SCHEMA.fields if one.name != "libelle")
    a_version(BUDGET_ROWS, type(BUDGET_SCHEMA)(fields), now=at(1))
    deliver_everything()
    assert "The rows are the same. Columns that are gone: Libellé." in mail.outbox[0].body


# --- only what one watches ------------------------------------------------------------------------


def test_who_watches_some_rows_is_told_of_those_alone(alice, budget):
    following.follow(dataset_id=BUDGET, query=SPENDING, by=alice, now=MONDAY)
    the_budget(("a", 1.0), now=at(1))
    deliver_everything()
    assert mail.outbox == []
    the_budget(("a", 1.0), ("b", 2.0), ("d", 3.0), now=at(2))
    deliver_everything()
    [letter] = mail.outbox
    assert letter.subject == "Rows that you watch have changed: Budget voté"
    assert "Version 3 is published. 1 row changed." in letter.body
    assert f"/en/data/budget-vote/table/?{SPENDING}" in letter.body


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("de.montant=400", (1, 2, 1, 1, 0)),
        ("q=theatres", (1, 2, 0, 0, 1)),
        ("est.exercice=2024", (1, 2, 0, 0, 1)),
        ("est.exercice=2025", (1, 2, 0, 0, 1)),
    ],
)
def test_a_row_that_comes_into_view_is_added_and_one_that_leaves_it_removed(
    alice, budget, query, expected
):
    following.follow(dataset_id=BUDGET, query=query, by=alice, now=MONDAY)
    # The theatres of 2024 rise from 300 to 400, the trees of 2025 fall from 450 to 4.
    the_budget(("a", 400.0), ("e", 4.0), now=at(1))
    following.tell_followers(now=at(1))
    assert [counted(fact) for fact in news()] == [expected]


def test_a_filter_whose_column_is_gone_is_told_without_counts(alice, budget):
    following.follow(dataset_id=BUDGET, query=SPENDING, by=alice, now=MONDAY)
    fields = tuple(one for one in BUDGET_SCHEMA.fields if one.name != "sens")
    a_version(BUDGET_ROWS, type(BUDGET_SCHEMA)(fields), now=at(1))
    deliver_everything()
    assert "too different, to count what changed" in mail.outbox[0].body


# --- what is not open -----------------------------------------------------------------------------


def test_a_dataset_whose_rows_are_not_open_tells_nobody_of_them(alice, budget):
    following.follow(dataset_id=BUDGET, query="", by=alice, now=MONDAY)
    Dataset.objects.update(restricted=True)
    the_budget(("a", 1.0), now=at(1))
    deliver_everything()
    assert mail.outbox == []
    oscar = a_person("Oscar")
    with pytest.raises(Forbidden) as refusal:
        following.follow(dataset_id=BUDGET, query=SPENDING, by=oscar, now=at(1))
    assert refusal.value.code == "restricted"
    assert [one.person_id for one in Following.objects.all()] == [alice.id]


# --- the database ---------------------------------------------------------------------------------


def test_nobody_follows_a_dataset_by_the_watch_of_another(alice, budget):
    other = a_dataset("autre")
    following.follow(dataset_id=BUDGET, query="", by=alice, now=MONDAY)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(IntegrityError), transaction.atomic():
        Following.objects.update(dataset=other)


def test_what_a_person_follows_is_given_out_and_forgotten(alice, budget):
    [kept] = [one for one in keeps if one.key == "opendata"]
    following.follow(dataset_id=BUDGET, query=SPENDING, by=alice, now=MONDAY)
    follows, watched = holdings.everything(kept, alice.id)
    assert (follows["dataset_dataset_id"], follows["followed_at"]) == (BUDGET, MONDAY.isoformat())
    assert (watched["model"], watched["query"]) == ("opendata.Watch", SPENDING)
    assert kept.erase(alice.id, at(1)) == 1
    assert holdings.everything(kept, alice.id) == []
    assert not Watch.objects.exists()


# --- the page -------------------------------------------------------------------------------------


def press(client, page, **typed):
    return client.post("/en/data/budget-vote/follow/", {"page": page, **typed})


def test_one_button_follows_and_the_page_offers_the_way_back(client, alice, budget):
    page = "/en/data/budget-vote/"
    assert "Follow this dataset" in client.get(page).content.decode()
    assert press(client, page, on="1").url.endswith(f"?next={page}")
    assert not Following.objects.exists()
    signed_in(client, alice)
    done = press(client, page, on="1")
    assert done.url == f"{page}?fait=suivi#suivre"
    said = client.get(done.url).content.decode()
    assert "You follow this dataset." in said
    assert "Undo" in said
    assert "Stop following" in said
    press(client, page, on="0")
    assert not Following.objects.exists()


def test_the_rows_of_a_view_are_followed_and_undoing_brings_them_back(client, alice, budget):
    signed_in(client, alice)
    page = f"/en/data/budget-vote/table/?{SPENDING}"
    assert "Follow only the rows of this view" in client.get(page).content.decode()
    press(client, page, on="1", query=SPENDING)
    said = client.get(page).content.decode()
    assert "Follow only the rows of this view" not in said
    assert "You are told when rows change where" in said
    done = press(client, page, on="0")
    assert done.url == f"{page}&fait=plus-suivi&avant=est.sens%3DD%25C3%25A9pense#suivre"
    assert f'value="{SPENDING}"' in client.get(done.url).content.decode()
    press(client, page, on="1", query=SPENDING)
    assert Following.objects.get().watch.query == SPENDING


@pytest.mark.parametrize("page", ["//ailleurs.example/x", "https://ailleurs.example/", "x"])
def test_the_button_leads_back_to_our_own_pages_alone(client, alice, budget, page):
    signed_in(client, alice)
    assert press(client, page, on="1").url == "/en/data/budget-vote/?fait=suivi#suivre"


def test_what_one_follows_stands_in_the_account(client, alice, budget):
    following.follow(dataset_id=BUDGET, query="", by=alice, now=MONDAY)
    signed_in(client, alice)
    said = client.get("/en/my-account/").content.decode()
    assert "Datasets that I follow" in said
    assert 'href="/en/data/budget-vote/"' in said


def test_the_fact_keeps_what_it_was_given():
    fact = DatasetNews(
        dataset_id=BUDGET, watch_id=_UUID, since=1, version=2, added=None, removed=None, changed=1
    )
    assert DatasetNews.from_payload(fact.to_payload()) == fact


_UUID = uuid.UUID(int=7)
