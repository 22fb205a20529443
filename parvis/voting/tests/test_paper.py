"""Paper on equal footing: one resident votes once, and two people read every sheet."""

from __future__ import annotations

import json

import pytest
from django.db import IntegrityError, transaction

from parvis.account.testing import a_person, alice
from parvis.kernel.errors import Refused
from parvis.kernel.testing import at_once
from parvis.voting.actions import opening, paper as actions
from parvis.voting.models import Minutes, PaperBox, Poll, Sheet, Tick
from parvis.voting.queries import log, paper, record, roll
from parvis.voting.rules.paper import BLANK, SPOILT, Minutes as Found, SheetRead
from parvis.voting.testing import (
    AFTER,
    BORN,
    CITY,
    DISTRICT,
    NOON,
    REF,
    a_vote,
    an_elector,
    an_open_poll,
    someone,
)

pytestmark = pytest.mark.django_db
BOX = "mairie-11"


@pytest.fixture
def key():
    """A vote that is open, with a ballot box."""
    _poll, key = an_open_poll()
    actions.add_box(ref=REF, code=BOX, place="Mairie du 11e", by=bachir(), now=NOON)
    return key


def bachir():
    return someone("Bachir", "agent")


def mona():
    return a_person("Mona", "agent")


def everything():
    return Tick.objects.count(), Minutes.objects.count(), list(Sheet.objects.values())


def refused(act, code):
    before = everything()
    with pytest.raises(Refused) as refusal:
        act()
    assert refusal.value.code == code
    assert everything() == before


def tick(name="Alice", now=NOON, **changes):
    actions.hand_out(
        born_on=BORN, ref=REF, elector=an_elector(name, **changes), box=BOX, by=bachir(), now=now
    )


def write(ballots=2, blank=0, spoilt=0, by=None, now=AFTER):
    found = Found(ballots=ballots, blank=blank, spoilt=spoilt)
    actions.write_minutes(ref=REF, box=BOX, contest=CITY, found=found, by=by or bachir(), now=now)


def read(number, value, by, now=AFTER):
    seen = SheetRead(box=BOX, contest=CITY, number=number, value=value)
    return actions.read_sheet(ref=REF, seen=seen, by=by, now=now)


def state():
    return paper.state(REF, BOX, CITY)


def test_who_voted_online_is_refused_at_the_desk(key):
    a_vote("Alice")
    refused(tick, "already_voted")
    tick(contests=(DISTRICT,))


def test_who_is_ticked_at_the_desk_is_refused_online(key):
    tick()
    refused(lambda: a_vote("Alice"), "already_voted")
    assert roll.has_ticked(ref=REF, identity=an_elector("Alice").identity) == {CITY, DISTRICT}


def test_an_account_votes_once_whatever_name_is_typed_at_the_desk(key):
    person = alice().id
    a_vote("Alice", person_id=person)
    refused(lambda: tick("Alix", person_id=person), "already_voted")
    tick("Bachir", person_id=bachir().id)
    refused(lambda: a_vote("Bashir", person_id=bachir().id), "already_voted")


def test_the_desk_ticks_while_the_vote_is_open_and_for_agents_alone(key):
    refused(lambda: tick(now=AFTER), "poll_closed")
    refused(lambda: tick(identity=""), "not_eligible")
    refused(lambda: tick(contests=()), "nothing_cast")
    refused(lambda: tick(contests=("x",)), "no_contest")
    act = {"ref": REF, "elector": an_elector(), "now": NOON}
    refused(lambda: actions.hand_out(born_on=BORN, box=BOX, by=alice(), **act), "needs_role")
    refused(lambda: actions.hand_out(born_on=BORN, box="none", by=bachir(), **act), "no_box")


def test_a_box_has_one_name(key):
    act = {"ref": REF, "code": BOX, "place": "x", "by": bachir()}
    refused(lambda: actions.add_box(now=NOON, **act), "box_exists")
    refused(lambda: actions.add_box(now=AFTER, **act), "poll_closed")
    assert PaperBox.objects.count() == 1


def test_paper_is_entered_after_closing(key):
    refused(lambda: write(now=NOON), "poll_still_open")
    refused(lambda: write(ballots=1, blank=2), "bad_minutes")
    refused(lambda: read(1, ("p1",), bachir()), "no_minutes")


