"""Reuses and questions: public once a moderator said so, answered in the name of the City."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.core import mail

from parvis.account.testing import a_person, signed_in
from parvis.kernel import holdings, register
from parvis.kernel.declarations import desk_queues, keeps
from parvis.kernel.errors import Forbidden, NotFound, Refused
from parvis.opendata.actions import questions, reuses, saying
from parvis.opendata.models import Question, Report, Reuse
from parvis.opendata.queries import reuses as queries
from parvis.opendata.testing import BUDGET, MONDAY, TUESDAY, a_dataset, a_version
from parvis.relation.testing import deliver_everything

pytestmark = pytest.mark.django_db
TITLE, URL = "La carte des travaux", "https://exemple.org/travaux"
TEXT = "Montre les travaux de chaque quartier, pour les conseils de quartier."
PAGE = f"/en/data/{BUDGET}/"


@pytest.fixture(autouse=True)
def budget():
    return a_dataset()


@pytest.fixture
def alice():
    return a_person("Alice", language="en")


@pytest.fixture
def chloe():
    return a_person("Chloé", email="chloe@parvis.example", language="en")


@pytest.fixture
def mona():
    return a_person("Mona", "moderator")


@pytest.fixture
def bachir():
    return a_person("Bachir", "agent")


def proposed(by, now=MONDAY, **changes):
    said = {"title": TITLE, "url": URL, "text": TEXT, **changes}
    return reuses.propose(dataset_id=BUDGET, by=by, now=now, **said)


def asked(by, text="Le chapitre 65, que contient-il ?", now=MONDAY):
    return questions.ask(dataset_id=BUDGET, text=text, by=by, now=now)


def shown(viewer=None):
    return [one.title for one in queries.reuses_of(BUDGET, viewer=viewer)]


def waiting():
    found = {queue.key: queue.waiting(MONDAY) for queue in desk_queues if queue.waiting}
    return found["opendata.reuses"], found["opendata.questions"]


def deeds(person):
    lines = reversed(register.concerning(f"person:{person.id}"))
    return [one.action for one in lines if one.action.startswith("opendata.")]


# --- reuses ---------------------------------------------------------------------------------------


def test_a_reuse_is_shown_to_everyone_once_a_moderator_has_taken_it(alice, mona):
    reuse_id = proposed(alice)
    assert (shown(), shown(alice.id), waiting()) == ([], [TITLE], (1, 0))
    reuses.publish(reuse_id=reuse_id, by=mona, now=TUESDAY)
    assert (shown(), waiting()) == ([TITLE], (0, 0))
    deliver_everything()
    [letter] = mail.outbox
    assert (letter.to, letter.subject) == (
        ["alice@parvis.example"],
        f"Your reuse is public: {TITLE}",
    )
    assert deeds(alice) == ["opendata.reuse_proposed"]
    assert deeds(mona) == ["opendata.reuse_published"]


def test_a_reuse_that_is_not_taken_is_told_why(alice, mona):
    reuse_id = proposed(alice)
    message = "Votre adresse demande un compte : ouvrez-la à tous."
    reuses.refuse(reuse_id=reuse_id, message=message, by=mona, now=TUESDAY)
    assert (shown(), shown(alice.id), waiting()) == ([], [], (0, 0))
    deliver_everything()
    assert mail.outbox[0].subject == f"Your reuse is not shown: {TITLE}"
    assert message in mail.outbox[0].body
    reuses.publish(reuse_id=reuse_id, by=mona, now=TUESDAY)
    assert shown() == [TITLE]


def test_a_refusal_without_a_word_is_refused_and_changes_nothing(alice, mona):
    reuse_id = proposed(alice)
    with pytest.raises(Refused) as refusal:
        reuses.refuse(reuse_id=reuse_id, message=" … ", by=mona, now=TUESDAY)
    assert (refusal.value.code, refusal.value.status) == ("text_empty", 422)
    assert Reuse.objects.get().state == "proposed"


def test_only_a_moderator_rules(alice, chloe, bachir):
    reuse_id, question_id = proposed(alice), asked(alice)
    for who in (alice, chloe, bachir):
        for act in (
            lambda by: reuses.publish(reuse_id=reuse_id, by=by, now=TUESDAY),
            lambda by: reuses.refuse(reuse_id=reuse_id, message="Non.", by=by, now=TUESDAY),
            lambda by: questions.hide(question_id=question_id, message="Non.", by=by, now=TUESDAY),
            lambda by: questions.restore(question_id=question_id, by=by, now=TUESDAY),
            lambda by: saying.keep(kind="reuse", public_id=reuse_id, by=by, now=TUESDAY),
        ):
            with pytest.raises(Forbidden):
                act(who)
    assert Reuse.objects.get().state == "proposed"
    assert Question.objects.get().state == "public"


def test_an_address_proposed_twice_is_one_reuse(alice, chloe):
    assert proposed(alice) == proposed(alice, title="Autrement dit")
    with pytest.raises(Refused) as refusal:
        proposed(chloe)
    assert refusal.value.code == "reuse_known"
    assert Reuse.objects.count() == 1


def test_five_proposals_wait_and_no_sixth(alice):
    for rank in range(5):
        proposed(alice, url=f"{URL}/{rank}")
    with pytest.raises(Refused) as refusal:
        proposed(alice, url=f"{URL}/5")
    assert (refusal.value.code, refusal.value.status) == ("too_many_waiting", 429)
    assert Reuse.objects.count() == 5


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"title": ""}, "text_empty", "title"),
        ({"title": "x" * 141}, "text_too_long", "title"),
        ({"text": "\u202eabc"}, "text_deceives", "text"),
        ({"text": "x" * 2001}, "text_too_long", "text"),
        ({"url": "javascript:alert(1)"}, "address_unfit", "url"),
        ({"url": "https://a:b@exemple.org/"}, "address_unfit", "url"),
        ({"url": 'https://exemple.org/"onload'}, "address_unfit", "url"),
    ],
)
def test_what_is_badly_typed_is_refused_beside_its_field(alice, changes, code, field):
    with pytest.raises(saying.Mistyped) as refusal:
        proposed(alice, **changes)
    assert (refusal.value.code, refusal.value.field) == (code, field)
    assert not Reuse.objects.exists()


def test_only_its_author_withdraws_a_reuse(alice, chloe, mona):
    reuse_id = proposed(alice)
    reuses.publish(reuse_id=reuse_id, by=mona, now=TUESDAY)
    with pytest.raises(NotFound):
        reuses.withdraw(reuse_id=reuse_id, by=chloe, now=TUESDAY)
    assert shown() == [TITLE]
    reuses.withdraw(reuse_id=reuse_id, by=alice, now=TUESDAY)
    assert shown(alice.id) == []
    with pytest.raises(Refused) as refusal:
        reuses.publish(reuse_id=reuse_id, by=mona, now=TUESDAY)
    assert refusal.value.code == "reuse_decided"


# --- reports --------------------------------------------------------------------------------------


@pytest.fixture
def public_reuse(alice, mona):
    reuse_id = proposed(alice)
    reuses.publish(reuse_id=reuse_id, by=mona, now=MONDAY)
    return reuse_id


def reported(kind, public_id, by, reason="dead_link"):
    saying.report(kind=kind, public_id=public_id, reason=reason, comment="", by=by, now=TUESDAY)


def test_a_dead_link_is_told_to_the_moderators_and_beside_it(public_reuse, chloe, mona):
    for _time in range(2):
        reported("reuse", public_reuse, chloe)
    assert Report.objects.count() == 1
    [one] = queries.reuses_of(BUDGET, viewer=None)
    assert (one.is_dead, waiting()) == (True, (1, 0))
    [case] = queries.cases()
    assert (case.kind, case.id, case.since) == ("reuse", public_reuse, TUESDAY)
    saying.keep(kind="reuse", public_id=public_reuse, by=mona, now=TUESDAY)
    [one] = queries.reuses_of(BUDGET, viewer=None)
    assert (one.is_dead, waiting()) == (False, (0, 0))
    with pytest.raises(Refused) as refusal:
        saying.keep(kind="reuse", public_id=public_reuse, by=mona, now=TUESDAY)
    assert refusal.value.code == "not_reported"
    assert deeds(chloe) == ["opendata.reuse_reported"]


def test_a_reuse_taken_off_the_page_has_no_open_report(public_reuse, chloe, mona):
    reported("reuse", public_reuse, chloe)
    reuses.refuse(reuse_id=public_reuse, message="Le lien ne mène plus.", by=mona, now=TUESDAY)
    assert (shown(), waiting()) == ([], (0, 0))
    assert Report.objects.get().closed_at == TUESDAY


@pytest.mark.parametrize(
    ("kind", "reason", "code"),
    [("question", "dead_link", "reason_unknown"), ("reuse", "laid", "reason_unknown")],
)
def test_a_report_gives_a_reason_there_is(public_reuse, alice, chloe, kind, reason, code):
    about = public_reuse if kind == "reuse" else asked(alice)
    with pytest.raises(Refused) as refusal:
        reported(kind, about, chloe, reason)
    assert (refusal.value.code, refusal.value.status) == (code, 422)
    assert not Report.objects.exists()


def test_nobody_reports_what_is_theirs_or_not_public(alice, chloe):
    reuse_id = proposed(alice)
    with pytest.raises(NotFound):
        reported("reuse", reuse_id, chloe)
    with pytest.raises(Refused) as refusal:
        reported("question", asked(alice), alice, "misleading")
    assert refusal.value.code == "own_text"
    assert not Report.objects.exists()


# --- questions ------------------------------------------------------------------------------------


def test_the_service_answers_and_the_answer_can_be_revised(alice, bachir):
    question_id = asked(alice)
    assert waiting() == (0, 1)
    questions.answer(question_id=question_id, text="Les subventions.", by=bachir, now=TUESDAY)
    questions.answer(question_id=question_id, text="Les subventions.", by=bachir, now=TUESDAY)
    later = TUESDAY + dt.timedelta(days=1)
    questions.answer(question_id=question_id, text="Les subventions versées.", by=bachir, now=later)
    [one] = queries.questions_of(BUDGET, viewer=None)
    assert (one.answer, one.answered_at, one.revised_at) == (
        "Les subventions versées.",
        TUESDAY,
        later,
    )
    assert waiting() == (0, 0)
    deliver_everything()
    assert [letter.subject for letter in mail.outbox] == [
        "The City has answered your question about: Budget voté"
    ] * 2
    assert deeds(bachir) == ["opendata.question_answered", "opendata.answer_revised"]


def test_nobody_but_an_agent_answers(alice, mona):
    question_id = asked(alice)
    with pytest.raises(Forbidden):
        questions.answer(question_id=question_id, text="Oui.", by=mona, now=TUESDAY)
    assert Question.objects.get().answer == ""


def test_a_double_click_is_one_question_and_a_flood_is_refused(alice):
    assert asked(alice) == asked(alice)
    for rank in range(9):
        asked(alice, f"Et le chapitre {rank} ?")
    with pytest.raises(Refused) as refusal:
        asked(alice, "Encore ?")
    assert (refusal.value.code, refusal.value.status) == ("too_many_posts", 429)
    assert Question.objects.count() == 10
    asked(alice, "Encore ?", now=MONDAY + dt.timedelta(minutes=10))


def test_a_hidden_question_is_read_by_its_author_and_can_come_back(alice, mona):
    question_id = asked(alice)
    questions.hide(question_id=question_id, message="Sans rapport.", by=mona, now=TUESDAY)
    assert queries.questions_of(BUDGET, viewer=None) == []
    [own] = queries.questions_of(BUDGET, viewer=alice.id)
    assert (own.state, own.message) == ("hidden", "Sans rapport.")
    deliver_everything()
    assert mail.outbox[0].subject == "Moderators have hidden your question about: Budget voté"
    questions.restore(question_id=question_id, by=mona, now=TUESDAY)
    assert len(queries.questions_of(BUDGET, viewer=None)) == 1


def test_what_the_city_answered_stays_readable(alice, bachir):
    question_id = asked(alice)
    questions.answer(question_id=question_id, text="Les subventions.", by=bachir, now=TUESDAY)
    with pytest.raises(Refused) as refusal:
        questions.withdraw(question_id=question_id, by=alice, now=TUESDAY)
    assert refusal.value.code == "question_answered"
    other = asked(alice, "Une autre ?")
    questions.withdraw(question_id=other, by=alice, now=TUESDAY)
    assert [one.id for one in queries.questions_of(BUDGET, viewer=alice.id)] == [question_id]


# --- what is kept ---------------------------------------------------------------------------------


def test_who_leaves_leaves_what_is_public_without_a_name(alice, mona, public_reuse):
    [kept] = [one for one in keeps if one.key == "opendata"]
    proposed(alice, url=f"{URL}/2")
    asked(alice)
    told = [one["model"] for one in holdings.everything(kept, alice.id)]
    assert told == ["opendata.Reuse", "opendata.Reuse", "opendata.Question"]
    kept.erase(alice.id, TUESDAY)
    assert holdings.everything(kept, alice.id) == []
    assert [one.author_name for one in queries.reuses_of(BUDGET, viewer=None)] == [""]
    assert [one.author_name for one in queries.questions_of(BUDGET, viewer=None)] == [""]
    assert Reuse.objects.count() == 1


# --- the pages ------------------------------------------------------------------------------------


def test_a_resident_proposes_a_reuse_and_finds_it_waiting(client, alice):
    assert client.get(f"{PAGE}reuses/propose/").status_code == 302
    signed_in(client, alice)
    refused = client.post(f"{PAGE}reuses/propose/", {"title": TITLE, "url": "x", "text": TEXT})
    assert refused.status_code == 422
    assert f'value="{TITLE}"' in refused.content.decode()
    done = client.post(f"{PAGE}reuses/propose/", {"title": TITLE, "url": URL, "text": TEXT})
    assert done.url == f"{PAGE}reuses/"
    said = client.get(done.url).content.decode()
    assert "waits for a moderator" in said
    assert f'href="{URL}" rel="nofollow ugc"' in said
    client.logout()
    assert TITLE not in client.get(f"{PAGE}reuses/").content.decode()


def test_the_foot_of_each_side_tells_reuses_and_questions(client, alice, bachir, public_reuse):
    a_version()
    question_id = asked(alice)
    questions.answer(question_id=question_id, text="Les subventions.", by=bachir, now=TUESDAY)
    for side in ("", "table/", "chart/", "api/", "versions/"):
        said = client.get(f"{PAGE}{side}").content.decode()
        assert TITLE in said, side
        assert "Le chapitre 65, que contient-il" in said
        assert "answered" in said


def test_a_dataset_that_is_only_described_is_asked_about_all_the_same(client, alice):
    a_dataset("autre")
    signed_in(client, alice)
    done = client.post("/en/data/autre/questions/ask/", {"text": "Quand viendra-t-il ?"})
    assert done.url == "/en/data/autre/questions/"
    assert "Quand viendra-t-il" in client.get(done.url).content.decode()
    assert client.get("/en/data/nulle-part/questions/").status_code == 404


def test_a_moderator_rules_from_the_desk(client, alice, chloe, mona):
    reuse_id, question_id = proposed(alice), asked(alice)
    reported("question", question_id, chloe, "misleading")
    assert client.get("/en/data/desk/reuses/").status_code == 302
    assert signed_in(client, alice).get("/en/data/desk/reuses/").status_code == 403
    signed_in(client, mona)
    assert "2 things to rule on" in client.get("/en/data/desk/reuses/").content.decode()
    case = f"/en/data/desk/reuses/reuse/{reuse_id}/"
    assert TEXT[:30] in client.get(case).content.decode()
    assert client.post(case, {"verb": "refuse", "message": ""}).status_code == 422
    assert client.post(case, {"verb": "jump"}).status_code == 422
    assert client.post(case, {"verb": "publish"}).url == "/en/data/desk/reuses/"
    other = f"/en/data/desk/reuses/question/{question_id}/"
    assert "it misleads" in client.get(other).content.decode()
    assert client.post(other, {"verb": "refuse", "message": "Elle trompe."}).status_code == 302
    assert "Nothing waits for you" in client.get("/en/data/desk/reuses/").content.decode()
    assert (shown(), queries.questions_of(BUDGET, viewer=None)) == ([TITLE], [])
    assert client.get(f"/en/data/desk/reuses/chose/{reuse_id}/").status_code == 404


def test_an_agent_answers_from_the_desk(client, alice, bachir, mona):
    question_id = asked(alice)
    assert signed_in(client, mona).get("/en/data/desk/questions/").status_code == 403
    said = signed_in(client, bachir).get("/en/data/desk/questions/").content.decode()
    assert "1 question waits for an answer" in said
    page = f"/en/data/desk/questions/{question_id}/"
    assert f"missions/propose/?dataset={BUDGET}" in client.get(page).content.decode()
    assert client.post(page, {"text": ""}).status_code == 422
    assert client.post(page, {"text": "Les subventions."}).url == "/en/data/desk/questions/"
    assert "Les subventions." in client.get(f"{PAGE}questions/").content.decode()
    assert "Every question has an answer" in client.get("/en/data/desk/questions/").content.decode()


def test_a_reader_reports_a_dead_link(client, chloe, public_reuse):
    page = f"/en/data/report/reuse/{public_reuse}/"
    assert client.get(page).status_code == 302
    signed_in(client, chloe)
    assert "the link is dead" in client.get(page).content.decode()
    assert client.post(page, {}).status_code == 422
    assert client.post(page, {"reason": "dead_link"}).url == f"{PAGE}reuses/"
    client.logout()
    assert "link reported as dead" in client.get(f"{PAGE}reuses/").content.decode()
    missing = f"/en/data/report/reuse/{uuid.UUID(int=1)}/"
    assert signed_in(client, chloe).get(missing).status_code == 404
