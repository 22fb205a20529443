"""What a plan is, and what changed between two texts."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given, strategies as st

from parvis.plan import rules
from parvis.plan.rules import BadPlan, SectionDraft, SectionWords
from parvis.plan.testing import the_real_draft, with_other_words

words = st.text(alphabet=st.sampled_from("ab é'.« \n1-"), max_size=60)


def joined(pieces, *kinds):
    return "".join(piece.text for piece in pieces if piece.kind in kinds)


@given(old=words, new=words)
def test_what_is_kept_and_removed_is_the_old_text_and_kept_and_added_the_new(old, new):
    pieces = rules.changed_words(old, new)
    assert joined(pieces, "same", "removed") == old
    assert joined(pieces, "same", "added") == new
    assert all(piece.text for piece in pieces)


@given(old=st.text(max_size=40), new=st.text(max_size=40))
def test_the_comparison_loses_no_character_of_any_script(old, new):
    pieces = rules.changed_words(old, new)
    assert joined(pieces, "same", "removed") == old
    assert joined(pieces, "same", "added") == new


@given(text=words)
def test_a_text_is_the_same_as_itself(text):
    assert [piece.kind for piece in rules.changed_words(text, text)] == (["same"] if text else [])


def test_a_changed_phrase_reads_as_one_change():
    pieces = rules.changed_words(
        "Le budget donne aux Parisiens le choix", "Le budget donne aux habitants de Paris le choix"
    )
    assert [(piece.kind, piece.text) for piece in pieces] == [
        ("same", "Le budget donne aux "),
        ("removed", "Parisiens"),
        ("added", "habitants de Paris"),
        ("same", " le choix"),
    ]


@given(text=words, mark=words)
def test_marking_a_text_keeps_the_text(text, mark):
    pieces = rules.marked(text, mark)
    assert "".join(piece.text for piece in pieces) == text
    assert [p.text for p in pieces if p.kind == "mark"] == ([mark] if mark and mark in text else [])


@given(
    slug=st.from_regex(rules.SLUG, fullmatch=True),
    number=st.from_regex(rules.ANY_NUMBER, fullmatch=True),
)
def test_a_ref_says_which_plan_and_which_section(slug, number):
    slug, number = slug.strip(), number.strip()
    assert rules.parse_ref(rules.section_ref(slug, number)) == (slug, number)


@pytest.mark.parametrize(
    "ref",
    ["", "plan:paris-2015", "plan:paris-2015/0.1", "plan:paris-2015/1.2\n", "x:paris-2015/1.2"],
)
def test_what_is_not_a_ref_names_nothing(ref):
    assert rules.parse_ref(ref) is None


@pytest.mark.parametrize(
    ("number", "kind"),
    [("1", "pillar"), ("1.A", "axis"), ("1.12", "action"), ("1.0", None), ("a", None)],
)
def test_a_number_tells_what_it_names(number, kind):
    assert rules.kind_of(number) == kind


def test_equal_plans_have_equal_fingerprints_and_a_changed_comma_another_one():
    draft = the_real_draft()
    assert rules.fingerprint(draft) == rules.fingerprint(the_real_draft())
    assert rules.fingerprint(draft) != rules.fingerprint(with_other_words(draft, "1.2", text="a,"))


@pytest.mark.parametrize(
    ("section", "why"),
    [
        (
            SectionDraft(number="1", axis="", words={"fr": SectionWords(title="a", text="b")}),
            "twice",
        ),
        (
            SectionDraft(number="9.1", axis="", words={"fr": SectionWords(title="a", text="b")}),
            "pillar",
        ),
        (
            SectionDraft(number="3.1", axis="2.A", words={"fr": SectionWords(title="a", text="b")}),
            "axis",
        ),
        (
            SectionDraft(number="3.A", axis="", words={"en": SectionWords(title="a", text="b")}),
            "French",
        ),
        (
            SectionDraft(number="3.A", axis="", words={"fr": SectionWords(title="a", text=" ")}),
            "text",
        ),
        (
            SectionDraft(
                number="3.A", axis="", words={"fr": SectionWords(title="a", text="b", mark="c")}
            ),
            "marked",
        ),
        (
            SectionDraft(
                number="3.A", axis="", words={"fr": SectionWords(title="a", text="b" * 5001)}
            ),
            "too long",
        ),
        (SectionDraft(number="zut", axis="", words={}), "number"),
    ],
)
def test_a_plan_that_does_not_hold_together_is_refused(section, why):
    draft = the_real_draft()
    with pytest.raises(BadPlan, match=why):
        dataclasses.replace(draft, sections=(*draft.sections, section))


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("slug =", "not TOML"),
        ('slug = "a"', "lacks something"),
        ('slug = "a"\nhorizon = 2020\ndated = "hier"', "not a date"),
    ],
)
def test_a_file_that_is_not_a_plan_is_refused(content, why):
    with pytest.raises(BadPlan, match=why):
        rules.read_plan(content, source="")