def test_two_people_who_read_differently_block_the_count_until_they_agree(key):
    tick("Alice", contests=(CITY,))
    tick("Bob", contests=(CITY,))
    write()
    assert read(1, ("p2", "p1"), bachir()) is False
    assert read(1, ("p1", "p2"), mona()) is True
    read(2, ("p3",), bachir())
    assert state().read_once == (2,)
    assert read(2, ("p4",), mona()) is False
    assert (state().read_differently, state().is_ready) == ((2,), False)
    act = {"ref": REF, "key": key, "by": someone("Oscar", "official"), "now": AFTER}
    refused(lambda: opening.open_box(**act), "paper_not_ready")
    assert read(2, ("p4",), bachir()) is True
    assert (state().settled, state().differences, state().is_ready) == (2, {}, True)
    refused(lambda: read(2, ("p1",), mona()), "sheet_settled")


def test_nobody_reads_a_sheet_twice_for_two(key):
    write(ballots=1)
    assert read(1, ("p1",), bachir()) is False
    assert read(1, ("p2",), bachir()) is False
    sheet = Sheet.objects.get()
    assert (sheet.first, sheet.second) == ('["p2"]', "")
    with pytest.raises(IntegrityError), transaction.atomic():
        Sheet.objects.update(second="x", second_by_id=bachir().id)
    read(1, ("p3",), mona())
    refused(lambda: read(1, ("p3",), a_person("Ada", "agent")), "others_read")


def test_a_sheet_says_what_a_ballot_may_say(key):
    write(ballots=1)
    refused(lambda: read(1, ("p1", "p2", "p3", "p4"), bachir()), "too_many_options")
    refused(lambda: read(2, ("p1",), bachir()), "bad_sheet")
    refused(lambda: read(0, ("p1",), bachir()), "bad_sheet")
    read(1, (), bachir())
    assert Sheet.objects.get().first == BLANK


def test_figures_that_differ_block_until_the_reason_is_signed(key):
    tick("Alice", contests=(CITY,))
    write(ballots=2, blank=1, spoilt=1)

    def sign(reason="Une enveloppe était vide", by=None):
        signer = by or mona()
        actions.sign_off(ref=REF, box=BOX, contest=CITY, reason=reason, by=signer, now=AFTER)

    # Nobody has looked at a sheet: nothing can be explained away.
    refused(sign, "sheets_missing")
    for person in (bachir(), mona()):
        read(1, BLANK, person)
        refused(sign, "sheets_missing")
        read(2, SPOILT, person)
    assert state().differences == {"ticks": (2, 1)}
    assert not state().is_ready
    refused(lambda: sign(" "), "reason_missing")
    refused(lambda: sign(by=bachir()), "own_minutes")
    sign()
    assert state().is_ready
    write(ballots=2, blank=1, spoilt=1, by=mona())
    assert not state().is_ready
    refused(sign, "own_minutes")


