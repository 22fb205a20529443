"""FranceConnect: what it demands, what we believe, who may open which account."""

from __future__ import annotations

import dataclasses
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import httpx
import pytest
from django.test import Client
from django.urls import reverse

from config.fakes import franceconnect, openid
from parvis.account.adapters import upstream_tokens
from parvis.account.models import Identity, Resident
from parvis.account.queries import people
from parvis.account.testing import OPEN_SESAME, a_person, alice, signed_in
from parvis.kernel.models import OutgoingMail, RegisterEntry
from parvis.territory.testing import the_city
from tests.outside.conftest import SITE, Browser, open_account, page, text_of, who

WHO_ACTS = '{"id_token":{"rep_scope":null},"userinfo":{"rep_scope":null}}'
pytestmark = pytest.mark.django_db


def counts():
    return Resident.objects.count(), Identity.objects.count()


def test_the_question_is_what_franceconnect_demands(fc, browser):
    asked = dict(parse_qsl(urlsplit(browser.leave()).query))
    assert len(asked.pop("state")) == 43
    assert len(asked.pop("nonce")) == 43
    assert set(asked.pop("scope").split()) == {
        "openid",
        "identite_pivot",
        "preferred_username",
        "email",
    }
    assert asked == {
        "client_id": openid.CLIENT_ID,
        "redirect_uri": "http://testserver/mon-compte/franceconnect/retour/",
        "response_type": "code",
        "acr_values": "eidas1",
        # Whether a professional of Aidants Connect acts for them.
        "claims": WHO_ACTS,
    }


def test_the_played_party_refuses_what_the_real_one_refuses(fc, browser):
    good = dict(parse_qsl(urlsplit(browser.leave()).query))
    for spoiled in (
        {"nonce": "n" * 21},
        {"acr_values": ""},
        {"acr_values": "eidas2"},
        {"prompt": "none"},
        {"prompt": "select_account"},
        {"redirect_uri": "http://testserver/elsewhere/"},
        {"scope": "profile"},
        {"response_type": "token"},
    ):
        answer = httpx.get(f"{fc.issuer}/authorize", params=good | spoiled)
        assert (answer.status_code, "Y030007" in answer.text) == (400, True), spoiled


def test_a_visitor_changes_nothing_of_the_question(fc, browser):
    address = browser.leave(
        auth_params="acr_values=eidas0&claims={}", scope="idp_id", acr_values="none", process="x"
    )
    asked = parse_qs(urlsplit(address).query)
    assert (asked["acr_values"], asked["claims"]) == (["eidas1"], [WHO_ACTS])
    assert "idp_id" not in asked["scope"][0]


def test_yasmine_comes_for_the_first_time_and_opens_an_account(fc, browser):
    answer = browser.go("yasmine", next=page("profile"))
    assert answer["Location"] == page("arrived")
    shown = text_of(browser.city.get(page("arrived")))
    assert "BENALI" in shown
    assert "yasmine.benali@parvis.example" in shown
    assert counts() == (0, 1)

    opened = browser.city.post(page("arrived"), {"usual_name": "Yasmine"})
    assert opened["Location"] == page("profile")
    person = who(browser.city)
    assert (person.usual_name, person.civil_name) == ("Yasmine", "Yasmine BENALI")
    assert person.email == "yasmine.benali@parvis.example"
    assert not Resident.objects.get(pk=person.id).has_usable_password()
    assert RegisterEntry.objects.filter(action="account.identity_attached").count() == 1


@pytest.mark.parametrize(
    ("somebody", "where", "code"),
    [("yasmine", "Algérie", "99352"), ("paul", "Paris, 11e arrondissement", "75111")],
)
def test_where_somebody_was_born_is_said_in_words(fc, browser, somebody, where, code):
    the_city()
    browser.go(somebody, next=page("profile"))
    shown = text_of(browser.city.get(page("arrived")))
    assert f"<dd>{where}</dd>" in shown
    assert code not in shown


def test_yasmine_comes_again_and_enters_at_once(fc, browser):
    open_account(browser)
    first = who(browser.city)
    again = Browser(Client())
    assert again.go("yasmine")["Location"] == reverse("portal:mine")
    assert who(again.city) == first
    assert counts() == (1, 1)


def test_who_shares_an_address_does_not_share_an_account(fc, browser):
    open_account(browser, "paul", "Paul")
    jeanne = Browser(Client())
    shown = text_of(jeanne.city.get(jeanne.go("jeanne")["Location"]))
    assert "rousseau@parvis.example" in shown
    refused = jeanne.city.post(page("arrived"), {"usual_name": "Jeanne"})
    assert refused.status_code == 400
    assert who(jeanne.city) is None
    assert Resident.objects.count() == 1

    sent = jeanne.city.post(
        page("arrived"), {"usual_name": "Jeanne", "email": "jeanne@parvis.example"}
    )
    assert sent.status_code == 302
    assert Resident.objects.count() == 1
    mail = OutgoingMail.objects.get(recipient="jeanne@parvis.example")
    link = next(word for word in mail.text.split() if word.startswith(SITE + page("arrived")))
    assert jeanne.city.get(urlsplit(link).path).status_code == 200
    assert Resident.objects.count() == 1
    jeanne.city.post(urlsplit(link).path)
    jeanne.go("jeanne")
    assert who(jeanne.city).email == "jeanne@parvis.example"
    assert who(jeanne.city).id != people.person_by_email("rousseau@parvis.example").id


