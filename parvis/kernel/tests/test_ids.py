"""Codes that people copy by hand."""

from __future__ import annotations

from hypothesis import given, strategies as st

from parvis.kernel import ids

bodies = st.text(alphabet=ids.ALPHABET, min_size=6, max_size=6)


@given(bodies)
def test_a_code_reads_back_however_it_was_typed(body):
    code = f"{body[:2]}-{body[2:]}-{ids.check_letter(body)}"
    sloppy = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert ids.read_short_code(sloppy) == code


@given(bodies, st.integers(0, 5), st.sampled_from(ids.ALPHABET))
def test_one_wrong_letter_is_always_seen(body, place, letter):
    wrong = body[:place] + letter + body[place + 1 :]
    read = ids.read_short_code(wrong + ids.check_letter(body))
    assert (read is None) == (wrong != body)


def test_new_codes_are_valid_and_differ():
    codes = {ids.new_short_code() for _ in range(500)}
    assert all(ids.read_short_code(code) == code for code in codes)
    assert len(codes) > 495


def test_public_ids_are_version_7_and_ordered():
    made = [ids.new_public_id() for _ in range(200)]
    assert {i.version for i in made} == {7}
    assert made == sorted(made)
