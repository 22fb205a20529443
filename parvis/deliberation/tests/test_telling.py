"""Who is told what, what is kept about a person, and what is forgotten."""

from __future__ import annotations

import datetime as dt
import uuid
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction

from parvis.account.testing import alice, chloe, dede, mona, oscar
from parvis.deliberation import demo, public
from parvis.deliberation.actions.forgetting import forget_person
from parvis.deliberation.actions.holding import announce_openings_and_closings
from parvis.deliberation.models import (
    Consultation,
    Contribution,
    Draft,
    Follow,
    Remark,
    Revision,
    Support,
)
from parvis.deliberation.queries import recounting
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
from parvis.kernel import holdings
from parvis.kernel.declarations import DemoCity, Told, keeps, notices, searches
from parvis.kernel.errors import Forbidden, Refused
from parvis.kernel.facts import facts_about

pytestmark = pytest.mark.django_db


def told(contribution_id, person, *, mailed=None):
    """Return the titles of what a person is told about a contribution."""
    found = []
    for delivered in facts_about(f"deliberation.contribution:{contribution_id}"):
        for notice in notices:
            if notice.fact_type is not type(delivered.fact):
                continue
            if mailed is not None and notice.mail is not mailed:
                continue
            if person.id in notice.who(delivered.fact):
                said = notice.tell(delivered, person.id)
                assert said is None or isinstance(said, Told)
                found.append((notice.key, said.title if said else None))
    return found


def test_the_author_and_the_followers_are_told_of_an_answer():
    one = a_contribution(alice())
    public.follow(contribution_id=one, by=chloe(), now=NOON)
    an_answer(one)
    title = "Des bancs à l'ombre"
    (mine,) = told(one, alice(), mailed=True)
    (theirs,) = told(one, chloe(), mailed=True)
    assert mine[0] == "deliberation.answer_given"
    assert theirs[0] == "deliberation.answer_followed"
    assert title in mine[1]
    assert title in theirs[1]
    assert told(one, dede()) == []


def test_an_author_who_follows_is_told_once():
    one = a_contribution(alice())
    public.follow(contribution_id=one, by=alice(), now=NOON)
    an_answer(one)
    assert [key for key, _ in told(one, alice(), mailed=True)] == ["deliberation.answer_given"]


def test_a_reply_is_told_to_those_it_speaks_to_and_not_to_its_author():
    one = a_contribution(alice())
    argument = a_remark(one, chloe())
    a_remark(one, dede(), stance=public.Stance.REPLY, parent_id=argument)
    assert [key for key, _ in told(one, alice(), mailed=True)] == ["deliberation.replied"] * 2
    assert [key for key, _ in told(one, chloe(), mailed=True)] == ["deliberation.replied"]
    assert told(one, dede(), mailed=True) == []


def test_a_hiding_is_told_with_its_message_and_no_more_once_undone():
    one = a_contribution(alice())
    target = public.Target(kind="contribution", id=one)
    public.flag(target=target, reason=public.Reason.INSULT, comment="", by=chloe(), now=NOON)
    hiding = public.Hiding(reason=public.Reason.INSULT, message="Retirez ce mot.")
    decision = public.hide(target=target, hiding=hiding, by=mona(), now=NOON)
    fact = facts_about(target.ref)[-1]
    notice = notices["deliberation.hidden"]
    said = notice.tell(fact, alice().id)
    assert said is not None
    assert "Retirez ce mot." in said.body
    assert said.tone == "warn"
    quiet = dict(told(one, chloe(), mailed=False))
    assert "Des bancs" not in quiet["deliberation.flag_upheld_quietly"]
    public.undo_decision(decision_id=decision, by=mona(), now=NOON)
    assert notice.tell(fact, alice().id) is None
    assert "deliberation.restored" in dict(told(one, alice(), mailed=True))


def test_a_withdrawn_text_is_quoted_nowhere():
    one = a_contribution(alice())
    a_remark(one, chloe())
    public.withdraw_contribution(contribution_id=one, by=alice(), now=NOON)
    titles = [title for _, title in told(one, alice()) if title]
    assert titles
    assert not any("bancs" in title for title in titles)


def test_a_hidden_text_is_quoted_to_its_author_alone():
    one = a_contribution(alice())
    target = public.Target(kind="contribution", id=one)
    public.follow(contribution_id=one, by=chloe(), now=NOON)
    public.support(target=target, by=chloe(), now=NOON)
    a_remark(one, dede())
    assert all("bancs" in title for _, title in told(one, chloe()))
    hiding = public.Hiding(reason=public.Reason.PERSONAL_DATA, message="Un nom propre.")
    public.hide(target=target, hiding=hiding, by=mona(), now=NOON)
    assert {title for _, title in told(one, chloe())} == {None}
    assert {title for _, title in told(one, dede())} == {None}
    assert "Des bancs" in dict(told(one, alice()))["deliberation.hidden"]


def test_every_model_is_declared_and_the_export_tells_all():
    who = alice()
    one = a_contribution(who)
    hers = a_contribution(chloe(), title="Autre")
    a_remark(hers, who)
    public.support(target=public.Target(kind="contribution", id=hers), by=who, now=NOON)
    public.follow(contribution_id=hers, by=who, now=NOON)
    rows = holdings.everything(keeps["deliberation"], who.id)
    told = [row["model"].rpartition(".")[2] for row in rows]
    assert told == ["Contribution", "Remark", "Support", "Follow"]
    assert rows[0]["public_id"] == str(one)
    assert "id" not in rows[0]
    declared = set(keeps["deliberation"].models)
    models = {m._meta.label for m in Contribution._meta.apps.get_models()}
    assert {label for label in models if label.startswith("deliberation.")} == declared


