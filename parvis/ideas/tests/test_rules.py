"""What changed between two texts, and how far a consultation has come."""

from __future__ import annotations

import datetime as dt

from hypothesis import given, strategies as st

from parvis.ideas.rules import difference, progress

moments = st.integers(0, 2**31).map(lambda second: dt.datetime.fromtimestamp(second, dt.UTC))
texts = st.text(alphabet=st.characters(codec="utf-8"), max_size=80)


@given(old=texts, new=texts)
def test_the_pieces_spell_both_texts(old, new):
    pieces = difference(old=old, new=new)
    assert "".join(p.text for p in pieces if p.kind != "added") == old
    assert "".join(p.text for p in pieces if p.kind != "removed") == new


def test_a_changed_word_is_one_removed_and_one_added():
    pieces = difference(old="un banc vert", new="un banc bleu")
    assert [(p.kind, p.text) for p in pieces] == [
        ("same", "un banc "),
        ("removed", "vert"),
        ("added", "bleu"),
    ]


@given(opens=moments, closes=moments, now=moments)
def test_progress_never_leaves_its_bar(opens, closes, now):
    days = progress(opens_at=opens, closes_at=closes, now=now)
    assert 0 <= days.gone <= days.length
    assert days.length >= 1


def test_the_second_day_counts_two():
    opens = dt.datetime(2015, 6, 25, tzinfo=dt.UTC)
    days = progress(
        opens_at=opens, closes_at=opens + dt.timedelta(days=82), now=opens + dt.timedelta(hours=30)
    )
    assert (days.gone, days.length) == (2, 82)
