"""What a text may hold."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, strategies as st

from parvis.deliberation.rules import markup, texts

ARABIC_AND_HEBREW = "\u200f" + "".join(map(chr, range(0x0621, 0x063B))) + " \u200e\u05e9\u05dc"


@given(st.text(max_size=300), st.booleans())
def test_cleaning_twice_is_cleaning_once(typed, lines):
    once = texts.clean(typed, lines=lines)
    assert texts.clean(once, lines=lines) == once


@given(st.text(max_size=300))
def test_what_is_kept_is_nfc_and_within_its_length(typed):
    field = texts.Field(max_length=50)
    kept = texts.clean(typed)
    if texts.why_refused(typed, field) is None:
        assert unicodedata.is_normalized("NFC", kept)
        assert 1 <= len(kept) <= 50
        assert "\x00" not in kept
        assert not any(c in kept for c in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@given(
    st.text(max_size=200), st.sampled_from("\x00\x01\x08\x0b\x1b\x7f\x85\x9f"), st.integers(0, 200)
)
def test_a_control_character_is_refused_wherever_it_stands(text, control, place):
    typed = text[:place] + control + text[place:]
    assert texts.why_refused(typed, texts.BODY) in {"control_characters", "broken_characters"}


@pytest.mark.parametrize("character", "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
def test_a_character_that_turns_the_reading_round_is_refused(character):
    assert texts.why_refused(f"abc{character}def", texts.BODY) == "direction_characters"


def test_arabic_and_hebrew_with_their_marks_are_welcome():
    assert texts.why_refused(ARABIC_AND_HEBREW, texts.BODY) is None


@pytest.mark.parametrize("character", ["\ud800", "\uffff"])
def test_damaged_characters_are_refused(character):
    assert texts.why_refused(f"abc{character}", texts.BODY) == "broken_characters"


@pytest.mark.parametrize("typed", [" ", "\n\r\n", chr(0x200B) * 2, chr(0x2060), chr(0x301)])
def test_a_text_that_says_nothing_is_empty(typed):
    assert texts.why_refused(typed, texts.BODY) == "text_empty"
    assert texts.why_refused(typed, texts.TITLE) == "title_empty"


def test_an_optional_text_may_be_empty():
    assert texts.why_refused("", texts.OPTIONAL_TITLE) is None
    assert texts.why_refused("  \n", texts.OPTIONAL_MESSAGE) is None


def test_lengths_are_characters_after_cleaning():
    assert texts.why_refused("é" * 140 + "   ", texts.TITLE) is None
    assert texts.why_refused("e\u0301" * 140, texts.TITLE) is None
    assert texts.why_refused("é" * 141, texts.TITLE) == "title_too_long"
    assert texts.why_refused("a" * 5_000, texts.BODY) is None
    assert texts.why_refused("a" * 5_001, texts.BODY) == "text_too_long"


def test_spaces_and_lines_are_tidied():
    assert texts.clean("  un \t deux\r\n\r\n\r\n\r\ntrois  ") == "un deux\n\ntrois"
    assert texts.clean(" un\n deux ", lines=False) == "un deux"


def test_html_is_text_and_stays():
    typed = "<script>alert(1)</script> & <b>gras</b>"
    assert texts.why_refused(typed, texts.BODY) is None
    assert texts.clean(typed) == typed


def test_an_excerpt_is_cut_between_words():
    assert texts.excerpt("un deux trois", length=9) == "un deux…"
    assert texts.excerpt("un\ndeux", length=20) == "un deux"


@pytest.mark.parametrize(
    ("given_html", "kept"),
    [
        ("<p>Bonjour</p>", "<p>Bonjour</p>"),
        ('<p onclick="x()" style="color:red">a</p>', "<p>a</p>"),
        ("<script>alert(1)</script>b", "b"),
        ('<a href="javascript:x()">a</a>', '<a rel="nofollow noopener noreferrer">a</a>'),
        ("<h1>Titre</h1>", "<h3>Titre</h3>"),
        ('<img src="https://elsewhere.example/a.png">c', "c"),
        ("<p>&nbsp;</p><p>d</p>", "<p>d</p>"),
        ("\u202ee", "e"),
    ],
)
def test_the_html_of_archives_is_reduced(given_html, kept):
    assert markup.sanitised(given_html) == kept


@given(st.text(alphabet="<>/apbhi123 =\"'&;é\n", max_size=120))
def test_sanitising_twice_is_once(html):
    once = markup.sanitised(html)
    assert markup.sanitised(once) == once
