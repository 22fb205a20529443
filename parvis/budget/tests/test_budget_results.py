"""From the last ballot to the published count: who wins and why, and that a stranger finds the
same."""

from __future__ import annotations

import csv
import io
import json
import zipfile

import pytest
from django.test import Client
from django.urls import reverse
from pabulib.checker import Checker

from parvis.account.testing import a_person, bachir
from parvis.budget.actions.voting import count_vote, publish_vote
from parvis.budget.queries import results
from parvis.budget.queries.ballots import ref_of
from parvis.budget.rules import pabulib
from parvis.budget.rules.counting import count
from parvis.budget.testing import an_area
from parvis.budget.tests.ballot_pages import text
from parvis.budget.tests.polls import ADMINISTRATOR, OFFICIAL, an_open_vote, cast_for
from parvis.budget.tests.records import the_verifier
from parvis.kernel import clock
from parvis.kernel.errors import Refused
from parvis.voting import public as voting

pytestmark = pytest.mark.django_db
CITY, LOCAL = "75056", "75111"
SHARES = {"count_rule": "equal-shares", "completion": "add1", "ballot": "approval"}


def a_vote_that_is_over(*, voters=24):
    """Hold a vote of 24 people: the city by equal shares, the 11th by grades; return the edition,
    its poll and a moment after it."""
    now = clock.now()
    areas = (
        an_area(most_options=2, envelope_cents=480_000_00, **SHARES),
        an_area(11, ballot="grades", count_rule="majority-judgment", most_options=None),
    )
    edition, key = an_open_vote(now=now, areas=areas)
    for number in range(voters):
        chosen = ("1", "2") if number % 3 else ("3", "5")
        graded = tuple((option, (number + int(option)) % 4) for option in ("1", "2", "3"))
        cast_for(edition, number, {CITY: chosen, LOCAL: graded}, now=now)
    ref = ref_of(edition)
    later = voting.poll(ref=ref, now=now).closes_at
    oscar = a_person("Oscar", OFFICIAL)
    voting.open_box(ref=ref, key=key, by=oscar, now=later)
    return edition, later


def published():
    edition, later = a_vote_that_is_over()
    publish_vote(edition_id=edition.pk, by=a_person("Ada", ADMINISTRATOR), now=later)
    return edition, voting.poll(ref=ref_of(edition), now=later)


def at(edition, step=""):
    return f"/en/participatory-budget/editions/{edition.slug}/results/{step}"


def test_a_stranger_checks_the_record_and_counts_the_same(tmp_path, capsys):
    edition, _poll = published()
    path = tmp_path / "record.zip"
    path.write_bytes(Client().get(at(edition, "record.zip")).content)
    with zipfile.ZipFile(path) as archive:
        receipt = archive.read("log.txt").decode().split()[0]
        assert "verify.py" in archive.namelist()
    assert the_verifier().main([str(path), receipt]) == 0, capsys.readouterr()
    said = capsys.readouterr().out
    assert "WRONG" not in said
    assert "75056: 24 ballots" in said


