"""A text message is written with what caused it, and handed over to the gateway at most once."""

from __future__ import annotations

import datetime as dt
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import httpx
import pytest
from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from parvis.kernel import sms
from parvis.kernel.models import OutgoingText, TextState
from parvis.kernel.testing import at_once
from tests import sms_operator

NOON = dt.datetime(2015, 6, 26, 12, tzinfo=dt.UTC)
LATER = NOON + dt.timedelta(minutes=5)
ALICE = "+33612345678"
WORDS = "123456 est votre code pour la Ville. Ne le donnez \u00e0 personne."

pytestmark = pytest.mark.django_db


def a_text(**changes):
    given = {
        "message_key": "code/1",
        "to": ALICE,
        "text": WORDS,
        "useless_at": NOON + dt.timedelta(minutes=10),
    }
    return sms.Text(**given | changes)


@pytest.fixture
def operator(settings):
    """An operator that takes everything, and to which our texts go."""
    with sms_operator.running(settings) as operator:
        yield operator


def row() -> OutgoingText:
    return OutgoingText.objects.get()


def jobs() -> int:
    return ProcrastinateJob.objects.filter(task_name=sms.TASK).count()


def test_a_text_arrives_with_its_words_which_are_kept_nowhere_afterwards(operator):
    text_id = sms.post(a_text(), now=NOON)
    sms.hand_over(text_id, now=LATER)

    [message] = operator.messages
    assert (message["to"], message["text"]) == (ALICE, WORDS)
    assert message["reference"] == str(text_id)
    assert (row().state, row().text) == (TextState.SENT, "")
    assert row().gateway_ref.endswith(f"/requests/{text_id}")


def test_the_request_is_the_one_of_the_standard(operator, settings):
    settings.PARVIS_SMS_SENDER_NAME = "PARIS"
    text_id = sms.post(a_text(), now=NOON)
    heard = []
    carry = operator.carry
    operator.carry = lambda asked, sender: heard.append((asked, sender)) or carry(asked, sender)
    sms.hand_over(text_id, now=LATER)
    assert heard == [
        (
            {
                "address": [f"tel:{ALICE}"],
                "senderAddress": f"tel:{sms_operator.SENDER}",
                "outboundSMSTextMessage": {"message": WORDS},
                "clientCorrelator": str(text_id),
                "senderName": "PARIS",
            },
            f"tel:{sms_operator.SENDER}",
        )
    ]


def test_the_same_cause_twice_is_one_text(operator):
    first = sms.post(a_text(), now=NOON)
    assert sms.post(a_text(text="Other words"), now=LATER) == first
    assert jobs() == 1
    sms.hand_over(first, now=LATER)
    sms.hand_over(first, now=LATER)
    assert len(operator.messages) == 1


@pytest.mark.django_db(transaction=True)
def test_a_text_is_not_posted_outside_a_transaction():
    with pytest.raises(RuntimeError, match="outside a transaction"):
        sms.post(a_text(), now=NOON)
    assert OutgoingText.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_is_not_texted():
    def post_and_fail():
        with transaction.atomic():
            sms.post(a_text(), now=NOON)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        post_and_fail()
    assert (OutgoingText.objects.count(), jobs()) == (0, 0)


@pytest.mark.parametrize("status", [401, 429, 500, 503])
def test_a_gateway_that_is_busy_is_tried_again(operator, status):
    operator.answers = [status]
    text_id = sms.post(a_text(), now=NOON)
    with pytest.raises(sms.NotTaken, match=str(status)):
        sms.hand_over(text_id, now=NOON)
    assert (row().state, row().tries, operator.messages) == (TextState.WAITING, 1, [])
    assert row().last_error == f"{status} SVC0001"
    sms.hand_over(text_id, now=LATER)
    assert len(operator.messages) == 1


def test_a_gateway_nobody_answers_at_is_tried_again(operator, settings):
    settings.PARVIS_SMS_URL = "http://127.0.0.1:9"
    text_id = sms.post(a_text(), now=NOON)
    with pytest.raises(sms.NotTaken):
        sms.hand_over(text_id, now=NOON)
    assert row().state == TextState.WAITING


def test_a_number_the_gateway_will_never_reach_is_lost_and_shown(operator):
    text_id = sms.post(a_text(to="+33612340000"), now=NOON)
    sms.hand_over(text_id, now=NOON)
    assert (row().state, row().text, operator.messages) == (TextState.LOST, "", [])
    [shown] = sms.astray(now=NOON)
    assert (shown.id, shown.last_error, shown.can_be_resent) == (text_id, "400 SVC0004", False)


@pytest.mark.parametrize("how", ["dropped", 502, 504])
def test_a_text_whose_answer_is_lost_is_uncertain_and_never_sent_again_by_a_program(operator, how):
    operator.drops = how == "dropped"
    operator.answers = [] if operator.drops else [how]
    text_id = sms.post(a_text(), now=NOON)
    sms.hand_over(text_id, now=NOON)
    assert row().state == TextState.UNCERTAIN
    sms.hand_over(text_id, now=LATER)
    assert row().state == TextState.UNCERTAIN
    assert sms.astray_count(now=NOON) == 1


def test_a_person_sends_an_uncertain_text_again_and_the_gateway_makes_one_of_two(operator):
    operator.drops = True
    text_id = sms.post(a_text(), now=NOON)
    sms.hand_over(text_id, now=NOON)
    operator.drops = False
    assert sms.resend(text_id, now=LATER)
    assert not sms.resend(text_id, now=LATER)
    sms.hand_over(text_id, now=LATER)
    assert row().state == TextState.SENT
    assert (len(operator.messages), operator.doubles) == (1, 1)