def test_another_address_that_is_taken_looks_the_same_and_opens_nothing(fc, browser):
    open_account(browser, "paul", "Paul")
    a_person("Chloé", email="chloe@parvis.example")
    jeanne = Browser(Client())
    jeanne.go("jeanne")
    told = [
        jeanne.city.post(page("arrived"), {"usual_name": "Jeanne", "email": address})
        for address in ("chloe@parvis.example", "free@parvis.example")
    ]
    assert {(one.status_code, one["Location"]) for one in told} == {(302, page("contact_sent"))}
    mail = OutgoingMail.objects.get(recipient="chloe@parvis.example")
    assert page("arrived") not in mail.text
    assert Resident.objects.count() == 2


def test_alice_attaches_her_identity_by_signing_in_as_she_always_did(fc, browser):
    person = alice()
    browser.go("alice")
    assert who(browser.city) is None
    typed = {"login": person.email, "password": OPEN_SESAME}
    answer = browser.city.post(f"{page('account_login')}?next={page('attach')}", typed)
    assert answer["Location"] == page("attach")
    assert "MARTIN" in text_of(browser.city.get(answer["Location"]))
    assert Identity.objects.get().person_id is None
    browser.city.post(answer["Location"])
    assert Identity.objects.get().person_id == person.id
    later = Browser(Client())
    later.go("alice")
    assert who(later.city).id == person.id


def test_what_one_identity_proved_is_not_attached_in_another_session(fc, browser):
    browser.go("alice")
    stranger = signed_in(Client(), a_person("Chloé", email="chloe@parvis.example"))
    assert stranger.post(page("attach")).status_code == 302
    assert Identity.objects.get().person_id is None


@pytest.mark.parametrize(
    ("kind", "spoiled"),
    [
        ("id_token", {"acr": "eidas0"}),
        ("id_token", {"acr": None}),
        ("id_token", {"nonce": "n" * 43}),
        ("id_token", {"nonce": None}),
        ("id_token", {"iss": "https://app.franceconnect.gouv.fr/api/v2"}),
        ("id_token", {"aud": "another-city"}),
        ("id_token", {"aud": [openid.CLIENT_ID, "another-city"]}),
        ("id_token", {"exp": 1_000_000_000}),
        ("id_token", {"iat": 4_000_000_000}),
        ("id_token", {"sub": ""}),
        ("userinfo", {"sub": "somebody-else"}),
    ],
)
def test_what_is_signed_but_wrong_is_not_believed(fc, browser, kind, spoiled):
    fc.spoil = lambda what, claims: claims | spoiled if what == kind else claims
    answer = browser.go("yasmine")
    assert answer.status_code == 403
    assert answer.context["why"] == "not_believed"
    assert (counts(), who(browser.city)) == ((0, 0), None)


def test_what_another_key_signed_is_not_believed(fc, browser):
    fc.published, fc.key = fc.key, openid.new_key()
    assert browser.go("yasmine").status_code == 403
    fc.key.update(kid=fc.published.get("kid"))
    assert Browser(Client()).go("yasmine").status_code == 403
    assert counts() == (0, 0)


def test_new_keys_of_the_party_are_learnt_at_once(fc, browser):
    open_account(browser)
    fc.key = openid.new_key()
    assert Browser(Client()).go("yasmine")["Location"] == reverse("portal:mine")


def test_a_code_for_one_session_signs_nobody_in_in_another(fc, browser):
    address = browser.choose(browser.leave(), "yasmine")
    victim = Browser(Client())
    answer = victim.come_back(address)
    assert answer.status_code == 403
    assert answer.context["why"] == "lost"
    assert (counts(), who(victim.city)) == ((0, 0), None)


def test_a_state_serves_once(fc, browser):
    address = browser.choose(browser.leave(), "yasmine")
    assert browser.come_back(address)["Location"] == page("arrived")
    assert browser.come_back(address).status_code == 403


def test_an_answer_that_names_another_issuer_is_not_believed(fc, browser):
    address = browser.choose(browser.leave(), "yasmine")
    mixed = address.replace("iss=http", "iss=https")
    assert browser.come_back(mixed).status_code == 403
    assert counts() == (0, 0)


def test_a_code_nobody_gave_signs_nobody_in(fc, browser):
    asked = dict(parse_qsl(urlsplit(browser.leave()).query))
    made_up = urlencode({"state": asked["state"], "code": "made-up", "iss": fc.issuer})
    answer = browser.come_back(f"/mon-compte/franceconnect/retour/?{made_up}")
    assert (answer.status_code, counts()) == (403, (0, 0))