def test_the_database_takes_no_signature_of_who_wrote_the_minutes(key):
    write(ballots=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Minutes.objects.update(difference="x", signed_off_by_id=bachir().id)


@pytest.mark.django_db(transaction=True)
def test_who_signs_and_writes_the_minutes_again_at_once_has_not_signed_them(key):
    tick("Alice", contests=(CITY,))
    write(ballots=2)
    for person in (bachir(), mona()):
        for number in (1, 2):
            read(number, BLANK, person)
    write(ballots=2, blank=2)
    second = mona()

    def sign():
        act = {"ref": REF, "box": BOX, "contest": CITY, "by": second, "now": AFTER}
        try:
            actions.sign_off(reason="Une enveloppe vide", **act)
        except Refused as refusal:
            return refusal.code
        return "signed"

    said, _done = at_once([sign, lambda: write(ballots=2, blank=2, by=second)])
    assert said in {"signed", "own_minutes"}
    minutes = Minutes.objects.get()
    assert (minutes.written_by_id, minutes.signed_off_by_id, minutes.difference) == (
        second.id,
        None,
        "",
    )


def test_sheets_that_nobody_read_or_that_say_otherwise_than_the_minutes_block_the_count(key):
    for name in ("Alice", "Bob"):
        tick(name, contests=(CITY,))
    write(ballots=2)
    act = {"ref": REF, "box": BOX, "contest": CITY, "by": bachir(), "now": AFTER}
    for person in (bachir(), mona()):
        read(1, ("p1",), person)
    refused(lambda: actions.sign_off(reason="x", **act), "sheets_missing")
    assert not state().is_ready
    for person in (bachir(), mona()):
        read(2, BLANK, person)
    assert state().differences == {"blank": (0, 1)}
    refused(lambda: actions.sign_off(reason="x", **act), "minutes_differ")
    assert not state().is_ready
    write(ballots=2, blank=1)
    assert state().is_ready


def test_a_sheet_that_one_person_reads_while_the_box_is_opened_blocks_it(key, monkeypatch):
    tick("Alice", contests=(CITY,))
    write(ballots=1)
    for person in (bachir(), mona()):
        read(1, ("p1",), person)
    released = opening.release_batch

    def meanwhile(**what):
        write(ballots=2)
        read(2, ("p2",), bachir())
        return released(**what)

    monkeypatch.setattr(opening, "release_batch", meanwhile)
    with pytest.raises(Refused) as refusal:
        opening.open_box(ref=REF, key=key, by=someone("Oscar", "official"), now=AFTER)
    assert refusal.value.code == "paper_not_ready"


def test_there_is_no_difference_to_explain_where_all_agrees(key):
    tick("Alice", contests=(CITY,))
    write(ballots=1)
    for person in (bachir(), mona()):
        read(1, ("p1",), person)
    act = {"ref": REF, "box": BOX, "contest": CITY, "by": bachir(), "now": AFTER}
    refused(lambda: actions.sign_off(reason="x", **act), "nothing_differs")


def test_boxes_of_few_are_told_together_with_what_was_explained_of_one():
    an_open_poll()
    figures = {"a": (1, 2, "Une de trop"), "b": (11, 11, ""), "c": (10, 10, "")}
    for code, (ticks, ballots, why) in figures.items():
        actions.add_box(ref=REF, code=code, place=code, by=bachir(), now=NOON)
        for number in range(ticks):
            voter = an_elector(f"{code}{'x' * number}", contests=(CITY,))
            given = {"ref": REF, "box": code, "born_on": BORN, "by": bachir(), "now": NOON}
            actions.hand_out(elector=voter, **given)
        found = Found(ballots=ballots, blank=1, spoilt=0)
        written = {"ref": REF, "box": code, "contest": CITY, "by": bachir(), "now": AFTER}
        actions.write_minutes(found=found, **written)
        Minutes.objects.filter(box__code=code).update(difference=why)
    Poll.objects.update(released_at=AFTER, box_opened_at=AFTER)
    lines = record.files(ref=REF)["paper.jsonl"].splitlines()
    told = {"contest": CITY, "spoilt": 0, "ticks": 11}
    assert [json.loads(one) for one in lines] == [
        told | {"box": "b", "ballots": 11, "blank": 1, "difference": ""},
        told | {"box": "other boxes", "ballots": 12, "blank": 2, "difference": "Une de trop"},
    ]


def test_paper_ballots_are_counted_and_logged_with_the_others(key):
    a_vote("Mona")
    for name in ("Alice", "Bob", "Carl"):
        tick(name, contests=(CITY,))
    write(ballots=3, blank=1, spoilt=1)
    for person in (bachir(), mona()):
        read(1, ("p5",), person)
        read(2, BLANK, person)
        read(3, SPOILT, person)
    oscar = someone("Oscar", "official")
    assert opening.open_box(ref=REF, key=key, by=oscar, now=AFTER) == 2
    files = record.files(ref=REF)
    choices = sorted(
        json.loads(line)["choice"] for line in files[f"ballots-{CITY}.jsonl"].splitlines()
    )
    assert choices == [["p1", "p2"], ["p5"]]
    assert json.loads(files["paper.jsonl"]) == {
        "contest": CITY, "box": "other boxes", "ballots": 3, "blank": 1, "spoilt": 1, "ticks": 3,
        "difference": "",
    }  # fmt: skip
    assert [one.size for one in log.roots(REF)] == [1, 2]
    assert json.loads(files["turnout.json"])["totals"] == [
        [CITY, "online", 1],
        [CITY, "paper", 3],
    ]
    refused(lambda: read(1, ("p1",), bachir()), "already_opened")
