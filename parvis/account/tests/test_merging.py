"""Two accounts of one person become one, and two again."""

from __future__ import annotations

import datetime as dt

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db.models import QuerySet
from django.test import Client
from django.urls import reverse
from django.utils import translation

from parvis.account.actions import archive_file, closing, identities, merging, phones
from parvis.account.actions.merging import Cause
from parvis.account.models import Identity, Merge, Resident
from parvis.account.queries import people
from parvis.account.queries.naming import named
from parvis.account.testing import MORNING, OPEN_SESAME, a_person, alice, bachir, mona, signed_in
from parvis.kernel.errors import Refused
from parvis.kernel.ids import new_public_id
from parvis.kernel.models import FactRecord, OutgoingMail, RegisterEntry
from parvis.kernel.testing import at_once

pytestmark = pytest.mark.django_db
NUMBER = "+33639980013"


def other_alice():
    return a_person("Lili", email="lili@parvis.example", civil_name="Alice Martin", residence=12)


def merge(stays, goes, **cause):
    return merging.merge_accounts(stays=stays.id, goes=goes.id, cause=Cause(**cause), now=MORNING)


def merged_into(person_id):
    return Merge.objects.get(goes_id=person_id, undone_at=None).stays_id


def accounts():
    rows = QuerySet(Resident).order_by("pk").values()
    addresses = QuerySet(EmailAddress).order_by("pk").values()
    return list(rows), list(addresses), list(Identity.objects.order_by("pk").values())


def proven(client, person):
    signed_in(client, person)
    client.post(reverse("account_reauthenticate"), {"password": OPEN_SESAME})
    return client


def test_the_account_that_goes_is_closed_and_says_nothing_and_its_sessions_end(client):
    stays, goes = alice(), other_alice()
    typed = {"login": goes.email, "password": OPEN_SESAME}
    client.post(reverse("account_login"), typed)
    assert client.get(reverse("account:known")).status_code == 200
    merge(stays, goes)
    old = Resident.objects.get(pk=goes.id)
    assert (old.email, old.usual_name, old.civil_name, old.residence) == (None, "", "", None)
    assert (old.closed_at, old.has_usable_password()) == (MORNING, False)
    assert people.person(goes.id) is None
    assert people.person(stays.id) == stays
    assert merged_into(goes.id) == stays.id
    assert client.get(reverse("account:known")).status_code == 302
    assert FactRecord.objects.filter(name="account.session_ended").count() == 1


def test_it_is_written_down_for_both_and_told_to_both():
    stays, goes, agent = alice(), other_alice(), bachir()
    merge(stays, goes, by=agent.id, reason="Passport seen")
    lines = RegisterEntry.objects.filter(action="account.merged")
    assert {line.object_ref for line in lines} == {f"person:{one.id}" for one in (stays, goes)}
    assert {line.actor_ref for line in lines} == {f"person:{agent.id}"}
    assert {line.personal["reason"] for line in lines} == {"Passport seen"}
    told = set(OutgoingMail.objects.values_list("recipient", flat=True))
    assert told == {stays.email, goes.email}
    fact = FactRecord.objects.get(name="account.merged")
    assert (fact.aggregate, fact.payload["merged_id"]) == (f"person:{stays.id}", str(goes.id))


def test_taken_apart_both_are_as_they_were_to_the_last_field():
    stays, goes = alice(), other_alice()
    seen = identities.see(
        identities.Told(vouched_by="franceconnect", iss="https://fc.example", sub="s", claims={}),
        now=MORNING,
    )
    identities.attach(seen.identity_id, person_id=goes.id, now=MORNING)
    before = accounts()
    merge_id = merge(stays, goes)
    assert Identity.objects.get().person_id == stays.id
    # The identity, the address, and the mail that told of the identity.
    assert merging.undo_merge(merge_id, cause=Cause(reason="Twins"), now=MORNING) == 3
    assert accounts() == before
    assert people.person(goes.id) == goes
    assert Resident.objects.get(pk=goes.id).check_password(OPEN_SESAME)
    row = Merge.objects.get()
    assert (row.kept, row.undo_reason, row.undone_at) == ("", "Twins", MORNING)


@pytest.mark.parametrize("why", ["same_account", "not_open", "has_roles"])
def test_what_may_not_be_merged_changes_nothing(why):
    stays, goes = alice(), other_alice()
    if why == "same_account":
        goes = stays
    elif why == "not_open":
        closing.close_account(person_id=goes.id, now=MORNING)
    else:
        goes = bachir()
    before = accounts()
    with pytest.raises(Refused) as refusal:
        merge(stays, goes)
    assert refusal.value.code == why
    assert (accounts(), Merge.objects.count()) == (before, 0)


def test_an_agents_account_may_take_in_a_residents():
    agent, goes = bachir(), other_alice()
    merge(agent, goes)
    assert people.person(agent.id).roles == frozenset({"agent"})


def test_after_a_year_or_when_the_address_is_taken_it_stays_as_it_is():
    stays, goes = alice(), other_alice()
    merge_id = merge(stays, goes)
    a_person("Nour", email=goes.email)
    before = accounts()
    with pytest.raises(Refused) as refusal:
        merging.undo_merge(merge_id, cause=Cause(), now=MORNING)
    assert (refusal.value.code, accounts()) == ("address_taken", before)
    later = MORNING + dt.timedelta(days=366)
    with pytest.raises(Refused) as refusal:
        merging.undo_merge(merge_id, cause=Cause(), now=later)
    assert (refusal.value.code, accounts()) == ("merge_is_over", before)
    assert merging.forget_old(later, later) == 1
    assert Merge.objects.get().kept == ""


