"""Posting, editing, withdrawing, drafting."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace

import pytest

from parvis.account.testing import alice, chloe, mona
from parvis.deliberation import public
from parvis.deliberation.models import Contribution, Draft, Remark, Revision
from parvis.deliberation.testing import (
    CLOSING,
    NOON,
    OPENING,
    SECTION,
    a_consultation,
    a_contribution,
    a_remark,
    an_answer,
)
from parvis.kernel import register
from parvis.kernel.errors import Forbidden, NotFound, Refused
from parvis.kernel.facts import facts_about

pytestmark = pytest.mark.django_db


def test_alice_proposes_a_measure():
    who = alice()
    posted = a_contribution(who, title="  Des  bancs ", body="Un\r\n\r\n\r\n\r\ndeux", district=11)
    seen = public.contribution(posted, viewer=None, now=NOON)
    assert seen.row.title == "Des bancs"
    assert seen.body == "Un\n\ndeux"
    assert (seen.row.author.id, seen.row.author.name) == (who.id, "Alice")
    assert (seen.row.kind, seen.row.section_ref, seen.row.district) == ("measure", SECTION, 11)
    assert public.consultation("plan-2015").totals.contributions == 1
    (line,) = register.about(f"deliberation.contribution:{posted}")
    assert (line.action, line.actor_ref) == ("deliberation.contribution_posted", f"person:{who.id}")
    (told,) = facts_about(f"deliberation.contribution:{posted}")
    assert told.fact == public.ContributionPosted(
        contribution_id=posted, consultation="plan-2015", author_id=who.id, section_ref=SECTION
    )


def test_a_comment_needs_no_title_and_is_headed_by_its_words():
    posted = a_contribution(kind=public.Kind.COMMENT, title="")
    row = public.contribution(posted, viewer=None, now=NOON).row
    assert row.heading == "Il manque des bancs à l'ombre sur les grandes places."


@pytest.mark.parametrize(
    ("changes", "code", "status"),
    [
        ({"body": ""}, "text_empty", 422),
        ({"title": ""}, "title_empty", 422),
        ({"title": "a" * 141}, "title_too_long", 422),
        ({"body": "a" * 5_001}, "text_too_long", 422),
        ({"body": "a" * 10_000_000}, "text_too_long", 422),
        ({"body": "a\x00b"}, "control_characters", 422),
        ({"body": "a\u202eb"}, "direction_characters", 422),
        ({"body": "a\udc00b"}, "broken_characters", 422),
        ({"section_ref": "plan:lyon/1.1"}, "unknown_section", 422),
        ({"kind": public.Kind.ARTICLE}, "unknown_kind", 422),
        ({"district": 21}, "unknown_district", 422),
        ({"now": OPENING - dt.timedelta(microseconds=1)}, "consultation_not_open_yet", 409),
        ({"now": CLOSING}, "consultation_closed", 409),
    ],
)
def test_what_is_refused_stores_nothing(changes, code, status):
    who = alice()
    a_consultation()
    with pytest.raises(Refused) as refusal:
        a_contribution(who, **changes)
    assert (refusal.value.code, refusal.value.status) == (code, status)
    assert refusal.value.message
    assert not Contribution.objects.exists()
    assert public.consultation("plan-2015").totals.contributions == 0


def test_posting_to_no_consultation():
    new = public.NewContribution(
        consultation="none", kind=public.Kind.COMMENT, section_ref=SECTION, title="", body="a"
    )
    with pytest.raises(NotFound) as refusal:
        public.post_contribution(new=new, by=alice(), now=NOON)
    assert refusal.value.code == "no_consultation"


def test_a_second_is_left_until_the_very_last():
    last = CLOSING - dt.timedelta(microseconds=1)
    assert a_contribution(now=last)


def test_the_same_form_sent_twice_is_posted_once():
    who = alice()
    first = a_contribution(who, form_token="f1")
    assert a_contribution(who, form_token="f1") == first
    assert a_contribution(chloe(), form_token="f1") != first
    assert Contribution.objects.count() == 2
    said = a_remark(first, who, form_token="r1")
    assert a_remark(first, who, form_token="r1") == said
    assert Remark.objects.count() == 1


def test_other_words_sent_from_the_same_form_are_not_lost():
    who = alice()
    first = a_contribution(who, form_token="f1")
    other = a_contribution(who, form_token="f1", title="Autre")
    assert a_contribution(who, form_token="f1", title="Autre") == other != first
    assert Contribution.objects.count() == 2
    a_remark(first, who, form_token="r1")
    a_remark(first, who, form_token="r1", body="Encore un mot.")
    assert Remark.objects.count() == 2


def test_ten_posts_in_ten_minutes_and_no_more():
    who = alice()
    one = a_contribution(who)
    for _ in range(9):
        a_remark(one, who)
    with pytest.raises(Refused) as refusal:
        a_remark(one, who)
    assert (refusal.value.code, refusal.value.status) == ("too_many_posts", 429)
    assert Remark.objects.count() == 9
    assert a_remark(one, chloe())
    assert a_remark(one, who, now=NOON + dt.timedelta(minutes=10))


def test_alice_edits_and_the_former_text_is_kept():
    who = alice()
    one = a_contribution(who)
    later = NOON + dt.timedelta(hours=1)
    public.edit_contribution(
        contribution_id=one, title="Plus de bancs", body="Oui", by=who, now=later
    )
    first, present = public.history(one, viewer=None)
    assert (first.number, first.title, first.written_at) == (1, "Des bancs à l'ombre", NOON)
    assert (present.number, present.title, present.body) == (2, "Plus de bancs", "Oui")
    seen = public.contribution(one, viewer=None, now=later)
    assert (seen.revisions, seen.row.edited_at) == (1, later)


def test_an_edit_that_changes_nothing_leaves_no_trace():
    who = alice()
    one = a_contribution(who, title="Un", body="Deux")
    public.edit_contribution(contribution_id=one, title=" Un", body="Deux ", by=who, now=NOON)
    assert not Revision.objects.exists()
    assert len(facts_about(f"deliberation.contribution:{one}")) == 1


def test_an_edit_of_a_text_that_has_changed_since_is_told():
    who = alice()
    one = a_contribution(who)
    first = {"contribution_id": one, "title": "Un", "body": "Un.", "by": who, "seen": NOON}
    later = NOON + dt.timedelta(hours=1)
    public.edit_contribution(**first, now=later)
    public.edit_contribution(**first, now=later)
    with pytest.raises(Refused) as refusal:
        public.edit_contribution(**first | {"body": "Deux."}, now=later)
    assert (refusal.value.code, refusal.value.status) == ("changed_elsewhere", 409)
    assert [version.body for version in public.history(one, viewer=None)][1:] == ["Un."]
    public.edit_contribution(**first | {"body": "Deux.", "seen": later}, now=later)
    assert public.contribution(one, viewer=None, now=later).body == "Deux."


def test_no_one_else_edits_nor_the_author_once_answered():
    who = alice()
    one = a_contribution(who)
    for stranger in (chloe(), mona()):
        with pytest.raises(Forbidden) as refusal:
            public.edit_contribution(
                contribution_id=one, title="x", body="x", by=stranger, now=NOON
            )
        assert refusal.value.code == "not_yours"
    an_answer(one)
    with pytest.raises(Refused) as refusal:
        public.edit_contribution(contribution_id=one, title="x", body="x", by=who, now=NOON)
    assert refusal.value.code == "answered_already"
    assert public.contribution(one, viewer=None, now=NOON).row.title == "Des bancs à l'ombre"


def test_alice_withdraws_even_after_closing_and_her_words_are_gone():
    who = alice()
    one = a_contribution(who)
    public.withdraw_contribution(contribution_id=one, by=who, now=CLOSING)
    seen = public.contribution(one, viewer=mona(), now=CLOSING)
    assert (seen.row.state, seen.row.title, seen.body) == ("withdrawn", "", "")
    assert seen.row.excerpt == ()
    assert public.history(one, viewer=who) == []
    assert public.contributions("plan-2015", wanted=public.Wanted(), viewer=who).items == ()
    assert public.consultation("plan-2015").totals.contributions == 0


def test_only_the_author_withdraws():
    one = a_contribution(alice())
    with pytest.raises(Forbidden):
        public.withdraw_contribution(contribution_id=one, by=chloe(), now=NOON)
    assert public.contribution(one, viewer=None, now=NOON).row.state == "public"


def test_a_reply_goes_one_level_deep():
    one = a_contribution()
    argument = a_remark(one, chloe(), stance=public.Stance.AGAINST)
    reply = a_remark(one, stance=public.Stance.REPLY, parent_id=argument)
    for parent, stance in ((reply, public.Stance.REPLY), (argument, public.Stance.FOR)):
        with pytest.raises(Refused) as refusal:
            a_remark(one, parent_id=parent, stance=stance)
        assert refusal.value.code == "too_deep"
    other = a_contribution(title="Autre")
    with pytest.raises(NotFound):
        a_remark(other, parent_id=argument, stance=public.Stance.REPLY)
    assert Remark.objects.count() == 2


def test_a_withdrawn_argument_keeps_its_place_while_a_reply_hangs_on_it():
    one = a_contribution()
    argument = a_remark(one, chloe())
    reply = a_remark(one, stance=public.Stance.REPLY, parent_id=argument)
    public.withdraw_remark(remark_id=argument, by=chloe(), now=NOON)
    (kept,) = public.discussion(one, viewer=None).arguments_for.items
    assert (kept.body, kept.author.name, kept.state) == ("", "", "withdrawn")
    assert [r.id for r in kept.replies] == [reply]
    public.withdraw_remark(remark_id=reply, by=alice(), now=NOON)
    assert public.discussion(one, viewer=None).arguments_for.items == ()


def test_nobody_remarks_on_what_cannot_be_read():
    who = alice()
    one = a_contribution(who)
    public.withdraw_contribution(contribution_id=one, by=who, now=NOON)
    with pytest.raises(Refused) as refusal:
        a_remark(one, chloe())
    assert refusal.value.code == "contribution_withdrawn"


DRAFT = public.NewDraft(
    consultation="plan-2015",
    kind=public.Kind.MEASURE,
    section_ref=SECTION,
    title="Des b",
    body="Il manq",
)


def test_a_draft_is_kept_replaced_and_gone_when_posted():
    who = alice()
    a_consultation()
    first = public.save_draft(new=DRAFT, by=who, now=NOON)
    assert public.save_draft(new=replace(DRAFT, body="Il manque"), by=who, now=NOON) == first
    (kept,) = public.drafts(by=who)
    assert (kept.id, kept.body) == (first, "Il manque")
    found = public.draft_for("plan-2015", kind=DRAFT.kind, section_ref=SECTION, by=who)
    assert found == kept
    a_contribution(who)
    assert public.drafts(by=who) == []


def test_someone_elses_draft_does_not_exist():
    a_consultation()
    hers = public.save_draft(new=DRAFT, by=alice(), now=NOON)
    for stranger in (chloe(), mona()):
        with pytest.raises(NotFound) as refusal:
            public.draft(hers, by=stranger)
        assert refusal.value.code == "no_draft"
        with pytest.raises(NotFound):
            public.discard_draft(draft_id=hers, by=stranger, now=NOON)
    assert Draft.objects.count() == 1
    public.discard_draft(draft_id=hers, by=alice(), now=NOON)
    assert not Draft.objects.exists()


def test_forged_ids_are_not_found():
    forged, who = uuid.uuid4(), alice()
    for ask in (
        lambda: public.contribution(forged, viewer=who, now=NOON),
        lambda: public.history(forged, viewer=None),
        lambda: public.discussion(forged, viewer=None),
        lambda: public.remark(forged, viewer=None),
        lambda: public.withdraw_remark(remark_id=forged, by=who, now=NOON),
        lambda: public.follow(contribution_id=forged, by=who, now=NOON),
        lambda: public.answer_history(forged),
    ):
        with pytest.raises(NotFound):
            ask()