def test_nothing_is_counted_before_the_box_is_open():
    edition, _key = an_open_vote()
    for act in (
        lambda: count_vote(edition_id=edition.pk, now=clock.now()),
        lambda: publish_vote(
            edition_id=edition.pk, by=a_person("Ada", ADMINISTRATOR), now=clock.now()
        ),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert (refused.value.code, refused.value.status) == ("box_closed", 409)


def test_results_are_published_once_and_by_who_may():
    edition, later = a_vote_that_is_over()
    with pytest.raises(Refused) as refused:
        publish_vote(edition_id=edition.pk, by=bachir(), now=later)
    assert refused.value.code == "needs_role"
    ada = a_person("Ada", ADMINISTRATOR)
    winners = publish_vote(edition_id=edition.pk, by=ada, now=later)
    assert set(winners) == {CITY, LOCAL}
    with pytest.raises(Refused) as again:
        publish_vote(edition_id=edition.pk, by=ada, now=later)
    assert again.value.code == "already_published"
    assert voting.results(ref=ref_of(edition))[CITY]["winners"] == winners[CITY]


def test_the_page_of_the_vote_leads_to_what_came_of_it():
    edition, poll = published()
    said = Client().get(f"/en/votes/{poll.ref}/").content.decode()
    assert f'href="{at(edition)}"' in said
    assert "What is left goes to: one euro more for everyone." in said


def test_before_that_it_leads_nowhere():
    edition, _later = a_vote_that_is_over()
    said = Client().get(f"/en/votes/{ref_of(edition)}/").content.decode()
    assert at(edition) not in said


def test_the_page_of_an_area_says_who_is_funded_and_why():
    edition, poll = published()
    told = results.area_result(edition, poll, CITY)
    page = Client().get(at(edition, f"{CITY}/"))
    assert page.status_code == 200
    said = text(page)
    assert "Effective votes" in said
    assert all(one.line.title in said for one in told.rounds)
    assert all(one.line.title in said for one in told.left_out)
    assert "24 people voted" in said or "people voted: 24 online" in said
    assert sum(one.line.item.cost for one in told.rounds) == told.cost


def test_grades_are_drawn_for_every_project():
    edition, poll = published()
    told = results.area_result(edition, poll, LOCAL)
    page = Client().get(at(edition, f"{LOCAL}/")).content.decode()
    assert page.count('class="grade-bar"') == 5
    for one in (*told.rounds, *told.left_out):
        assert sum(one.grades) == told.voters == 24


def test_the_file_for_other_programs_gives_the_same_winners(tmp_path, capsys):
    edition, poll = published()
    for key in (CITY, LOCAL):
        sent = Client().get(at(edition, f"{key}/ballots.pb"))
        (tmp_path / "sent.pb").write_bytes(sent.content)
        said = Checker().process_files([str(tmp_path / "sent.pb")])["sent"]["results"]
        # Where a lot drawn from the published seed decided, another program may draw another.
        assert set(said["errors"]) <= {"equalshares/add1 rule not followed"}, said
        assert "decided by lot" in sent.content.decode()
        read = pabulib.read_bytes(sent.content)
        assert read.election.voters == 24
        assert read.selected
        won = voting.results(ref=poll.ref)[key]["winners"]
        assert set(read.selected) == set(won)
        # The lot is told too: who counts the file draws the same.
        assert list(count(read.election, read.rule.settings).winners) == won
    capsys.readouterr()


def test_the_table_has_every_project_once():
    edition, _poll = published()
    sent = Client().get(at(edition, f"{CITY}/result.csv")).content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(sent), delimiter=";"))
    assert sorted(row["number"] for row in rows) == ["1", "2", "3", "4", "5"]
    assert {row["cost_euros"] for row in rows} >= {"240000.00", "70000.00"}
    assert all(row["why"] for row in rows if row["funded"] == "0")


def test_a_day_of_few_is_not_told(monkeypatch):
    edition, _key = an_open_vote()
    for number in range(10):
        cast_for(edition, number, {CITY: ("1",)}, now=clock.now())
    poll = voting.poll(ref=ref_of(edition), now=clock.now())
    told = results.turnout(poll, CITY)
    assert (told.total, told.days, told.rest) == (10, (), 10)


def test_days_of_few_on_paper_draw_no_line_at_zero(monkeypatch):
    edition, _key = an_open_vote()
    day = "2026-06-01"
    counted = voting.Turnout(
        days=((CITY, day, "online", 30), (CITY, "other days", "paper", 4)),
        totals=((CITY, "online", 30), (CITY, "paper", 4)),
    )
    monkeypatch.setattr(voting, "turnout", lambda **_asked: counted)
    told = results.turnout(voting.poll(ref=ref_of(edition), now=clock.now()), CITY)
    assert (told.online, told.paper, told.rest) == (30, 4, 4)
    assert [values for _name, values in told.series] == [(30,)]


def test_a_day_of_few_on_paper_is_a_gap_and_not_zero(client, monkeypatch):
    edition, poll = published()
    first, second, third = "2026-06-01", "2026-06-02", "2026-06-03"
    counted = voting.Turnout(
        days=(
            *((CITY, day, "online", 30) for day in (first, second, third)),
            (CITY, second, "paper", 15),
            (CITY, "other days", "paper", 15),
        ),
        totals=((CITY, "online", 90), (CITY, "paper", 30)),
    )
    monkeypatch.setattr(voting, "turnout", lambda **_asked: counted)
    told = results.turnout(poll, CITY)
    assert [values for _name, values in told.series] == [(30, 30, 30), (None, 15, None)]
    page = client.get(reverse("budget:result", args=[edition.slug, CITY])).content.decode()
    assert page.count('<span class="vh">dit avec') == 2
    assert page.count('<polyline class="dot s2"') == 1


def test_turnout_is_told_by_day_and_channel():
    _edition, poll = published()
    told = results.turnout(poll, CITY)
    assert (told.online, told.paper, len(told.days)) == (24, 0, 1)
    assert told.series[0][1] == (24,)


def test_the_frozen_configuration_says_how_every_area_is_counted(tmp_path):
    _edition, poll = published()
    with zipfile.ZipFile(io.BytesIO(voting.record(ref=poll.ref))) as archive:
        told = json.loads(archive.read("configuration.json"))
        results_told = json.loads(archive.read("results.json"))
    rules = {contest["key"]: contest["rule"] for contest in told["contests"]}
    assert {key: one["rule"] for key, one in results_told.items()} == rules
