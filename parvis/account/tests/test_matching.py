"""Which account an identity opens: by issuer and subject, never by an address."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from hypothesis import HealthCheck, given, settings as limits, strategies as st

from parvis.account.actions import identities, proposing
from parvis.account.actions.roles import grant_role
from parvis.account.models import Identity, Merge, Proposal, Resident
from parvis.account.queries import identities as queries, people
from parvis.account.rules import identities as rules
from parvis.account.testing import MORNING, a_person, alice, bachir
from parvis.kernel.errors import Refused
from parvis.kernel.models import OutgoingMail, RegisterEntry
from parvis.kernel.sirene import is_siret
from parvis.kernel.testing import at_once

FC = "https://franceconnect.example/api/v2"
YASMINE = {
    "given_name": "Yasmine",
    "family_name": "BENALI",
    "birthdate": "1992-11-03",
    "gender": "female",
    "birthplace": "75111",
    "birthcountry": "99100",
}

# Households: few names, few birthdays, few mailboxes, so that everything coincides now and then.
members = st.fixed_dictionaries(
    {
        "sub": st.sampled_from([f"sub-{number}" for number in range(6)]),
        "iss": st.sampled_from([FC, "https://fc-plus.example/api/v2"]),
        "pivot": st.sampled_from(["", "p1", "p2", "p3"]),
        "email": st.sampled_from(["family@parvis.example", "other@parvis.example"]),
        "person": st.sampled_from([None, *(uuid.UUID(int=number) for number in range(1, 5))]),
    }
)


def known_of(member):
    pivots = frozenset({member["pivot"]} - {""})
    return rules.Known(iss=member["iss"], sub=member["sub"], person=member["person"], pivots=pivots)


@limits(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(members, max_size=6, unique_by=lambda m: (m["iss"], m["sub"])), members)
def test_an_account_opens_by_issuer_and_subject_and_by_nothing_else(household, comer):
    found = rules.match(
        iss=comer["iss"],
        sub=comer["sub"],
        pivots=frozenset({comer["pivot"]} - {""}),
        known=[known_of(member) for member in household],
    )
    same = [
        m["person"]
        for m in household
        if (m["iss"], m["sub"]) == (comer["iss"], comer["sub"]) and m["person"]
    ]
    assert found.person == (same[0] if same else None)
    alike = {m["person"] for m in household if m["pivot"] and m["pivot"] == comer["pivot"]}
    assert found.proposed == (frozenset() if same else frozenset(alike - {None}))


@given(st.sampled_from(sorted(YASMINE)), st.sampled_from(["Zoé", "1992-11-04", "75112"]))
def test_two_civil_statuses_are_one_only_if_all_six_facts_are(name, other):
    mine = rules.Pivot.of(YASMINE)
    theirs = rules.Pivot.of({**YASMINE, name: other})
    if name == "birthcountry":
        assert theirs.birthplace == ""
    assert mine.digest(b"key") != theirs.digest(b"key")
    assert mine.digest(b"key") != mine.digest(b"another key")


def test_spelling_of_a_register_makes_no_other_person():
    mine = rules.Pivot.of({**YASMINE, "given_name": "Anne-Zoé"})
    same = rules.Pivot.of({**YASMINE, "given_name": "ANNE  ZOE", "family_name": "Benali"})
    assert mine.digest(b"key") == same.digest(b"key")


@pytest.mark.parametrize("missing", sorted(YASMINE))
def test_five_facts_are_no_civil_status(missing):
    assert rules.Pivot.of({**YASMINE, missing: ""}) is None


def test_a_birth_abroad_has_no_place():
    abroad = {**YASMINE, "birthcountry": "99352"}
    one = rules.Pivot.of({**abroad, "birthplace": "Alger"})
    assert one == rules.Pivot.of({**abroad, "birthplace": ""})


@given(st.text(alphabet="0123456789", min_size=14, max_size=14))
def test_one_wrong_figure_is_no_siret(number):
    if is_siret(number):
        for rank in (0, 7, 13):
            slip = number[:rank] + str((int(number[rank]) + 1) % 10) + number[rank + 1 :]
            assert not is_siret(slip)


def told(sub="sub-1", email="yasmine@parvis.example", **claims):
    return identities.Told(
        vouched_by="franceconnect",
        iss=FC,
        sub=sub,
        claims={**YASMINE, "email": email, **claims},
    )


def opened(seen, name="Yasmine", **wish):
    given = identities.Wish(usual_name=name, language="fr", **wish)
    return identities.open_account(seen.identity_id, given, now=MORNING)


@pytest.mark.django_db
def test_an_address_of_an_account_opens_and_attaches_nothing():
    person = alice()
    seen = identities.see(told(email=person.email), now=MORNING)
    assert seen.person_id is None
    with pytest.raises(Refused) as refusal:
        opened(seen)
    assert refusal.value.code == "address_taken"
    assert Identity.objects.get().person_id is None
    assert Proposal.objects.count() == 0
    assert Resident.objects.count() == 1


@pytest.mark.django_db
def test_the_same_civil_status_under_another_subject_is_a_proposal():
    person_id = opened(identities.see(told(), now=MORNING))
    seen = identities.see(told(sub="sub-2", email="new@parvis.example"), now=MORNING)
    assert seen.person_id is None
    assert [one.owner.id for one in queries.proposals_of(seen.identity_id)] == [person_id]
    assert queries.waiting_count() == 0
    for _click in range(2):
        assert proposing.ask_agent(seen.identity_id, now=MORNING) == 1
    assert queries.waiting_count() == 1


@pytest.mark.django_db
def test_an_agent_links_anew_with_a_reason_and_the_owner_is_told():
    person_id = opened(identities.see(told(), now=MORNING))
    seen = identities.see(told(sub="sub-2"), now=MORNING)
    [proposal] = queries.proposals_of(seen.identity_id)
    agent = bachir()
    with pytest.raises(Refused) as refusal:
        proposing.confirm(proposal.id, by=agent.id, reason="  ", now=MORNING)
    assert refusal.value.code == "reason_needed"
    assert identities.see(told(sub="sub-2"), now=MORNING).person_id is None

    proposing.confirm(proposal.id, by=agent.id, reason="Passport seen", now=MORNING)
    assert identities.see(told(sub="sub-2"), now=MORNING).person_id == person_id
    line = RegisterEntry.objects.get(action="account.match_confirmed")
    assert (line.actor_ref, line.personal) == (f"person:{agent.id}", {"reason": "Passport seen"})
    assert OutgoingMail.objects.filter(recipient="yasmine@parvis.example").count() == 2
    with pytest.raises(Refused) as refusal:
        proposing.decline(proposal.id, by=agent.id, reason="Two people", now=MORNING)
    assert refusal.value.code == "already_settled"


@pytest.mark.django_db
def test_what_an_agent_declines_opens_nothing():
    opened(identities.see(told(), now=MORNING))
    seen = identities.see(told(sub="sub-2", email="new@parvis.example"), now=MORNING)
    [proposal] = queries.proposals_of(seen.identity_id)
    proposing.decline(proposal.id, by=bachir().id, reason="Twins", now=MORNING)
    assert identities.see(told(sub="sub-2"), now=MORNING).person_id is None
    assert OutgoingMail.objects.filter(recipient="new@parvis.example").count() == 1


@pytest.mark.django_db
def test_who_opened_a_second_account_is_merged_into_the_first():
    first = opened(identities.see(told(), now=MORNING))
    seen = identities.see(told(sub="sub-2", email="new@parvis.example"), now=MORNING)
    second = opened(seen)
    [proposal] = queries.proposals_of(seen.identity_id)
    proposing.confirm(proposal.id, by=bachir().id, reason="Passport seen", now=MORNING)
    assert people.person(second) is None
    assert identities.see(told(sub="sub-2"), now=MORNING).person_id == first
    assert Merge.objects.get().stays_id == first


@pytest.mark.django_db
def test_an_identity_enters_the_account_of_who_works_for_the_city_by_an_administrator_alone():
    person_id = opened(identities.see(told(), now=MORNING))
    grant_role(person_id=person_id, role="agent", by=None, now=MORNING)
    seen = identities.see(told(sub="sub-2"), now=MORNING)
    [proposal] = queries.proposals_of(seen.identity_id)
    for by, code in ((bachir().id, "staff_by_administrator"), (person_id, "own_account")):
        with pytest.raises(Refused) as refusal:
            proposing.confirm(proposal.id, by=by, reason="Passport seen", now=MORNING)
        assert refusal.value.code == code
        assert identities.see(told(sub="sub-2"), now=MORNING).person_id is None
    ada = a_person("Ada", "administrator")
    proposing.confirm(proposal.id, by=ada.id, reason="Passport seen", now=MORNING)
    assert identities.see(told(sub="sub-2"), now=MORNING).person_id == person_id


@pytest.mark.django_db
def test_an_older_key_of_the_city_still_knows_a_civil_status(settings):
    person_id = opened(identities.see(told(), now=MORNING))
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key of the city"
    seen = identities.see(told(sub="sub-2"), now=MORNING)
    assert [one.owner.id for one in queries.proposals_of(seen.identity_id)] == [person_id]


@pytest.mark.django_db
@pytest.mark.parametrize("email", ["", "not an address", None, 7, "x" * 250 + "@parvis.example"])
def test_without_a_good_address_the_person_is_asked_for_one(email):
    seen = identities.see(told(email=email), now=MORNING)
    with pytest.raises(Refused) as refusal:
        opened(seen)
    assert refusal.value.code == "address_needed"
    person_id = opened(seen, email="mine@parvis.example")
    assert people.person(person_id).email == "mine@parvis.example"


@pytest.mark.django_db
def test_identities_that_opened_nothing_are_forgotten_but_not_while_an_agent_looks():
    person_id = opened(identities.see(told(), now=MORNING))
    waiting = identities.see(told(sub="sub-2"), now=MORNING)
    proposing.ask_agent(waiting.identity_id, now=MORNING)
    identities.see(told(sub="sub-3", given_name="Nadia"), now=MORNING)
    later = MORNING + dt.timedelta(days=4)
    assert identities.forget_unlinked(rules.unlinked_before(later), later) == 1
    assert set(Identity.objects.values_list("sub", "person_id")) == {
        ("sub-1", person_id),
        ("sub-2", None),
    }


@pytest.mark.django_db(transaction=True)
def test_one_identity_opens_one_account_however_often_the_button_is_pressed():
    seen = identities.see(told(), now=MORNING)

    def press():
        try:
            return opened(seen)
        except Refused as refusal:
            return refusal.code

    answers = at_once([press] * 6)
    assert sum(isinstance(one, uuid.UUID) for one in answers) == 1
    assert {one for one in answers if isinstance(one, str)} <= {"identity_taken", "address_taken"}
    assert Resident.objects.count() == 1
