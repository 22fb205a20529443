"""Many at once: with each guard taken away the race is lost, with it the count is exact."""

from __future__ import annotations

import datetime as dt
import threading
from contextlib import contextmanager

import pytest
from django.db import connection, transaction

from parvis.account.testing import a_person, alice, mona, oscar
from parvis.deliberation import public
from parvis.deliberation.actions import writing
from parvis.deliberation.actions.forgetting import forget_person
from parvis.deliberation.models import Answer, Consultation, Contribution, Draft, Remark, Support
from parvis.deliberation.queries import recounting
from parvis.deliberation.testing import (
    NOON,
    SECTION,
    a_consultation,
    a_contribution,
    a_remark,
    an_answer,
)
from parvis.kernel import testing as threads
from parvis.kernel.errors import Refused

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 32
DRAFT = public.NewDraft(
    consultation="plan-2015", kind=public.Kind.MEASURE, section_ref=SECTION, title="a", body="b"
)


def at_once(acts):
    """Let people act at one moment; return results and the codes of refusals."""

    def told(act):
        try:
            return act()
        except Refused as refusal:
            return refusal.code

    return threads.at_once([lambda act=act: told(act) for act in acts])


@contextmanager
def without(model, *names):
    """Take constraints away for a while: what they guard against may then happen."""
    taken = [c for c in model._meta.constraints if c.name in names]
    assert len(taken) == len(names)
    with connection.schema_editor() as editor:
        for constraint in taken:
            editor.remove_constraint(model, constraint)
    try:
        yield
    finally:
        model.objects.all().delete()
        with connection.schema_editor() as editor:
            for constraint in taken:
                editor.add_constraint(model, constraint)


def meeting(function):
    """Return the function, each of whose callers waits for the others once it has its answer."""
    met = threading.Barrier(AT_ONCE)

    def slowed(*args, **kwargs):
        found = function(*args, **kwargs)
        met.wait(timeout=60)
        return found

    return slowed


def test_thirty_two_people_support_at_once_and_are_counted_exactly():
    one = a_contribution(alice())
    people = [a_person(f"Voisin{n}") for n in range(AT_ONCE)]
    target = public.Target(kind="contribution", id=one)

    def add_one():
        # The guard off: read, then write what one has read.
        with transaction.atomic():
            row = Contribution.objects.get()
            gate.wait(timeout=60)
            Contribution.objects.update(archived_ok=row.archived_ok + 1)

    gate = threading.Barrier(AT_ONCE)
    at_once([add_one] * AT_ONCE)
    assert Contribution.objects.get().archived_ok < AT_ONCE
    Contribution.objects.update(archived_ok=0)

    at_once([lambda p=p: public.support(target=target, by=p, now=NOON) for p in people])
    assert Contribution.objects.get().ok_count == AT_ONCE
    assert public.consultation("plan-2015").totals.votes == AT_ONCE
    at_once([lambda p=p: public.withdraw_support(target=target, by=p, now=NOON) for p in people])
    assert Contribution.objects.get().ok_count == 0
    assert recounting.differences("plan-2015") == []


def test_one_person_clicking_thirty_two_times_is_one_support():
    one = a_contribution(alice())
    who = a_person("Voisine")
    target = public.Target(kind="contribution", id=one)

    with without(Support, "one_support_per_person_and_contribution"):
        exists = meeting(Support.objects.filter(person_id=who.id).exists)

        def support_unlocked():
            if not exists():
                Support.objects.create(
                    contribution=Contribution.objects.get(), person_id=who.id, given_at=NOON
                )

        at_once([support_unlocked] * AT_ONCE)
        assert Support.objects.count() == AT_ONCE

    at_once([lambda: public.support(target=target, by=who, now=NOON)] * AT_ONCE)
    assert Support.objects.count() == 1
    assert Contribution.objects.get().ok_count == 1


def test_one_draft_however_often_it_is_saved():
    who = alice()
    a_consultation()

    with without(Draft, "one_draft_per_person_and_place"):
        exists = meeting(Draft.objects.filter(person_id=who.id).exists)

        def save_unlocked():
            if not exists():
                Draft.objects.create(
                    consultation_id=Consultation.objects.get().pk,
                    person_id=who.id,
                    kind="measure",
                    section_ref=SECTION,
                    saved_at=NOON,
                )

        at_once([save_unlocked] * AT_ONCE)
        assert Draft.objects.count() == AT_ONCE

    assert (
        len(set(at_once([lambda: public.save_draft(new=DRAFT, by=who, now=NOON)] * AT_ONCE))) == 1
    )
    assert Draft.objects.count() == 1


def test_one_form_sent_thirty_two_times_is_one_contribution(monkeypatch):
    who = alice()
    a_consultation()

    with without(Contribution, "one_contribution_per_form"), monkeypatch.context() as off:
        off.setattr(writing, "lock_person", lambda _: None)
        off.setattr(writing, "_already_posted", meeting(writing._already_posted))
        off.setattr(writing, "_recent", lambda _by, _now: 0)
        at_once([lambda: a_contribution(who, form_token="f")] * AT_ONCE)
        assert Contribution.objects.count() == AT_ONCE

    found = at_once([lambda: a_contribution(who, form_token="f")] * AT_ONCE)
    assert len(set(found)) == 1
    assert Contribution.objects.count() == 1


