"""What goes by itself, what goes with an account, and what is told."""

from __future__ import annotations

import datetime as dt
import io
import os

import pytest
from django.core.files.storage import default_storage
from django.utils import translation
from PIL import Image

from parvis.account.testing import MORNING, alice, bachir, chloe, dede
from parvis.kernel import clock, facts, holdings
from parvis.kernel.declarations import keeps, notices
from parvis.kernel.models import FactRecord
from parvis.mandates.actions import asking, deciding, forgetting, growing_up
from parvis.mandates.actions.inputs import NewInvitation, Paper
from parvis.mandates.models import Mandate, Ward
from parvis.mandates.public import act_claim, mandates_of, may_act, represented_person, rights_over
from parvis.mandates.testing import SEEN, a_child, granted_between, granted_child

pytestmark = pytest.mark.django_db
LATER = MORNING + dt.timedelta(hours=1)


def a_paper():
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(out, "PNG")
    out.seek(0)
    return Paper(kind="family_book", reference="Paris 11", upload=out)


def test_nobody_acts_by_or_for_a_closed_account():
    granted_between(chloe(), alice())
    granted_child(alice())
    assert forgetting.forget_person(alice().id, LATER) > 0
    assert not may_act(alice().id, now=LATER)
    assert rights_over(chloe().id, now=LATER) == []
    assert set(Mandate.objects.values_list("ended_why", flat=True)) == {"account_closed"}
    ward = Ward.objects.get()
    assert (ward.given_names, ward.family_name, ward.born_on) == ("", "", None)


def test_the_other_parent_goes_on_holding_a_child():
    granted_child(alice())
    ward = Ward.objects.get()
    code = growing_up.give_code(ward_id=ward.pk, use="join", by=alice(), now=MORNING)
    paper = Paper(kind="birth_certificate")
    second = asking.join_ward(code=code, paper=paper, by=chloe(), now=MORNING)
    deciding.grant(mandate_id=second, reason=SEEN, by=bachir(), now=MORNING)
    forgetting.forget_person(alice().id, LATER)
    (right,) = mandates_of(chloe().id, now=LATER)
    assert right.name == "Dédé"


def test_a_child_who_gives_up_an_account_is_still_held():
    granted_child(alice())
    ward = Ward.objects.get()
    code = growing_up.give_code(ward_id=ward.pk, use="claim", by=alice(), now=MORNING)
    growing_up.claim(code=code, by=dede(), now=MORNING)
    forgetting.forget_person(dede().id, LATER)
    (right,) = mandates_of(alice().id, now=LATER)
    assert (right.name, right.for_ref) == ("Dédé", f"mandates.ward:{ward.pk}")


def test_what_still_waited_goes_with_the_account():
    asking.ask_for_ward(new=a_child(), by=alice(), now=MORNING)
    new = NewInvitation(
        email=alice().email, gives=True, domains=("social",), ends_on=dt.date(2015, 12, 31)
    )
    asking.invite(new=new, by=chloe(), now=MORNING)
    forgetting.forget_person(alice().id, LATER)
    (row,) = Mandate.objects.all()
    assert (row.invited, row.state) == ("", "withdrawn")
    assert Ward.objects.get().forgotten_at == LATER


def test_a_paper_that_served_is_thrown_away_and_one_in_use_is_kept():
    first = asking.ask_for_ward(new=a_child(paper=a_paper()), by=alice(), now=MORNING)
    name = Mandate.objects.get().proof_file
    deciding.grant(mandate_id=first, reason=SEEN, by=bachir(), now=MORNING)
    assert forgetting.forget_papers(MORNING, LATER) == 0
    assert forgetting.forget_papers(LATER, LATER) == 1
    path = default_storage.path(name)
    assert forgetting.sweep_papers(now=clock.now()) == 0
    old = dt.datetime(2015, 1, 1, tzinfo=dt.UTC).timestamp()
    os.utime(path, (old, old))
    second = asking.ask_for_ward(new=a_child(paper=a_paper()), by=chloe(), now=MORNING)
    assert Mandate.objects.get(pk=second).proof_file == name
    assert forgetting.sweep_papers(now=LATER) == 0
    Mandate.objects.filter(pk=second).update(proof_file="")
    assert forgetting.sweep_papers(now=LATER) == 1
    assert not default_storage.exists(name)


def test_an_old_mandate_goes_and_the_name_of_a_child_nobody_holds_with_it():
    granted_child(alice())
    adult = dt.datetime(2021, 5, 3, 22, tzinfo=dt.UTC)
    assert forgetting.forget_old(adult, adult) == 0
    assert Ward.objects.get().given_names == "Dédé"
    after = adult + dt.timedelta(days=1)
    assert forgetting.forget_old(after, after) == 2
    assert Mandate.objects.count() == 0
    assert Ward.objects.get().given_names == ""


def test_a_refused_request_goes_with_the_names_in_it():
    mandate_id = asking.ask_for_ward(new=a_child(), by=alice(), now=MORNING)
    deciding.refuse(mandate_id=mandate_id, reason="Not readable.", by=bachir(), now=MORNING)
    assert forgetting.forget_refused(MORNING, LATER) == 0
    assert forgetting.forget_refused(LATER, LATER) == 2
    assert Ward.objects.get().given_names == ""


def test_an_invitation_nobody_answers_goes():
    new = NewInvitation(
        email="nobody@parvis.example",
        gives=True,
        domains=("social",),
        ends_on=dt.date(2015, 12, 31),
    )
    asking.invite(new=new, by=alice(), now=MORNING)
    assert forgetting.forget_unanswered(MORNING, LATER) == 0
    assert forgetting.forget_unanswered(LATER, LATER) == 1


def test_a_person_is_given_what_mandates_keep_and_no_address_of_another():
    granted_child(alice())
    new = NewInvitation(
        email="nobody@parvis.example",
        gives=True,
        domains=("social",),
        ends_on=dt.date(2015, 12, 31),
    )
    asking.invite(new=new, by=alice(), now=MORNING)
    kept = {held.model: list(holdings.given(held, alice().id)) for held in keeps["mandates"].held}
    assert [row["kind"] for row in kept["mandates.Mandate"]] == ["parent", "relative"]
    assert [row["given_names"] for row in kept["mandates.Ward"]] == ["Dédé"]
    assert "nobody@parvis.example" not in str(kept)
    assert all(holdings.count(held, chloe().id) == 0 for held in keeps["mandates"].held)


def test_both_sides_are_told_in_their_words():
    granted_between(alice(), chloe())
    record = FactRecord.objects.get(name="mandates.granted")
    (delivered,) = facts.facts_by_id([record.public_id]).values()
    notice = notices["mandates.granted"]
    assert set(notice.who(delivered.fact)) == {alice().id, chloe().id}
    with translation.override("en"):
        assert notice.tell(delivered, chloe().id).title == "You may now act for Alice"
        assert notice.tell(delivered, alice().id).title == "Chloé may now act for you"


def test_a_token_says_who_acts_for_its_subject():
    granted_between(alice(), chloe(), domains=("housing", "participation"))
    (right,) = mandates_of(chloe().id, now=LATER)
    standing = right.acting()
    assert represented_person(standing) == alice().id
    assert act_claim(standing, sub_of=lambda person_id: f"pairwise-{person_id}") == {
        "sub": f"pairwise-{chloe().id}",
        "rep_scope": ["logement"],
    }
