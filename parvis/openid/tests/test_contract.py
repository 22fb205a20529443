"""A service is told what is in its contract, agreed to by the person, and asked for: nothing
else."""

from __future__ import annotations

from hypothesis import given, strategies as st

from parvis.account.testing import a_person, alice
from parvis.openid.queries.consents import claims_given
from parvis.openid.rules import claims as rules
from parvis.openid.tests.services_world import a_library, a_wish, agree

ALL = rules.CLAIMS
SUBSETS = st.frozensets(st.sampled_from(rules.AGREED_TO))


def a_contract(claims, optional=frozenset(), purpose="Emprunter.", in_english="Borrow."):
    return rules.Contract(
        operator="DAC",
        purpose_fr=purpose,
        purpose_en=in_english,
        claims=claims,
        optional=optional,
    )


@given(claims=SUBSETS, agreed=SUBSETS, wanted=st.frozensets(st.sampled_from(ALL)))
def test_nothing_is_given_that_is_not_in_all_three(claims, agreed, wanted):
    given = rules.to_give(wanted, a_contract(claims), agreed)
    assert given <= wanted
    assert {rules.CHECKED_WITH.get(one, one) for one in given} <= claims & agreed


@given(claims=SUBSETS, agreed=SUBSETS)
def test_all_is_given_that_is_in_all_three(claims, agreed):
    assert rules.to_give(rules.AGREED_TO, a_contract(claims), agreed) == claims & agreed


@given(claims=SUBSETS, wanted=st.frozensets(st.sampled_from(ALL)))
def test_a_person_is_asked_for_nothing_that_is_not_in_the_contract(claims, wanted):
    assert set(rules.to_agree_to(wanted, a_contract(claims))) <= claims


def test_the_claims_parameter_asks_as_scopes_do():
    parameter = {"userinfo": {"nickname": None}, "id_token": {"phone_number": {"essential": True}}}
    assert rules.asked(["openid", "email", "of_nobody"], parameter) == (
        "email",
        "email_verified",
        "nickname",
        "phone_number",
    )
    assert rules.asked(["openid"], {"userinfo": ["email"], "id_token": None}) == ()


def test_sub_and_unknown_claims_are_nobodys_to_ask_for():
    assert rules.asked(["openid"], {"id_token": {"sub": None, "password": None}}) == ()


def test_a_contract_has_a_version_that_changes_with_each_part_of_it():
    whole = a_contract(frozenset({"name", "email"}), frozenset({"email"}))
    others = [
        a_contract(frozenset({"name"}), frozenset()),
        a_contract(frozenset({"name", "email"}), frozenset()),
        a_contract(frozenset({"name", "email"}), frozenset({"email"}), purpose="Vendre."),
        a_contract(frozenset({"name", "email"}), frozenset({"email"}), in_english="Sell."),
        rules.Contract(
            operator="Une société",
            purpose_fr="Emprunter.",
            purpose_en="Borrow.",
            claims=whole.claims,
            optional=whole.optional,
        ),
    ]
    assert len({whole.version, *(one.version for one in others)}) == 6
    assert whole.version == a_contract(frozenset({"email", "name"}), frozenset({"email"})).version


def test_the_library_is_told_the_name_and_the_address_and_nothing_else(db):
    library = a_library()
    agree(alice(), library)
    assert claims_given(person_id=alice().id, service=library, names=ALL) == {
        "email": "alice@parvis.example",
        "email_verified": True,
        "name": "Alice Martin",
    }


def test_what_a_person_may_keep_is_told_when_they_tick_it(db):
    library = a_library()
    agree(alice(), library, told=["residence_arrondissement", "phone_number"])
    told = claims_given(person_id=alice().id, service=library, names=ALL)
    assert told["residence_arrondissement"] == 11
    assert "phone_number" not in told


def test_only_what_is_asked_for_is_told(db):
    library = a_library()
    agree(alice(), library)
    assert claims_given(person_id=alice().id, service=library, names=["name"]) == {
        "name": "Alice Martin"
    }


def test_what_the_city_does_not_know_is_left_out(db):
    library = a_library()
    nobody = a_person("Zoé", email="zoe@parvis.example")
    agree(nobody, library, told=["residence_arrondissement"])
    assert claims_given(person_id=nobody.id, service=library, names=ALL) == {
        "email": "zoe@parvis.example",
        "email_verified": True,
        "name": "Zoé",
    }


def test_a_civil_status_comes_from_franceconnect_and_from_nowhere_else(db):
    everything = frozenset(rules.AGREED_TO)
    library = a_library(claims=everything, optional_claims=frozenset())
    agree(alice(), library, scope="openid profile birth phone")
    told = claims_given(person_id=alice().id, service=library, names=ALL)
    assert told.keys() == {"name", "nickname", "locale"}


def test_two_queries_tell_all_that_the_city_knows(db, django_assert_num_queries):
    everything = frozenset(rules.AGREED_TO)
    library, person = a_library(claims=everything, optional_claims=frozenset()), alice()
    agree(person, library, scope="openid profile email birth phone")
    with django_assert_num_queries(2):
        claims_given(person_id=person.id, service=library, names=ALL)
    with django_assert_num_queries(1):
        claims_given(person_id=library.public_id, service=library, names=["name"])


def test_nothing_is_told_without_a_consent(db):
    library = a_library()
    assert claims_given(person_id=alice().id, service=library, names=ALL) == {}


def test_what_was_agreed_to_with_one_service_tells_another_nothing(db):
    library = a_library()
    pool = a_library(name="Piscines", redirect_uris=("https://piscines.example/",))
    agree(alice(), library)
    assert claims_given(person_id=alice().id, service=pool, names=ALL) == {}


def test_a_wish_puts_together_what_is_needed_and_what_is_optional():
    assert rules.why_refused(a_contract(frozenset({"name"}), frozenset({"email"}))) == (
        "not_in_contract"
    )
    assert rules.why_refused(a_contract(frozenset({"sub"}))) == "unknown_claim"
    assert rules.why_refused(a_contract(a_wish().claims, a_wish().optional_claims)) is None