def test_forgetting_keeps_the_words_and_the_counts_without_the_person():
    who = alice()
    one = a_contribution(who)
    gone = a_contribution(who, title="Retirée", body="Secret")
    public.edit_contribution(
        contribution_id=gone, title="Retirée", body="Autre secret", by=who, now=NOON
    )
    public.withdraw_contribution(contribution_id=gone, by=who, now=NOON)
    hers = a_contribution(chloe(), title="Autre")
    said = a_remark(hers, chloe())
    a_remark(hers, who)
    public.support(target=public.Target(kind="contribution", id=hers), by=who, now=NOON)
    public.support(target=public.Target(kind="remark", id=said), by=who, now=NOON)
    public.follow(contribution_id=hers, by=who, now=NOON)
    new = public.NewDraft(
        consultation="plan-2015", kind=public.Kind.COMMENT, section_ref=SECTION, title="", body="b"
    )
    public.save_draft(new=new, by=who, now=NOON)
    before = public.consultation("plan-2015").totals
    assert forget_person(who.id, NOON) > 0
    assert public.consultation("plan-2015").totals == before
    assert recounting.differences("plan-2015") == []
    assert public.contribution(one, viewer=None, now=NOON).row.author == public.Author(
        id=None, name=""
    )
    assert public.contribution(hers, viewer=None, now=NOON).row.tally.ok == 1
    assert public.remark(said, viewer=None).supports == 1
    assert Contribution.objects.get(public_id=gone).body == ""
    assert Contribution.objects.get(public_id=gone).title == ""
    assert not Revision.objects.exists()
    for model in (Contribution, Remark):
        assert not model.objects.filter(author_id=who.id).exists()
    for model in (Support, Follow, Draft):
        assert not model.objects.filter(person_id=who.id).exists()
    assert holdings.everything(keeps["deliberation"], who.id) == []


def test_the_city_signs_its_answers_for_good():
    one = a_contribution(alice())
    an_answer(one)
    forget_person(oscar().id, NOON)
    answer = public.contribution(one, viewer=None, now=NOON).answer
    assert answer is not None
    assert answer.by == public.Author(id=None, name="Oscar")


def test_opening_and_closing_are_announced_once():
    a_consultation()
    assert announce_openings_and_closings(now=OPENING - dt.timedelta(seconds=1)) == 0
    assert announce_openings_and_closings(now=OPENING) == 1
    assert announce_openings_and_closings(now=NOON) == 0
    assert announce_openings_and_closings(now=CLOSING) == 1
    assert announce_openings_and_closings(now=CLOSING) == 0
    facts = [d.fact for d in facts_about("deliberation.consultation:plan-2015")]
    assert facts == [
        public.ConsultationOpened(consultation="plan-2015", opens_at=OPENING),
        public.ConsultationClosed(consultation="plan-2015", closes_at=CLOSING),
    ]


def test_dates_turned_round_are_refused_by_the_rule_and_the_database():
    a_consultation()
    with pytest.raises(Refused) as refusal:
        public.move_consultation_dates(
            slug="plan-2015", opens_at=CLOSING, closes_at=OPENING, by=None, now=NOON
        )
    assert refusal.value.code == "bad_dates"
    with pytest.raises(IntegrityError, match="opens_before"), transaction.atomic():
        Consultation.objects.update(closes_at=OPENING)
    with pytest.raises(Forbidden):
        public.move_consultation_dates(
            slug="plan-2015", opens_at=OPENING, closes_at=NOON, by=mona(), now=NOON
        )
    assert public.consultation("plan-2015").closes_at == CLOSING


def test_a_demonstration_is_open_today_and_says_which_dates_are_real(tmp_path):
    said = []
    now = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)
    city = DemoCity(city=tmp_path, outside_data=None, now=now, say=said.append)
    demo.hold(city)
    held = public.consultation("plan-2015")
    assert (held.is_open(now), held.is_shifted) == (True, True)
    paris = ZoneInfo("Europe/Paris")
    assert held.official_opens_at == dt.datetime(2015, 6, 25, tzinfo=paris)
    assert held.closes_at == dt.datetime(2027, 1, 24, 23, 59, 59, tzinfo=paris)
    assert len(said) == 1
    demo.hold(city)
    assert len(said) == 1
    later = DemoCity(city=tmp_path, outside_data=None, now=held.closes_at, say=said.append)
    demo.hold(later)
    assert public.consultation("plan-2015").is_open(held.closes_at)
    demo.archive(city)
    assert "not on this machine" in said[-1]
    assert Consultation.objects.count() == 1


def test_the_global_search_finds_contributions():
    one = a_contribution(alice())
    (hit,) = searches["contributions"].find("banc", 5)
    assert (hit.title, hit.kind) == ("Des bancs à l'ombre", str(public.Kind.MEASURE.label))
    assert str(one) in hit.url
    assert searches["contributions"].find("rien", 5) == []


def test_the_database_refuses_what_no_rule_lets_through():
    one = a_contribution(alice())
    argument = Remark.objects.get(public_id=a_remark(one, chloe()))
    reply = Remark(
        contribution=argument.contribution, parent=argument, body="a", created_at=NOON,
        public_id=uuid.uuid4(),
    )  # fmt: skip
    reply.save()
    deeper = Remark(contribution=argument.contribution, parent=reply, body="a", created_at=NOON)
    with pytest.raises(IntegrityError, match="no reply itself"), transaction.atomic():
        deeper.save()
    for broken in (
        {"title": "a" * 141},
        {"body": "a" * 5_001},
        {"body_format": "html"},
        {"state": "lost"},
        {"district": 0},
        {"ok_count": -1},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Contribution.objects.update(**broken)
