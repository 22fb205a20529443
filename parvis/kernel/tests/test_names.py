"""What may be a name."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from parvis.kernel import names


@given(st.text(max_size=80))
def test_cleaning_a_name_twice_changes_nothing_more(typed):
    once = names.clean_name(typed)
    assert names.clean_name(once) == once


@given(
    st.text(max_size=40),
    st.sampled_from("\u202a\u202e\u2066\u2069\u200b\u200e\ufeff\x00\x1f\ue000"),
)
def test_no_hidden_character_ever_passes(around, hidden):
    name = names.clean_name(f"A{around}{hidden}{around}Z")
    reason = names.why_name_is_refused(name)
    assert reason == "hidden_characters" or hidden not in name


@pytest.mark.parametrize(
    "name",
    [
        "Élise",
        "Jean-Noël d'Arc",
        "N'Guyễn Thị",
        "李小龙",
        "\u0639\u0627\u0626\u0634\u0629",
        "नीरज",
        "Zoé 2",
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        "Léa \u2764\ufe0f",
        "Durand \U0001f468\u200d\U0001f469\u200d\U0001f467",
        "\u845b\U000e0100城",
    ],
)
def test_names_of_the_world_pass(name):
    assert names.why_name_is_refused(names.clean_name(name)) is None


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("", "no_letter"),
        ("…—", "no_letter"),
        ("👍", "no_letter"),
        ("eci\u202elA", "hidden_characters"),
        ("A" + "\u0336" * 5, "hidden_characters"),
        ("A" + "\u20dd" * 5, "hidden_characters"),
        ("\u3164", "hidden_characters"),
        ("\uffa0\uffa0", "hidden_characters"),
        ("2\u2800\u2800", "hidden_characters"),
        ("Al\u200cice", "hidden_characters"),
        ("Al\u034fice", "hidden_characters"),
        ("Alice\ufe0f", "hidden_characters"),
    ],
)
def test_names_that_hide_or_say_nothing_are_refused(name, reason):
    assert names.why_name_is_refused(name) == reason
