"""Hiding, restoring, keeping, undoing."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from parvis.account.testing import a_person, alice, bachir, chloe, dede, mona, oscar
from parvis.deliberation import public
from parvis.deliberation.actions.forgetting import forget_person
from parvis.deliberation.models import Contribution, ModerationDecision
from parvis.deliberation.queries import keyset
from parvis.deliberation.testing import NOON, a_contribution, a_remark, an_answer
from parvis.kernel.errors import Forbidden, NotFound, Refused
from parvis.kernel.facts import facts_about

pytestmark = pytest.mark.django_db
WHY = public.Hiding(reason=public.Reason.INSULT, message="Retirez l'insulte, s'il vous plaît.")
LATER = NOON + dt.timedelta(hours=1)


def on(contribution_id):
    return public.Target(kind="contribution", id=contribution_id)


def hidden(contribution_id):
    return public.hide(target=on(contribution_id), hiding=WHY, by=mona(), now=NOON)


def test_hidden_text_is_for_its_author_and_moderators_only():
    one = a_contribution(alice())
    a_remark(one, chloe())
    public.support(target=on(one), by=chloe(), now=NOON)
    hidden(one)
    for viewer in (None, chloe(), oscar(), bachir()):
        for ask in (
            lambda v=viewer: public.contribution(one, viewer=v, now=NOON),
            lambda v=viewer: public.history(one, viewer=v),
            lambda v=viewer: public.discussion(one, viewer=v),
            lambda v=viewer: public.remarks(one, wanted=public.WantedRemarks(), viewer=v),
        ):
            with pytest.raises(NotFound):
                ask()
    for viewer in (alice(), mona()):
        seen = public.contribution(one, viewer=viewer, now=NOON)
        assert seen.body.startswith("Il manque")
        assert seen.hiding is not None
        assert (seen.hiding.reason, seen.hiding.message) == ("insult", WHY.message)
    assert public.contributions("plan-2015", wanted=public.Wanted(), viewer=None).total == 0
    words = public.Wanted(words="bancs", sort="relevant")
    assert public.contributions("plan-2015", wanted=words, viewer=None).items == ()
    assert "".join(public.export_json("plan-2015")).count("bancs") == 0
    totals = public.consultation("plan-2015").totals
    assert (totals.contributions, totals.remarks, totals.votes) == (0, 0, 0)
    mine = public.contributions("plan-2015", wanted=public.Wanted(mine=True), viewer=alice())
    assert [row.state for row in mine.items] == ["hidden"]


def test_a_hidden_argument_is_read_by_its_author_and_moderators_only():
    one = a_contribution(alice())
    said = a_remark(one, chloe())
    target = public.Target(kind="remark", id=said)
    public.hide(target=target, hiding=WHY, by=mona(), now=NOON)
    assert public.discussion(one, viewer=None).arguments_for.items == ()
    assert public.discussion(one, viewer=alice()).arguments_for.items == ()
    for viewer in (chloe(), mona()):
        (seen,) = public.discussion(one, viewer=viewer).arguments_for.items
        assert seen.body == "On s'y assiérait volontiers."
    with pytest.raises(NotFound):
        public.remark(said, viewer=None)


def test_restoring_brings_back_text_and_counts():
    one = a_contribution(alice())
    public.support(target=on(one), by=chloe(), now=NOON)
    hidden(one)
    public.restore(target=on(one), by=mona(), now=LATER)
    assert public.contribution(one, viewer=None, now=LATER).row.state == "public"
    assert public.consultation("plan-2015").totals.votes == 1
    assert [d.ruling for d in public.decisions_about(on(one), by=mona())] == ["restore", "hide"]


def test_undoing_makes_the_flags_wait_again():
    one = a_contribution(alice())
    public.flag(target=on(one), reason=public.Reason.INSULT, comment="", by=chloe(), now=NOON)
    for decide in (lambda: hidden(one), lambda: public.keep(target=on(one), by=mona(), now=NOON)):
        decision = decide()
        assert public.flagged_count() == 0
        public.undo_decision(decision_id=decision, by=mona(), now=LATER)
        assert public.flagged_count() == 1
        assert public.contribution(one, viewer=None, now=LATER).row.state == "public"
        with pytest.raises(Refused) as refusal:
            public.undo_decision(decision_id=decision, by=mona(), now=LATER)
        assert refusal.value.code == "already_undone"


def test_only_the_latest_decision_is_undone():
    one = a_contribution(alice())
    first = hidden(one)
    second = public.restore(target=on(one), by=mona(), now=LATER)
    with pytest.raises(Refused):
        public.undo_decision(decision_id=first, by=mona(), now=LATER)
    public.undo_decision(decision_id=second, by=mona(), now=LATER)
    assert Contribution.objects.get().state == "hidden"


def test_undoing_leaves_one_open_flag_per_person():
    one = a_contribution(alice())
    public.flag(target=on(one), reason=public.Reason.INSULT, comment="", by=chloe(), now=NOON)
    decision = public.keep(target=on(one), by=mona(), now=NOON)
    public.flag(target=on(one), reason=public.Reason.HATE, comment="", by=chloe(), now=LATER)
    public.undo_decision(decision_id=decision, by=mona(), now=LATER)
    (item,) = public.moderation_queue(by=mona()).items
    assert [flag.reason for flag in item.flags] == ["hate"]


def test_the_queue_shows_what_waits_longest_first():
    old, new = a_contribution(alice()), a_contribution(alice(), title="Autre")
    said = a_remark(new, chloe())
    for number, (target, who) in enumerate(
        [(on(old), chloe()), (public.Target(kind="remark", id=said), alice()), (on(old), dede())]
    ):
        public.flag(
            target=target,
            reason=public.Reason.OFF_TOPIC,
            comment=f"no {number}",
            by=who,
            now=NOON + dt.timedelta(minutes=number),
        )
    page = public.moderation_queue(by=mona())
    assert [(i.target.kind, len(i.flags), i.first_flagged_at) for i in page.items] == [
        ("contribution", 2, NOON),
        ("remark", 1, NOON + dt.timedelta(minutes=1)),
    ]
    assert page.total == 2
    assert page.items[1].contribution_title == "Autre"
    first = public.moderation_queue(by=mona(), limit=1)
    second = public.moderation_queue(by=mona(), limit=1, cursor=first.next_cursor)
    assert [i.target.kind for i in second.items] == ["remark"]
    assert second.next_cursor == ""


def test_a_withdrawn_text_leaves_the_queue():
    one = a_contribution(alice())
    public.flag(target=on(one), reason=public.Reason.INSULT, comment="", by=chloe(), now=NOON)
    public.withdraw_contribution(contribution_id=one, by=alice(), now=NOON)
    assert public.moderation_queue(by=mona()).items == ()
    with pytest.raises(NotFound):
        public.queue_item(on(one), by=mona())


@pytest.mark.parametrize("message", ["", "   "])
def test_hiding_needs_a_message(message):
    one = a_contribution(alice())
    hiding = public.Hiding(reason=public.Reason.INSULT, message=message)
    with pytest.raises(Refused) as refusal:
        public.hide(target=on(one), hiding=hiding, by=mona(), now=NOON)
    assert refusal.value.code == "text_empty"
    assert not ModerationDecision.objects.exists()
    assert public.contribution(one, viewer=None, now=NOON).row.state == "public"


def test_hiding_twice_and_restoring_what_is_visible():
    one = a_contribution(alice())
    with pytest.raises(Refused) as refusal:
        public.restore(target=on(one), by=mona(), now=NOON)
    assert refusal.value.code == "not_hidden"
    hidden(one)
    other = a_person("Maud", "moderator")
    for who, hiding in ((mona(), replace(WHY, message="Autre.")), (other, WHY)):
        with pytest.raises(Refused) as refusal:
            public.hide(target=on(one), hiding=hiding, by=who, now=LATER)
        assert refusal.value.code == "already_hidden"
    assert ModerationDecision.objects.count() == 1


def test_a_button_pressed_twice_is_one_decision():
    one = a_contribution(alice())
    public.flag(target=on(one), reason=public.Reason.INSULT, comment="", by=chloe(), now=NOON)
    for press in (
        lambda: public.keep(target=on(one), by=mona(), now=NOON),
        lambda: hidden(one),
        lambda: public.restore(target=on(one), by=mona(), now=LATER),
    ):
        assert press() == press()
    assert ModerationDecision.objects.count() == 3
    assert len(facts_about(on(one).ref)) == 5


def test_there_is_nothing_to_keep_where_nobody_flags():
    one = a_contribution(alice())
    with pytest.raises(Refused) as refusal:
        public.keep(target=on(one), by=mona(), now=NOON)
    assert refusal.value.code == "not_flagged"
    public.flag(target=on(one), reason=public.Reason.INSULT, comment="", by=chloe(), now=NOON)
    public.keep(target=on(one), by=a_person("Maud", "moderator"), now=NOON)
    with pytest.raises(Refused) as refusal:
        public.keep(target=on(one), by=mona(), now=LATER)
    assert refusal.value.code == "not_flagged"
    assert ModerationDecision.objects.count() == 1


def test_undoing_reopens_flags_whoever_has_left_since():
    one = a_contribution(alice())
    public.flag(target=on(one), reason=public.Reason.INSULT, comment="", by=chloe(), now=NOON)
    decision = public.keep(target=on(one), by=mona(), now=NOON)
    public.flag(target=on(one), reason=public.Reason.HATE, comment="", by=dede(), now=LATER)
    forget_person(dede().id, LATER)
    public.undo_decision(decision_id=decision, by=mona(), now=LATER)
    (item,) = public.moderation_queue(by=mona()).items
    assert [flag.reason for flag in item.flags] == ["insult", "hate"]


def test_deciding_while_paging_skips_no_text():
    texts = [a_contribution(alice(), title=f"Numéro {n}") for n in range(6)]
    for one in texts:
        public.flag(target=on(one), reason=public.Reason.INSULT, comment="", by=chloe(), now=NOON)
    first = public.moderation_queue(by=mona(), limit=3)
    for item in first.items:
        hidden(item.target.id)
    second = public.moderation_queue(by=mona(), limit=3, cursor=first.next_cursor)
    assert [item.target.id for item in (*first.items, *second.items)] == texts
    assert second.next_cursor == ""
    for forged in ("x", first.next_cursor[:-4], keyset.mark("queue", "2015-07-14", "1", "2")):
        with pytest.raises(Refused) as refusal:
            public.moderation_queue(by=mona(), cursor=forged)
        assert refusal.value.code == "bad_cursor"


NEEDS = {
    "moderator": (
        lambda one, who: public.hide(target=on(one), hiding=WHY, by=who, now=NOON),
        lambda one, who: public.restore(target=on(one), by=who, now=NOON),
        lambda one, who: public.keep(target=on(one), by=who, now=NOON),
        lambda one, who: public.moderation_queue(by=who),
        lambda one, who: public.queue_item(on(one), by=who),
        lambda one, who: public.decisions(by=who),
        lambda one, who: public.decisions_about(on(one), by=who),
        lambda one, who: public.undo_decision(decision_id=one, by=who, now=NOON),
    ),
    "official": (
        lambda one, who: an_answer(one, who),
        lambda one, who: public.answer_queue("plan-2015", by=who, wanted=public.Wanted()),
        lambda one, who: public.revise_answer(
            contribution_id=one,
            new=public.NewAnswer(stance=public.AnswerStance.NOTED, body="a", section_ref="b"),
            version=1,
            by=who,
            now=NOON,
        ),
    ),
    "administrator": (
        lambda one, who: public.move_consultation_dates(
            slug="plan-2015", opens_at=NOON, closes_at=LATER, by=who, now=NOON
        ),
    ),
}
CAST = {alice: "", bachir: "agent", chloe: "", dede: "", mona: "moderator", oscar: "official"}


@pytest.mark.parametrize("person", CAST, ids=lambda f: f.__name__)
@pytest.mark.parametrize("state", ["public", "hidden", "withdrawn"])
def test_each_role_does_its_own_and_nothing_else(person, state):
    one = a_contribution(alice())
    Contribution.objects.update(state=state)
    before = Contribution.objects.values().get()
    who = person()
    for role, acts in NEEDS.items():
        for act in acts:
            if CAST[person] == role:
                continue
            with pytest.raises(Forbidden) as refusal:
                act(one, who)
            assert refusal.value.code == "needs_role"
    assert Contribution.objects.values().get() == before