def test_closing_the_account_forgets_what_was_kept_of_the_other():
    stays, goes = alice(), other_alice()
    merge_id = merge(stays, goes)
    closing.close_account(person_id=stays.id, now=MORNING)
    assert Merge.objects.get().kept == ""
    with pytest.raises(Refused) as refusal:
        merging.undo_merge(merge_id, cause=Cause(), now=MORNING)
    assert refusal.value.code == "merge_is_over"


def test_no_merge_no_undoing():
    with pytest.raises(Refused) as refusal:
        merging.undo_merge(new_public_id(), cause=Cause(), now=MORNING)
    assert refusal.value.code == "unknown_merge"


@pytest.mark.django_db(transaction=True)
def test_two_agents_at_once_merge_once():
    stays, goes = alice(), other_alice()

    def press():
        try:
            return str(merge(stays, goes))
        except Refused as refusal:
            return refusal.code

    answers = at_once([press, press])
    assert sorted(answers)[1] == "not_open"
    assert Merge.objects.count() == 1


def test_who_opens_both_accounts_in_one_browser_brings_them_together(client):
    stays, goes = alice(), other_alice()
    proven(client, goes)
    left = client.post(reverse("account:leave_for_the_other"))
    assert left["Location"].startswith(reverse("account_login"))
    next_step = translation.gettext("Now sign in to the account you want to keep.")
    assert next_step in client.get(left["Location"]).text
    assert client.get(reverse("account:unite")).status_code == 302
    client.post(left["Location"], {"login": stays.email, "password": OPEN_SESAME})
    assert goes.email in client.get(reverse("account:unite")).text.replace("<wbr>", "")
    assert Merge.objects.count() == 0
    client.post(reverse("account:unite"))
    assert merged_into(goes.id) == stays.id
    assert client.get(reverse("account:unite")).context["other"] is None


def test_who_opened_only_one_of_them_brings_nothing_together(client):
    goes = other_alice()
    proven(client, goes)
    client.post(reverse("account:leave_for_the_other"))
    stranger = signed_in(Client(), alice())
    stranger.cookies["parvis_other_account"] = str(goes.id)
    stranger.post(reverse("account:unite"))
    assert Merge.objects.count() == 0


def test_an_account_that_got_a_new_password_meanwhile_is_not_brought_along(client):
    stays, goes = alice(), other_alice()
    proven(client, goes)
    left = client.post(reverse("account:leave_for_the_other"))
    old = Resident.objects.get(pk=goes.id)
    old.set_password("another three words")
    old.save()
    client.post(left["Location"], {"login": stays.email, "password": OPEN_SESAME})
    assert client.get(reverse("account:unite")).context["other"] is None
    client.post(reverse("account:unite"))
    assert Merge.objects.count() == 0


def test_at_the_desk_it_takes_a_role_a_proof_and_a_reason(client):
    stays, goes, agent = alice(), other_alice(), bachir()
    typed = {"stays": stays.email, "goes": goes.email, "reason": "Passport seen"}
    signed_in(client, stays)
    assert client.post(reverse("account:merge"), typed).status_code == 403
    signed_in(client, agent)
    asked = client.post(reverse("account:merge"), typed)
    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    proven(client, agent)
    assert client.post(reverse("account:merge"), typed | {"reason": ""}).status_code == 400
    assert Merge.objects.count() == 0
    assert client.post(reverse("account:merge"), typed).status_code == 302
    row = Merge.objects.get()
    assert (row.by_id, row.reason) == (agent.id, "Passport seen")
    page = client.get(reverse("account:matching"))
    undo = reverse("account:undo_merge", args=[row.public_id])
    assert undo in page.content.decode()
    assert client.post(undo, {"reason": "Twins"}).status_code == 302
    assert people.person(goes.id) == goes


def test_an_agent_does_not_decide_about_their_own_account():
    agent, goes = bachir(), other_alice()
    before = accounts()
    with pytest.raises(Refused) as refusal:
        merge(agent, goes, by=agent.id, reason="It is me")
    assert refusal.value.code == "own_account"
    assert (accounts(), Merge.objects.count()) == (before, 0)


def test_what_opens_the_account_of_who_works_for_the_city_only_an_administrator_decides():
    stays, goes, agent = mona(), other_alice(), bachir()
    before = accounts()
    with pytest.raises(Refused) as refusal:
        merge(stays, goes, by=agent.id, reason="Passport seen")
    assert refusal.value.code == "staff_by_administrator"
    assert (accounts(), Merge.objects.count()) == (before, 0)
    merge(stays, goes, by=a_person("Ada", "administrator").id, reason="Passport seen")
    assert merged_into(goes.id) == stays.id


def test_the_telephone_goes_along_and_comes_back():
    stays, goes = alice(), other_alice()
    phones.note_shown(person_id=goes.id, number=NUMBER, now=MORNING)
    merge_id = merge(stays, goes)
    assert named(stays.id).phone == NUMBER
    merging.undo_merge(merge_id, cause=Cause(), now=MORNING)
    assert (named(stays.id).phone, named(goes.id).phone) == ("", NUMBER)


def test_what_stayed_with_the_account_that_went_is_told_and_goes_with_the_one_that_stays():
    stays, goes = alice(), other_alice()
    keys = Authenticator.objects.create(user_id=goes.id, type="totp", data={})
    merge(stays, goes)
    archived = archive_file.rows_held(stays.id)
    assert archived["mfa.Authenticator"] == 1
    with translation.override("en"):
        rehearsal = closing.rehearse_closing(person_id=stays.id, now=MORNING)
    left = {kind.label: kind.left for module in rehearsal.modules for kind in module.kinds}
    assert left["Passkeys and code generators"].erased == 1
    assert Authenticator.objects.get() == keys
    closing.close_account(person_id=stays.id, now=MORNING)
    assert not Authenticator.objects.exists()
