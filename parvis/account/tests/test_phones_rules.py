"""What is a number one can write to, and when another code may be sent."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from hypothesis import given, strategies as st

from parvis.account.rules import phones as rules
from parvis.account.testing import MORNING

ALICES = "+33612345678"
SECOND = dt.timedelta(seconds=1)
MINUTE = dt.timedelta(minutes=1)


def number_or_reason(typed) -> str:
    try:
        return rules.read_number(typed, region="FR")
    except ValueError as error:
        return str(error)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("06 12 34 56 78", ALICES),
        ("+33 (0)6.12.34.56.78", ALICES),
        ("0033 6 12 34 56 78", ALICES),
        ("\u0660\u0666 \u0661\u0662 \u0663\u0664 \u0665\u0666 \u0667\u0668", ALICES),
        ("+44 7400 123456", "+447400123456"),
        ("+262 692 12 34 56", "+262692123456"),
    ],
)
def test_a_number_is_read_as_people_write_it(typed, number):
    assert rules.read_number(typed, region="FR") == number


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "not_a_number"),
        ("bonjour", "not_a_number"),
        ("06 12 34 56", "not_a_number"),
        ("06 12 34 56 78 ext. 9", "not_a_number"),
        ("01 42 76 40 40", "no_texts"),
        ("08 99 70 00 00", "no_texts"),
        ("3975", "not_a_number"),
    ],
)
def test_what_cannot_receive_a_text_is_refused(typed, reason):
    with pytest.raises(ValueError, match=reason):
        rules.read_number(typed, region="FR")


@given(st.text(max_size=40))
def test_whatever_is_typed_gives_a_number_or_a_reason(typed):
    found = number_or_reason(typed)
    assert re.fullmatch(r"\+[1-9][0-9]{5,14}|not_a_number|no_texts", found)


def test_a_number_is_shown_as_people_read_it_and_no_line_breaks_inside_it():
    assert rules.said(ALICES, region="FR") == "06\xa012\xa034\xa056\xa078"
    assert rules.said("+447400123456", region="FR") == "+44\xa07400\xa0123456"
    assert rules.masked(ALICES) == "•• •• •• •• 78"


@given(st.text(max_size=20))
def test_a_code_is_six_digits_or_none(typed):
    assert re.fullmatch(r"[0-9]{6}|", rules.read_code(typed))


def test_a_code_is_read_with_spaces_and_in_any_script():
    assert rules.read_code(" 123 456 ") == "123456"
    assert rules.read_code("\u0661\u0662\u0663\u0664\u0665\u0666") == "123456"
    assert rules.read_code("12345") == ""


def test_codes_keep_a_pace_and_a_clock_put_back_stops_nobody():
    hour = [MORNING + n * MINUTE for n in range(5)]
    assert not rules.may_send(hour, now=MORNING + 10 * MINUTE)
    assert rules.may_send(hour, now=MORNING + 61 * MINUTE)
    assert not rules.may_send([MORNING], now=MORNING + 29 * SECOND)
    assert rules.may_send([MORNING], now=MORNING + 30 * SECOND)
    assert not rules.may_send([MORNING], now=MORNING - MINUTE)