def test_an_uncertain_text_of_no_use_any_more_is_not_sent_again(operator):
    operator.drops = True
    text_id = sms.post(a_text(), now=NOON)
    sms.hand_over(text_id, now=NOON)
    assert not sms.resend(text_id, now=NOON + dt.timedelta(minutes=10))
    assert sms.put_aside(text_id, now=LATER)
    assert (row().state, row().text) == (TextState.SETTLED, "")
    assert sms.astray_count(now=LATER) == 0
    assert not sms.put_aside(text_id, now=LATER)


def test_a_worker_killed_in_the_middle_leaves_an_uncertain_text(operator):
    text_id = sms.post(a_text(), now=NOON)
    OutgoingText.objects.update(state=TextState.HANDING_OVER)
    sms.hand_over(text_id, now=LATER)
    assert row().state == TextState.UNCERTAIN
    assert operator.messages == []


def test_a_code_is_not_sent_once_it_is_of_no_use(operator):
    text_id = sms.post(a_text(), now=NOON)
    sms.hand_over(text_id, now=NOON + dt.timedelta(minutes=10))
    assert (row().state, row().text, operator.messages) == (TextState.LOST, "", [])


def test_a_text_the_worker_never_came_for_is_shown():
    sms.post(a_text(), now=NOON)
    assert sms.astray_count(now=LATER) == 0
    assert sms.astray_count(now=NOON + dt.timedelta(hours=1)) == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_hand_one_text_over_once(operator):
    with transaction.atomic():
        text_id = sms.post(a_text(), now=NOON)
    at_once([lambda: sms.hand_over(text_id, now=LATER)] * 4)
    assert len(operator.messages) == 1
    assert operator.doubles == 0


def test_a_text_that_left_with_its_account_is_no_longer_owed(operator):
    text_id = sms.post(a_text(), now=NOON)
    OutgoingText.objects.all().delete()
    sms.hand_over(text_id, now=LATER)
    assert operator.messages == []


def test_words_and_then_texts_are_forgotten(operator):
    sms.post(a_text(), now=NOON)
    tomorrow = NOON + dt.timedelta(days=1)
    assert sms.forget_old(before=NOON, now=tomorrow) == 0
    assert (row().text, row().recipient) == ("", ALICE)
    assert sms.forget_old(before=tomorrow, now=tomorrow) == 1


def test_french_typography_does_not_make_a_text_twice_as_long():
    sms.post(a_text(text="L\u2019heure\u00a0: 9\u202fh \u00ab oui \u00bb"), now=NOON)
    assert row().text == 'L\'heure : 9 h " oui "'


def test_no_word_of_a_text_is_logged_or_kept_with_an_error(operator, caplog):
    operator.answers = [500]
    text_id = sms.post(a_text(), now=NOON)
    with caplog.at_level("DEBUG"), pytest.raises(sms.NotTaken):
        sms.hand_over(text_id, now=NOON)
    assert "123456" not in caplog.text + row().last_error
    assert ALICE not in row().last_error


class TokenSeller(BaseHTTPRequestHandler):
    """Sells tokens (OAuth 2.0 client credentials), and takes texts for a good one."""

    sold = 0
    texts: list[str] = []

    def do_POST(self) -> None:
        """Answer as the path asks."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/token":
            assert body == b"grant_type=client_credentials"
            assert self.headers["Authorization"].startswith("Basic ")
            type(self).sold += 1
            self.answer(200, {"access_token": f"token-{self.sold}", "expires_in": 3600})
        elif self.headers["Authorization"] == f"Bearer token-{max(self.sold, 2)}":
            self.texts.append(body.decode())
            self.answer(201, {"outboundSMSMessageRequest": {"resourceURL": "here"}})
        else:
            self.answer(401, {})

    def answer(self, status, said):
        body = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args) -> None:
        """Say nothing."""


def test_a_token_is_bought_once_and_again_when_it_is_over(settings):
    server = HTTPServer(("127.0.0.1", 0), TokenSeller)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        settings.PARVIS_SMS_URL = f"http://127.0.0.1:{server.server_port}"
        settings.PARVIS_SMS_TOKEN_URL = f"{settings.PARVIS_SMS_URL}/token"
        settings.PARVIS_SMS_USER = settings.PARVIS_SMS_PASSWORD = "parvis"
        settings.PARVIS_SMS_SENDER = "+33700000000"
        for number in (1, 2):
            sms.hand_over(sms.post(a_text(message_key=str(number)), now=NOON), now=NOON)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    # The first token is refused, as one that has run out is; the second serves twice.
    assert (TokenSeller.sold, len(TokenSeller.texts)) == (2, 2)
    assert set(OutgoingText.objects.values_list("state", flat=True)) == {TextState.SENT}


def test_the_operator_shows_what_it_carried_to_people_and_programs(operator):
    sms.hand_over(sms.post(a_text(text="<b>Bonjour</b>"), now=NOON), now=NOON)
    base = f"http://127.0.0.1:{operator.server_port}"
    assert "&lt;b&gt;Bonjour&lt;/b&gt;" in httpx.get(f"{base}/").text
    kept = httpx.get(f"{base}/messages.json", params={"to": ALICE}).json()
    assert [one["text"] for one in kept["messages"]] == ["<b>Bonjour</b>"]
    assert httpx.get(f"{base}/messages.json", params={"to": "+33600"}).json() == {"messages": []}
