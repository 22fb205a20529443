"""The pages of a household, and the agents' desk, as people use them."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext
from PIL import Image

from parvis.account.testing import MORNING, alice, bachir, chloe, dede, signed_in
from parvis.kernel import clock
from parvis.kernel.declarations import account_pages
from parvis.kernel.models import ReadingEntry
from parvis.mandates.actions import asking, deciding, growing_up
from parvis.mandates.actions.inputs import NewInvitation, Paper
from parvis.mandates.models import Mandate, Ward
from parvis.mandates.testing import a_child, granted_association, granted_child

pytestmark = pytest.mark.django_db
NOW = clock.now()
TODAY = clock.city_day(NOW)
BORN = dt.date(TODAY.year - 12, 1, 9)


def a_photograph():
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(out, "JPEG")
    return SimpleUploadedFile("livret.jpg", out.getvalue(), "image/jpeg")


def a_request(client):
    """Let Alice add a child on her page, with a photograph of the paper."""
    given = {
        "given_names": "Dédé",
        "family_name": "Martin",
        "born_on": BORN.isoformat(),
        "proof": "family_book",
        "proof_reference": "Paris 11",
        "proof_file": a_photograph(),
    }
    return signed_in(client, alice()).post(reverse("mandates:child"), given)


def text_of(answer):
    return answer.content.decode()


def test_a_mother_adds_her_child_an_agent_looks_and_grants(client):
    answer = a_request(client)
    assert answer.status_code == 302
    page = text_of(client.get(answer.url))
    assert "Your request is with an agent" in page
    assert "Waits for the City to look at the paper" in page
    row = Mandate.objects.get()
    agent = signed_in(Client(), bachir())
    queue = text_of(agent.get(reverse("mandates:to_check")))
    assert "Parent of a child, asked by Alice" in queue
    case = text_of(agent.get(reverse("mandates:case", args=[row.pk])))
    assert "Alice Martin" in case
    assert "Dédé Martin" in case
    paper = agent.get(reverse("mandates:paper", args=[row.pk]))
    assert paper.headers["Content-Type"] == "image/jpeg"
    assert paper.headers["Content-Security-Policy"].startswith("sandbox")
    with default_storage.open(row.proof_file) as kept:
        assert paper.content == kept.read()
    given = {"verb": "grant", "reason": "Family record book seen."}
    assert agent.post(reverse("mandates:case", args=[row.pk]), given).status_code == 302
    page = text_of(client.get(reverse("mandates:mine")))
    assert "Act for Dédé" in page
    assert "The City said: Family record book seen." in page
    # Who looked at the paper is written down once, for Alice to read.
    (seen,) = ReadingEntry.objects.all()
    assert (seen.reader_ref, seen.person_ref) == (
        f"person:{bachir().id}",
        f"person:{alice().id}",
    )


@pytest.mark.parametrize("name", ["to_check", "case", "paper", "desk_code"])
def test_the_desk_is_kept_for_agents(client, name):
    a_request(client)
    row = Mandate.objects.get()
    args = [] if name == "to_check" else [row.pk]
    address = reverse(f"mandates:{name}", args=args)
    answer = client.post(address) if name == "desk_code" else client.get(address)
    assert answer.status_code == 403
    assert Client().get(address).status_code == 302


def test_a_decision_without_a_reason_is_asked_for_again(client):
    a_request(client)
    row = Mandate.objects.get()
    agent = signed_in(Client(), bachir())
    for given in ({"verb": "grant", "reason": ""}, {"verb": "burn", "reason": "Seen."}):
        assert agent.post(reverse("mandates:case", args=[row.pk]), given).status_code == 422
    assert Mandate.objects.get().state == "to_check"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"born_on": "1990-01-01"}, "This person is of age"),
        ({"born_on": "tomorrow"}, "Enter a valid date"),
        ({"given_names": ""}, "This field is required"),
        ({"proof": "board_minutes"}, "Select a valid choice"),
        (
            {"proof_file": SimpleUploadedFile("a.jpg", b"MZ not a picture", "image/jpeg")},
            "We can read photos",
        ),
    ],
)
def test_a_form_that_cannot_be_taken_says_why_and_keeps_what_was_typed(client, changes, said):
    given = {
        "given_names": "Dédé",
        "family_name": "Martin",
        "born_on": BORN.isoformat(),
        "proof": "family_book",
    }
    signed_in(client, alice())
    answer = client.post("/en" + reverse("mandates:child").removeprefix("/en"), given | changes)
    assert answer.status_code in (415, 422)
    assert said in text_of(answer)
    assert 'value="Martin"' in text_of(answer)
    assert Mandate.objects.count() == Ward.objects.count() == 0


@pytest.mark.parametrize(
    "name",
    ["child", "second_parent", "guardian", "relative", "association", "ask", "give", "claim"],
)
def test_every_form_opens_and_an_empty_one_changes_nothing(client, name):
    signed_in(client, alice())
    assert client.get(reverse(f"mandates:{name}")).status_code == 200
    assert client.post(reverse(f"mandates:{name}"), {}).status_code == 422
    assert Mandate.objects.count() == 0


def test_an_invitation_is_read_and_answered_by_who_was_invited(client):
    new = NewInvitation(
        email="chloe@parvis.example", gives=True, domains=("social",), ends_on=TODAY
    )
    mandate_id = asking.invite(new=new, by=alice(), now=NOW)
    page = text_of(signed_in(client, chloe()).get(reverse("mandates:mine")))
    assert "Alice would like you to act for them" in page
    stranger = signed_in(Client(), dede())
    assert "Alice" not in text_of(stranger.get(reverse("mandates:mine")))
    address = reverse("mandates:answer", args=[mandate_id])
    assert stranger.post(address, {"verb": "accept"}).status_code == 404
    assert client.post(address, {"verb": "accept"}).status_code == 302
    assert "Act for Alice" in text_of(client.get(reverse("mandates:standing_in")))
    giver = signed_in(Client(), alice())
    assert "Chloé" in text_of(giver.get(reverse("mandates:represented")))
    giver.post(reverse("mandates:end", args=[mandate_id]), {"next": "https://elsewhere.example/"})
    assert Mandate.objects.get().ended_why == "revoked"
    assert "Act for Alice" not in text_of(client.get(reverse("mandates:standing_in")))


def test_the_page_of_a_child_is_for_who_holds_them_and_shows_a_code_once(client):
    granted_child(alice(), now=NOW, born_on=BORN)
    ward = Ward.objects.get()
    address = reverse("mandates:ward", args=[ward.pk])
    stranger = signed_in(Client(), chloe())
    for answer in (
        stranger.get(address),
        stranger.post(reverse("mandates:code", args=[ward.pk]), {"use": "claim"}),
    ):
        assert answer.status_code == 404
        assert "Dédé" not in text_of(answer)
    signed_in(client, alice())
    shown = text_of(client.post(reverse("mandates:code", args=[ward.pk]), {"use": "join"}))
    assert "The code, shown this once" in shown
    assert "The code, shown this once" not in text_of(client.get(address))


def test_a_code_for_a_second_parent_is_offered_until_there_is_one(client):
    granted_child(alice(), now=NOW, born_on=BORN)
    ward = Ward.objects.get()
    page = signed_in(client, alice()).get(reverse("mandates:ward", args=[ward.pk]))
    assert 'value="join"' in page.text
    code = growing_up.give_code(ward_id=ward.pk, use="join", by=alice(), now=NOW)
    paper = Paper(kind="birth_certificate")
    second = asking.join_ward(code=code, paper=paper, by=chloe(), now=NOW)
    deciding.grant(mandate_id=second, reason="Seen.", by=bachir(), now=NOW)
    page = client.get(reverse("mandates:ward", args=[ward.pk]))
    assert "Chloé" in text_of(page)
    assert 'value="join"' not in page.text
    assert 'value="claim"' in page.text


def test_a_child_types_the_code_and_finds_the_file(client):
    granted_child(alice(), now=NOW, born_on=BORN)
    mother = signed_in(Client(), alice())
    address = reverse("mandates:code", args=[Ward.objects.get().pk])
    shown = mother.post(address, {"use": "claim"})
    signed_in(client, dede())
    wrong = client.post(reverse("mandates:claim"), {"code": "0000-0000-0000"})
    assert (wrong.status_code, Ward.objects.get().account_id) == (404, None)
    answer = client.post(reverse("mandates:claim"), {"code": shown.context["code"]})
    assert answer.url == reverse("mandates:represented")
    assert "Alice" in text_of(client.get(answer.url))


@pytest.mark.parametrize(
    ("use", "page", "says"),
    [
        ("join", "claim", "lets a second parent ask to hold the child"),
        ("claim", "second_parent", "makes the file of a person their own"),
    ],
)
def test_a_code_for_one_thing_is_refused_for_the_other(client, use, page, says):
    granted_child(alice(), now=NOW, born_on=BORN)
    mother = signed_in(Client(), alice())
    ward = Ward.objects.get()
    shown = mother.post(reverse("mandates:code", args=[ward.pk]), {"use": use})
    typed = {"code": shown.context["code"], "proof": "birth_certificate"}
    signed_in(client, dede())
    refused = client.post(reverse(f"mandates:{page}"), typed)
    assert refused.status_code == 409
    assert says in text_of(refused)
    # It is said where it was typed, and the list of what to mend leads there.
    assert list(refused.context["form"].errors) == ["code"]
    ward.refresh_from_db()
    assert ward.account_id is None
    assert ward.code_until is not None
    assert Mandate.objects.count() == 1


def test_who_holds_a_child_says_whom_the_code_is_for(client):
    granted_child(alice(), now=NOW, born_on=BORN)
    signed_in(client, alice())
    address = reverse("mandates:code", args=[Ward.objects.get().pk])
    for use, says in (
        ("join", "may ask to hold this child as the second parent"),
        ("claim", "makes this file the one of their own account"),
    ):
        assert says in text_of(client.post(address, {"use": use}))
    for use in ("", "both"):
        assert client.post(address, {"use": use}).status_code == 422


def test_the_pages_ask_few_questions(client, django_assert_max_num_queries):
    for rank in range(6):
        granted_child(alice(), now=NOW, born_on=BORN, given_names=f"N{rank}")
    signed_in(client, alice())
    for name in ("mine", "standing_in", "represented"):
        with django_assert_max_num_queries(12):
            assert client.get(reverse(f"mandates:{name}")).status_code == 200
    waiting = [asking.ask_for_ward(new=a_child(born_on=BORN), by=chloe(), now=NOW)]
    agent = signed_in(Client(), bachir())
    with django_assert_max_num_queries(20):
        agent.get(reverse("mandates:case", args=waiting))


def test_a_large_household_is_said_in_one_sentence():
    for name in ("Ana", "Bob", "Cléo"):
        granted_child(alice(), given_names=name)
    said = account_pages["mandates"].summary
    assert said(alice().id, MORNING) == gettext("You may act for %(names)s.") % {
        "names": "Ana, Bob, Cléo"
    }
    granted_child(alice(), given_names="Dora")
    assert said(alice().id, MORNING).count("Cléo") == 1
    assert "Dora" not in said(alice().id, MORNING)


def test_an_agent_finds_a_mandate_again_by_the_child_or_by_who_acts(client):
    mandate_id = granted_child(alice(), now=NOW, born_on=BORN)
    agent = signed_in(client, bachir())
    address = reverse("mandates:to_check")
    case = reverse("mandates:case", args=[mandate_id])
    assert case not in text_of(agent.get(address))
    for words in ("martin", "Dédé", "Dédé Martin", "ALICE@parvis.example"):
        assert case in text_of(agent.get(address, {"q": words})), words
    for words in ("ma", "Durand", "chloe@parvis.example", "%", "\x00\x00\x00", "Dédé Durand"):
        assert case not in text_of(agent.get(address, {"q": words})), words
    # Whom the list showed is written down, for Alice to read.
    (seen,) = ReadingEntry.objects.all()
    assert (seen.person_ref, seen.what) == (f"person:{alice().id}", "mandates.request")


def test_who_came_of_age_without_an_account_gets_the_code_at_a_counter(client):
    granted_child(alice(), born_on=dt.date(1998, 5, 4))
    agent = signed_in(client, bachir())
    found = agent.get(reverse("mandates:to_check"), {"q": "Martin"}).context["found"]
    assert [one.in_force for one in found] == [False]
    given = agent.post(reverse("mandates:desk_code", args=[found[0].id])).context["code"]
    answer = signed_in(Client(), dede()).post(reverse("mandates:claim"), {"code": given})
    assert answer.url == reverse("mandates:represented")
    assert Ward.objects.get().account_id == dede().id


def test_an_agent_finds_an_association_by_its_number_or_its_name(client):
    mandate_id = granted_association(alice(), now=NOW, ends_on=TODAY)
    agent = signed_in(client, bachir())
    for words in ("w 751 234 567", "jardins"):
        found = agent.get(reverse("mandates:to_check"), {"q": words}).context["found"]
        assert [one.id for one in found] == [mandate_id], words