def test_a_flood_through_many_doors_stops_at_ten(monkeypatch):
    who = alice()
    a_consultation()

    with monkeypatch.context() as off:
        off.setattr(writing, "lock_person", lambda _: None)
        off.setattr(writing, "_recent", meeting(writing._recent))
        at_once([lambda: a_contribution(who)] * AT_ONCE)
        assert Contribution.objects.count() == AT_ONCE
    Contribution.objects.all().delete()

    found = at_once([lambda: a_contribution(who)] * AT_ONCE)
    assert Contribution.objects.count() == 10
    assert found.count("too_many_posts") == AT_ONCE - 10


def edited(one, who, number, **more):
    """Edit a contribution, at noon and whatever it was unless told otherwise."""
    given = {"title": f"Titre {number}", "body": "b", "now": NOON} | more
    public.edit_contribution(contribution_id=one, by=who, **given)
    return "edited"


def unlocked(act):
    """Return a reading that takes no lock; the act happens between it and what is written."""

    def read(contribution_id):
        rows = Contribution.objects.select_related("consultation")
        found = rows.get(public_id=contribution_id)
        at_once([act])
        return found

    return read


def test_one_answer_and_no_edit_after_it(monkeypatch):
    who, official = alice(), oscar()
    one = a_contribution(who)
    with monkeypatch.context() as off:
        meanwhile = unlocked(lambda: an_answer(one, official))
        off.setattr(writing, "locked_contribution", meanwhile)
        assert edited(one, who, 0) == "edited"
        assert Answer.objects.exists()

    other = a_contribution(who)
    acts = [lambda n=n: edited(other, who, n) for n in range(AT_ONCE // 2)]
    acts += [lambda n=n: an_answer(other, official, body=f"{n}") for n in range(AT_ONCE // 2)]
    found = at_once(acts)
    assert Answer.objects.filter(contribution__public_id=other).count() == 1
    assert found.count("already_answered") == AT_ONCE // 2 - 1
    assert found.count("edited") + found.count("answered_already") == AT_ONCE // 2
    assert len(public.history(other, viewer=None)) == found.count("edited") + 1
    assert public.consultation("plan-2015").totals.answered == 2
    assert recounting.differences("plan-2015") == []


def test_of_thirty_two_windows_on_one_text_one_is_kept_and_the_others_are_told():
    who = alice()
    one, other = a_contribution(who), a_contribution(who)
    # The guard off: each writes over what it has not read.
    found = at_once([lambda n=n: edited(one, who, n) for n in range(AT_ONCE)])
    assert found == ["edited"] * AT_ONCE

    later = NOON + dt.timedelta(minutes=1)
    found = at_once(
        [lambda n=n: edited(other, who, n, now=later, seen=NOON) for n in range(AT_ONCE)]
    )
    assert found.count("edited") == 1
    assert found.count("changed_elsewhere") == AT_ONCE - 1
    assert len(public.history(other, viewer=None)) == 2


def test_nobody_replies_to_what_is_hidden_at_that_moment(monkeypatch):
    one, other = a_contribution(alice()), a_contribution(alice())
    people = [a_person(f"Voisin{n}") for n in range(AT_ONCE - 1)]
    moderator = mona()
    why = public.Hiding(reason=public.Reason.INSULT, message="Non.")

    def hide(contribution_id):
        target = public.Target(kind="contribution", id=contribution_id)
        public.hide(target=target, hiding=why, by=moderator, now=NOON)

    with monkeypatch.context() as off:
        off.setattr(writing, "locked_contribution", unlocked(lambda: hide(one)))
        a_remark(one, people[0])
        assert Contribution.objects.get(public_id=one).state == "hidden"

    found = at_once([lambda: hide(other), *(lambda p=p: a_remark(other, p) for p in people)])
    posted = Remark.objects.filter(contribution__public_id=other).count()
    assert posted == len(people) - found.count("contribution_hidden")
    assert public.consultation("plan-2015").totals.remarks == 0
    assert recounting.differences("plan-2015") == []


def test_people_are_forgotten_while_others_vote():
    leaving = [a_person(f"Parti{n}") for n in range(4)]
    texts = [a_contribution(leaving[n % 4], title=f"{n}") for n in range(8)]
    targets = [public.Target(kind="contribution", id=one) for one in texts]
    people = [a_person(f"Voisin{n}") for n in range(AT_ONCE - 4)]
    for n, who in enumerate(leaving):
        for rank, target in enumerate(targets):
            if rank % 4 != n:
                public.support(target=target, by=who, now=NOON)

    def vote(who, rank):
        for target in reversed((*targets[rank % 8 :], *targets[: rank % 8])):
            public.support(target=target, by=who, now=NOON)

    acts = [lambda p=p: forget_person(p.id, NOON) for p in leaving]
    at_once([*acts, *(lambda p=p, n=n: vote(p, n) for n, p in enumerate(people))])
    assert public.consultation("plan-2015").totals.votes == 8 * (AT_ONCE - 1)
    assert recounting.differences("plan-2015") == []
