"""Supporting, voting, following, flagging."""

from __future__ import annotations

import pytest

from parvis.account.testing import alice, chloe, dede, mona
from parvis.deliberation import public
from parvis.deliberation.models import Flag, Follow, Support
from parvis.deliberation.testing import CLOSING, NOON, a_consultation, a_contribution, a_remark
from parvis.kernel.errors import Refused

pytestmark = pytest.mark.django_db


def on(contribution_id):
    return public.Target(kind="contribution", id=contribution_id)


def on_remark(remark_id):
    return public.Target(kind="remark", id=remark_id)


def test_a_support_counts_once_and_can_be_taken_back():
    one = a_contribution(alice())
    assert public.support(target=on(one), by=chloe(), now=NOON).ok == 1
    assert public.support(target=on(one), by=chloe(), now=NOON).ok == 1
    assert public.support(target=on(one), by=dede(), now=NOON).ok == 2
    assert public.consultation("plan-2015").totals.votes == 2
    assert public.withdraw_support(target=on(one), by=chloe(), now=NOON).ok == 1
    assert public.withdraw_support(target=on(one), by=chloe(), now=NOON).ok == 1
    assert public.contribution(one, viewer=dede(), now=NOON).you.vote == "ok"
    assert public.contribution(one, viewer=chloe(), now=NOON).you.vote is None


def test_an_argument_is_supported_too():
    one = a_contribution(alice())
    said = a_remark(one, alice())
    assert public.support(target=on_remark(said), by=chloe(), now=NOON).ok == 1
    (seen,) = public.discussion(one, viewer=chloe()).arguments_for.items
    assert (seen.supports, seen.supported_by_you, seen.yours) == (1, True, False)


@pytest.mark.parametrize(
    ("who", "now", "code"),
    [(alice, NOON, "own_contribution"), (chloe, CLOSING, "consultation_closed")],
)
def test_not_ones_own_and_not_after_closing(who, now, code):
    one = a_contribution(alice())
    with pytest.raises(Refused) as refusal:
        public.support(target=on(one), by=who(), now=now)
    assert refusal.value.code == code
    assert not Support.objects.exists()
    assert public.contribution(one, viewer=None, now=now).row.tally.total == 0


def test_a_support_stays_after_closing():
    one = a_contribution(alice())
    public.support(target=on(one), by=chloe(), now=NOON)
    with pytest.raises(Refused):
        public.withdraw_support(target=on(one), by=chloe(), now=CLOSING)
    assert public.contribution(one, viewer=None, now=CLOSING).row.tally.ok == 1


def test_three_ways_where_the_consultation_offers_them():
    a_consultation(slug="three", vote_style=public.VoteStyle.THREE_WAY)
    one = a_contribution(alice(), consultation="three")
    for opinion in (public.Opinion.MIXED, public.Opinion.NOT_OK):
        tally = public.vote(contribution_id=one, opinion=opinion, by=chloe(), now=NOON)
    assert (tally.ok, tally.mixed, tally.not_ok) == (0, 0, 1)
    assert public.vote(contribution_id=one, opinion=None, by=chloe(), now=NOON).total == 0


def test_one_way_where_it_does_not():
    one = a_contribution(alice())
    with pytest.raises(Refused) as refusal:
        public.vote(contribution_id=one, opinion=public.Opinion.MIXED, by=chloe(), now=NOON)
    assert refusal.value.code == "vote_not_offered"
    assert not Support.objects.exists()


def test_following_and_no_longer():
    one = a_contribution(alice())
    public.follow(contribution_id=one, by=chloe(), now=NOON)
    public.follow(contribution_id=one, by=chloe(), now=CLOSING)
    seen = public.contribution(one, viewer=chloe(), now=NOON)
    assert (seen.followers, seen.you.follows) == (1, True)
    public.unfollow(contribution_id=one, by=chloe(), now=NOON)
    public.unfollow(contribution_id=one, by=chloe(), now=NOON)
    assert not Follow.objects.exists()


def test_a_flag_waits_once_per_person_until_decided():
    one = a_contribution(alice())
    for reason in (public.Reason.INSULT, public.Reason.HATE):
        public.flag(target=on(one), reason=reason, comment="Regardez", by=chloe(), now=NOON)
    assert Flag.objects.count() == 1
    assert public.flagged_count() == 1
    assert public.contribution(one, viewer=chloe(), now=NOON).you.flagged
    public.keep(target=on(one), by=mona(), now=NOON)
    assert public.flagged_count() == 0
    public.flag(target=on(one), reason=public.Reason.OTHER, comment="", by=chloe(), now=CLOSING)
    assert public.flagged_count() == 1


def test_what_one_may_do_is_told_to_each():
    one = a_contribution(alice())
    own = public.contribution(one, viewer=alice(), now=NOON).you
    assert (own.is_author, own.may_edit, own.may_withdraw, own.may_support) == (
        True, True, True, False,
    )  # fmt: skip
    other = public.contribution(one, viewer=chloe(), now=NOON).you
    assert (other.may_support, other.may_edit, other.may_moderate) == (True, False, False)
    late = public.contribution(one, viewer=chloe(), now=CLOSING).you
    assert (late.may_support, late.may_take_part) == (False, False)
    assert public.contribution(one, viewer=mona(), now=NOON).you.may_moderate
    assert public.contribution(one, viewer=None, now=NOON).you == public.ViewerStanding()