def test_who_gives_up_is_shown_the_other_ways(fc, browser):
    answer = browser.go("leave")
    assert answer.status_code == 200
    assert answer.context["why"] == "cancelled"
    assert page("account_login") in text_of(answer)


def test_the_other_ways_in_lead_where_who_gives_up_was_going(fc, browser):
    shown = text_of(browser.go("leave", next=page("profile")))
    assert f'href="{page("account_login")}?next=/mon-compte/profil/"' in shown.replace("%2F", "/")
    elsewhere = text_of(browser.go("leave", next="https://elsewhere.example/"))
    assert f'href="{page("account_login")}"' in elsewhere
    assert "elsewhere.example" not in elsewhere


@pytest.mark.parametrize("error", ["server_error", "temporarily_unavailable"])
def test_a_party_that_says_it_cannot_answer_is_down(fc, browser, error):
    asked = dict(parse_qsl(urlsplit(browser.leave()).query))
    said = urlencode({"state": asked["state"], "error": error, "iss": fc.issuer})
    answer = browser.come_back(f"/mon-compte/franceconnect/retour/?{said}")
    assert (answer.status_code, answer.context["why"]) == (503, "down")
    assert counts() == (0, 0)


def test_who_comes_back_in_another_browser_reads_its_language(fc, browser):
    address = browser.choose(browser.leave(), "yasmine")
    answer = Browser(Client(headers={"accept-language": "en-GB"})).come_back(address)
    assert answer.context["why"] == "lost"
    assert "We have lost the thread" in answer.content.decode()


def test_who_left_from_an_english_page_reads_english_even_on_giving_up(fc, browser):
    address = browser.city.get("/en/my-account/franceconnect/")["Location"]
    answer = browser.come_back(browser.choose(address, "leave"))
    assert answer.context["why"] == "cancelled"
    assert "You gave up at FranceConnect" in answer.content.decode()


def test_franceconnect_is_down_and_alice_signs_in_with_her_password(fc, settings, browser):
    person = alice()
    settings.PARVIS_FRANCECONNECT_URL = "http://localhost:9/api/v2"
    answer = browser.city.get("/mon-compte/franceconnect/")
    assert answer.status_code == 503
    assert answer.context["why"] == "down"
    assert browser.city.get("/mon-compte/franceconnect/").status_code == 503
    browser.city.post(page("account_login"), {"login": person.email, "password": OPEN_SESAME})
    assert who(browser.city) == person


def test_franceconnect_breaks_down_on_the_way_back(fc, settings, browser):
    address = browser.choose(browser.leave(), "yasmine")
    fc.issuer = "http://localhost:9/api/v2"
    upstream_tokens.memory.forget()
    answer = browser.come_back(address)
    assert (answer.status_code, counts()) == (503, (0, 0))


def test_where_it_is_not_set_up_it_is_not_offered(client, settings):
    assert client.get("/mon-compte/franceconnect/").status_code == 404
    assert client.get("/mon-compte/franceconnect/retour/").status_code == 404
    assert "FranceConnect" not in text_of(client.get(page("account_login")))


def test_the_button_says_what_franceconnect_wants_it_to_say(fc, client):
    shown = text_of(client.get(page("account_login")))
    assert "S\u2019identifier avec FranceConnect" in shown
    assert "Qu\u2019est-ce que FranceConnect" in shown
    assert "https://franceconnect.gouv.fr/" in shown


def test_an_address_that_changed_outside_changes_nothing_here(fc, browser):
    open_account(browser)
    a_person("Chloé", email="chloe@parvis.example")
    moved = dict(franceconnect.PEOPLE["yasmine"].claims) | {"email": "chloe@parvis.example"}
    fc.people = {"yasmine": dataclasses.replace(franceconnect.PEOPLE["yasmine"], claims=moved)}
    again = Browser(Client())
    again.go("yasmine")
    assert who(again.city).email == "yasmine.benali@parvis.example"
    assert Identity.objects.get().email == "chloe@parvis.example"


def test_franceconnect_plus_tells_under_seal(fc_high, browser):
    open_account(browser)
    assert who(browser.city).civil_name == "Yasmine BENALI"
    keys = browser.city.get(page("franceconnect_keys")).json()["keys"]
    assert [(key["use"], "d" in key) for key in keys] == [("enc", False)]


def test_franceconnect_plus_without_its_seal_is_not_believed(fc_high, browser):
    fc_high.encrypts_to = None
    assert browser.go("yasmine").status_code == 403
    assert counts() == (0, 0)


def test_a_lower_level_than_asked_is_not_believed(fc_high, browser):
    fc_high.spoil = lambda kind, claims: (
        claims | {"acr": "eidas1"} if kind == "id_token" else claims
    )
    assert browser.go("yasmine").status_code == 403
    assert counts() == (0, 0)
