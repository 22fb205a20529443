"""What a ballot is and how it is proved, against values computed by hand."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Any

import pytest
from hypothesis import given, strategies as some

from parvis.kernel.canonical import canonical, digest
from parvis.voting.rules import (
    ballots,
    batches,
    envelopes,
    identity,
    merkle,
    paper,
    plans,
    published,
    shuffling,
    tags,
)
from parvis.voting.rules.plans import BallotKind
from parvis.voting.testing import OPENS, a_contest, a_plan


def sha(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def mth(leaves: list[bytes]) -> bytes:
    """Return the root exactly as RFC 9162, section 2.1.1, defines it."""
    if not leaves:
        return sha(b"")
    if len(leaves) == 1:
        return sha(b"\x00" + leaves[0])
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha(b"\x01" + mth(leaves[:k]) + mth(leaves[k:]))


def test_the_empty_and_the_single_log_have_the_roots_of_the_standard():
    assert merkle.root([]).hex() == (
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    )
    # SHA-256 of one zero byte: the leaf over an empty entry.
    assert merkle.root([merkle.leaf(b"")]).hex() == (
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    )


def test_three_leaves_by_hand():
    a, b, c = (sha(b"\x00" + one) for one in (b"a", b"b", b"c"))
    left = sha(b"\x01" + a + b)
    assert merkle.root([a, b, c]) == sha(b"\x01" + left + c)
    assert merkle.path([a, b, c], 0) == [b, c]
    assert merkle.path([a, b, c], 2) == [left]
    assert merkle.root_by(c, index=2, size=3, proof=[left]) == merkle.root([a, b, c])


@pytest.mark.parametrize("size", [*range(1, 40), 127, 128, 129])
def test_root_and_every_proof_are_those_of_the_standard(size):
    entries = [str(n).encode() for n in range(size)]
    hashes = [merkle.leaf(one) for one in entries]
    root = mth(entries)
    assert merkle.root(hashes) == root
    for index in range(size):
        proof = merkle.path(hashes, index)
        assert merkle.root_by(hashes[index], index=index, size=size, proof=proof) == root
        other = merkle.root_by(merkle.leaf(b"no"), index=index, size=size, proof=proof)
        assert other != root
        if proof:
            assert merkle.root_by(hashes[index], index=index, size=size, proof=proof[:-1]) is None


def test_a_place_outside_the_log_has_no_proof():
    with pytest.raises(IndexError):
        merkle.path([merkle.leaf(b"")], 1)
    assert merkle.root_by(b"", index=1, size=1, proof=[]) is None
    assert merkle.root_by(merkle.leaf(b""), index=0, size=1, proof=[b"x"]) is None


@pytest.mark.parametrize(
    ("waiting", "kept"), [(0, 0), (1, 1), (21, 21), (22, 11), (23, 11), (1000, 11)]
)
def test_a_batch_keeps_eleven_back(waiting, kept):
    assert batches.kept_back(waiting, is_last=False) == kept
    assert batches.kept_back(waiting, is_last=True) == 0


@given(some.lists(some.integers(), max_size=50))
def test_a_shuffle_loses_nothing(things):
    assert sorted(batches.shuffled(things)) == sorted(things)


KINDS: dict[BallotKind, list[tuple[Any, str | None, list[Any] | None]]] = {
    BallotKind.APPROVAL: [
        (("p2", "p1"), None, ["p1", "p2"]),
        ((), None, []),
        (("p1", "p2", "p3", "p4"), "too_many_options", None),
        (("x",), "unknown_option", None),
        ((1,), "unknown_option", None),
        (("p1", "p1"), "twice", None),
    ],
    BallotKind.CHOOSE_ONE: [
        (("p5",), None, ["p5"]),
        (("p1", "p2"), "too_many_options", None),
    ],
    BallotKind.KNAPSACK: [
        (("p5", "p1", "p2"), None, ["p1", "p2", "p5"]),
        (("p5", "p4"), "over_budget", None),
    ],
    BallotKind.RANKING: [
        (("p5", "p1"), None, ["p5", "p1"]),
        (("p5", "p1", "p2", "p3"), "too_many_options", None),
    ],
    BallotKind.POINTS: [
        ((("p2", 4), ("p1", 6), ("p3", 0)), None, [["p1", 6], ["p2", 4]]),
        ((("p1", 0),), None, []),
        ((("p1", 11),), "too_many_points", None),
        ((("p1", -1),), "bad_grade", None),
    ],
    BallotKind.GRADES: [
        ((("p2", 3), ("p1", 0)), None, [["p1", 0], ["p2", 3]]),
        ((["p2", 3],), None, [["p2", 3]]),
        ((("p1", 4),), "bad_grade", None),
        ((("p1", "3"),), "bad_grade", None),
        ((("p1", 3), ("p1", 2)), "twice", None),
    ],
}


@pytest.mark.parametrize(
    ("kind", "value", "why", "tidied"),
    [(kind, *case) for kind, cases in KINDS.items() for case in cases],
)
def test_each_kind_of_ballot_has_its_rules(kind, value, why, tidied):
    contest = a_contest(kind=kind)
    assert ballots.why_refused(contest, value) == why
    if tidied is not None:
        assert ballots.tidied(contest, value) == tidied
        line = ballots.written(contest="paris", choice=tidied, nonce="ab" * 32)
        assert len(line) <= ballots.room(contest)
        read = ballots.read(line)
        assert (read.choice, read.receipt, read.replaces) == (tidied, digest(line), "")


def test_a_ballot_is_written_as_anybody_would():
    line = ballots.written(contest="75111", choice=["b", "a"], nonce="0" * 64, replaces="")
    expected = b'{"choice":["b","a"],"contest":"75111","nonce":"%s","replaces":"","v":1}' % (
        b"0" * 64
    )
    assert line == expected
    for other in (line + b" ", line.replace(b'"v":1', b'"v":2')):
        with pytest.raises(ValueError, match=r"ballot|Extra"):
            ballots.read(other)


def test_the_two_envelopes_open_with_their_keys_in_their_place_alone():
    opening, batch, other = (envelopes.new_keys() for _ in range(3))
    line = b"a ballot"
    here = envelopes.place("vote", "paris")
    inner = envelopes.seal_ballot(line, room=64, key=opening.public, place=here)
    longer = envelopes.seal_ballot(line * 8, room=64, key=opening.public, place=here)
    assert len(inner) == len(longer)
    outer = envelopes.seal_envelope(receipt="ab" * 32, inner=inner, key=batch.public, place=here)
    opened = envelopes.open_envelope(outer, private=batch.private, place=here)
    assert opened == ("ab" * 32, inner)
    assert envelopes.open_ballot(inner, private=opening.private, place=here) == line
    for private, place in ((other.private, here), (opening.private, "vote/75111")):
        with pytest.raises(ValueError, match="does not open"):
            envelopes.open_ballot(inner, private=private, place=place)
    with pytest.raises(ValueError, match="larger"):
        envelopes.seal_ballot(b"x" * 65, room=64, key=opening.public, place=here)


def test_marks_of_one_kind_are_none_of_another():
    secret = b"s" * 32
    marks = {
        tags.person_tag(secret, "a"),
        tags.cast_tag(secret, "a"),
        tags.receipt_tag(secret, "a"),
        tags.spent_tag(secret, "a"),
        tags.person_tag(b"t" * 32, "a"),
    }
    assert len(marks) == 5
    code = tags.change_code(secret, contest="paris", receipt="ab")
    assert tags.is_change_code(secret, contest="paris", receipt="ab", code=code)
    assert not tags.is_change_code(secret, contest="75111", receipt="ab", code=code)
    assert not tags.is_change_code(secret, contest="paris", receipt="ab", code="é" * 20)


@pytest.mark.parametrize(
    ("first", "family"),
    [("Alice", "Martin"), ("ALICE", "MARTIN"), (" alice ", "martin"), ("Alice, Marie", "Martin"),
     ("Alice Marie", "Martin"), ("Álice", "Mártin")],
)  # fmt: skip
def test_one_person_has_one_name_in_the_register(first, family):
    born = dt.date(1980, 12, 31)
    said = identity.identity_of(first_name=first, family_name=family, birth_date=born)
    assert said == "alice|martin|1980-12-31"


def test_compound_names_and_empty_ones():
    born = dt.date(1980, 12, 31)
    said = identity.identity_of(
        first_name="Jean-Marie", family_name="Le Cœur d'Or", birth_date=born
    )
    assert said == "jeanmarie|lecoeurdor|1980-12-31"
    assert identity.identity_of(first_name=" ", family_name="x", birth_date=born) == ""


def test_the_configuration_reads_back_as_it_was_written():
    plan = a_plan()
    fixed = plans.configuration(plan, opening_key="a", signing_key="b")
    loaded = json.loads(fixed)
    assert plans.read_configuration(fixed, loaded) == plan
    with pytest.raises(ValueError, match="configuration"):
        plans.read_configuration(fixed, loaded | {"title": "Autre"})


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({}, None),
        ({"ref": "Budget 2015"}, "bad_name"),
        ({"ref": "desk"}, "bad_name"),
        ({"closes_at": OPENS}, "bad_dates"),
        ({"contests": ()}, "bad_contest"),
        ({"contests": (a_contest(), a_contest())}, "bad_contest"),
        ({"contests": (a_contest(options=()),)}, "bad_contest"),
        ({"contests": (a_contest(max_options=0),)}, "bad_contest"),
        ({"contests": (a_contest(kind=BallotKind.POINTS, points=None),)}, "bad_contest"),
        ({"contests": (a_contest(kind=BallotKind.KNAPSACK, budget=0),)}, "bad_contest"),
        ({"contests": (a_contest(rule=plans.CountingRule(name="x")),)}, "bad_contest"),
    ],
)
def test_what_can_be_voted_on(changes, why):
    assert plans.why_not_held(a_plan(**changes)) == why


def test_a_draw_gives_the_same_order_everywhere_and_another_draw_another():
    things = list(range(20))
    one = shuffling.drawn_order(things, seed="ab", contest="paris", draw=7)
    assert sorted(one) == things
    assert one == shuffling.drawn_order(things, seed="ab", contest="paris", draw=7)
    assert one != shuffling.drawn_order(things, seed="ab", contest="paris", draw=8)
    keys = [hashlib.sha256(f"ab/paris/7/{n}".encode()).digest() for n in things]
    assert one == sorted(things, key=keys.__getitem__)


@given(some.lists(some.integers(1, 30), max_size=8))
def test_who_voted_on_a_day_of_few_cannot_be_counted_from_the_rest(numbers):
    days = [dt.date(2015, 9, 12) + dt.timedelta(days=n) for n in range(len(numbers))]
    ticks = {("paris", day, "online"): n for day, n in zip(days, numbers, strict=True)}
    told = {day: n for _contest, day, _channel, n in published.turnout(ticks).days}
    together = told.pop("other days", 0)
    assert together + sum(told.values()) == sum(numbers)
    assert all(number >= batches.K for number in told.values())
    assert not 0 < together < batches.K or not told


@given(some.lists(some.tuples(some.integers(0, 40), some.integers(0, 40)), max_size=9))
def test_what_a_box_of_few_held_cannot_be_read_from_the_others(numbers):
    found = [
        published.Box(
            contest="paris",
            box=f"b{n}",
            ballots=one,
            blank=0,
            spoilt=0,
            ticks=ticks,
            difference="" if one == ticks else f"b{n}",
        )
        for n, (one, ticks) in enumerate(numbers)
    ]
    told = {one.box: one for one in published.boxes(found)}
    for figure in ("ballots", "ticks"):
        whole = sum(getattr(one, figure) for one in found)
        assert sum(getattr(one, figure) for one in told.values()) == whole
    others = told.pop("other boxes", None)
    assert all(min(one.ballots, one.ticks) >= batches.K for one in told.values())
    assert others is None or not told or min(others.ballots, others.ticks) >= batches.K
    assert all(one.difference for one in told.values() if one.ballots != one.ticks)


def test_receipts_are_read_as_people_type_them():
    receipt = "0123456789abcdef" * 4
    assert published.read_receipt(published.grouped(receipt).upper()) == receipt
    assert published.read_receipt("0123") == ""
    assert published.read_receipt("g" * 64) == ""


def test_minutes_and_sheets_have_to_agree():
    found = paper.Minutes(ballots=10, blank=1, spoilt=2)
    assert paper.why_not_minutes(found) is None
    assert paper.why_not_minutes(paper.Minutes(ballots=1, blank=1, spoilt=1)) == "bad_minutes"
    assert paper.differences(found, found, ticks=10) == {}
    other = paper.Minutes(ballots=9, blank=1, spoilt=2)
    assert paper.differences(found, other, ticks=11) == {"ballots": (10, 9), "ticks": (10, 11)}
    sheets = [
        paper.SheetSeen(number=1, first="a", second="a"),
        paper.SheetSeen(number=2, first="a", second="b"),
        paper.SheetSeen(number=3, first="a", second=None),
    ]
    assert (paper.read_once(sheets), paper.read_differently(sheets)) == ([3], [2])


def test_canonical_json_is_that_of_the_standard():
    assert canonical({"b": [1, "é"], "a": ""}) == '{"a":"","b":[1,"é"]}'.encode()
    with pytest.raises(ValueError, match=r"."):
        canonical({"a": 2**60})
