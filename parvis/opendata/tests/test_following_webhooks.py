"""Webhooks: checked before they are told anything, signed, tried again, given up."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import json
import threading
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.core import mail
from procrastinate.contrib.django.models import ProcrastinateJob

from parvis.account.testing import a_person, signed_in
from parvis.kernel import clock, holdings, register
from parvis.kernel.declarations import keeps
from parvis.kernel.errors import NotFound, Refused
from parvis.kernel.facts import facts_about
from parvis.opendata.actions import webhooks
from parvis.opendata.models import Webhook, WebhookMessage
from parvis.opendata.queries import webhooks as queries
from parvis.opendata.tasks import NotDelivered, deliver_webhook
from parvis.opendata.testing import BUDGET, BUDGET_ROWS, MONDAY, TUESDAY, a_dataset, a_version
from parvis.relation.testing import deliver_everything

pytestmark = pytest.mark.django_db
PAGE = f"/en/data/{BUDGET}/webhooks/"


class Receiver(BaseHTTPRequestHandler):
    """A program of somebody that is told, with its moods."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.taken.append((dict(self.headers), body))
        said = json.loads(body)
        if said["type"] == "webhook.challenge":
            word = said["data"]["challenge"]
            answer = {"plain": word, "json": json.dumps({"challenge": word}), "none": "ok"}
            return self.answer(200, answer[self.server.echo])
        status, headers = self.server.mood
        return self.answer(status, "", headers)

    def answer(self, status, text, headers=()):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_):
        pass


@pytest.fixture
def receiver(settings):
    settings.PARVIS_OPENDATA_PRIVATE_NETWORKS = ("127.0.0.1/32",)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    server.taken, server.echo, server.mood = [], "json", (204, ())
    server.url = f"http://127.0.0.1:{server.server_address[1]}/parvis"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def alice():
    return a_person("Alice", language="en")


@pytest.fixture
def budget():
    return a_dataset(key_fields=["cle"], sort_fields=["cle"])


def added(alice, url, now=MONDAY):
    webhook_id = webhooks.add(dataset_id=BUDGET, url=url, by=alice, now=now)
    deliver_everything()
    return Webhook.objects.get(public_id=webhook_id)


@pytest.fixture
def webhook(alice, budget, receiver):
    """An active webhook of Alice, that was told nothing yet."""
    a_version()
    held = added(alice, receiver.url)
    assert held.state == "active"
    receiver.taken.clear()
    return held


def published(*changed):
    """Publish another version, and return the messages that are on their way."""
    amounts = dict(changed)
    rows = [{**row, "montant": amounts.get(row["cle"], row["montant"])} for row in BUDGET_ROWS]
    a_version(rows, now=TUESDAY)
    deliver_everything()
    return list(WebhookMessage.objects.filter(state="waiting").order_by("pk"))


def is_signed(headers, body, secret):
    """Check a message as the specification says, from the secret a person was shown."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    right = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return f"v1,{right}" in headers["webhook-signature"].split(" ")


def secret_of(webhook):
    [shown] = queries.webhooks_of(BUDGET, webhook.person_id)
    return shown.secret


# --- the challenge --------------------------------------------------------------------------------


@pytest.mark.parametrize("echo", ["json", "plain"])
def test_a_webhook_is_active_once_its_receiver_gives_back_the_challenge(
    alice, budget, receiver, echo
):
    receiver.echo = echo
    held = added(alice, receiver.url)
    assert (held.state, held.last_error, held.answered_at is not None) == ("active", "", True)
    [(headers, body)] = receiver.taken
    assert is_signed(headers, body, secret_of(held))
    assert headers["Content-Type"] == "application/json"
    told = [one.action for one in register.concerning(f"person:{alice.id}")][:2]
    assert told == ["opendata.webhook_verified", "opendata.webhook_added"]


def test_a_receiver_that_only_says_ok_is_told_nothing(alice, budget, receiver):
    receiver.echo = "none"
    held = added(alice, receiver.url)
    assert (held.state, held.last_error) == ("waiting", "no_challenge")
    assert published(("a", 1.0)) == []
    assert len(receiver.taken) == 1


def test_an_address_where_nobody_answers_can_be_checked_again_a_minute_later(
    alice, budget, receiver
):
    receiver.echo = "none"
    held = added(alice, receiver.url)
    with pytest.raises(Refused) as refusal:
        webhooks.check_again(
            webhook_id=held.public_id, by=alice, now=held.checked_at + dt.timedelta(seconds=59)
        )
    assert (refusal.value.code, refusal.value.status) == ("checked_just_now", 429)
    receiver.echo = "plain"
    later = held.checked_at + dt.timedelta(minutes=1)
    webhooks.check_again(webhook_id=held.public_id, by=alice, now=later)
    deliver_everything()
    held.refresh_from_db()
    assert held.state == "active"


def test_an_address_of_our_own_network_is_asked_nothing(alice, budget):
    held = added(alice, "https://169.254.169.254/latest/meta-data/")
    assert (held.state, held.last_error) == ("waiting", "url_private")


def test_the_secret_is_one_per_webhook_and_is_not_kept(alice, budget, receiver):
    first, second = added(alice, receiver.url), added(alice, f"{receiver.url}/2")
    secrets = [one.secret for one in queries.webhooks_of(BUDGET, alice.id)]
    assert len(set(secrets)) == 2
    assert all(len(base64.b64decode(one.removeprefix("whsec_"))) == 32 for one in secrets)
    kept = " ".join(str(value) for value in Webhook.objects.values_list().get(pk=first.pk))
    assert secrets[0].removeprefix("whsec_") not in kept
    assert second.pk != first.pk


def test_a_new_secret_key_of_the_city_leaves_the_old_signature_valid(webhook, receiver, settings):
    old = secret_of(webhook)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key of the city, of fifty signs or a little more"
    [message] = published(("a", 1.0))
    webhooks.deliver(message_id=message.public_id, now=TUESDAY)
    [(headers, body)] = receiver.taken
    assert is_signed(headers, body, old)
    assert is_signed(headers, body, secret_of(webhook))
    assert secret_of(webhook) != old


# --- messages -------------------------------------------------------------------------------------


def test_a_version_is_told_in_one_signed_message(webhook, receiver):
    [message] = published(("a", 1.0), ("b", 2.0))
    assert webhooks.deliver(message_id=message.public_id, now=TUESDAY).is_delivered
    [(headers, body)] = receiver.taken
    assert is_signed(headers, body, secret_of(webhook))
    assert headers["webhook-id"] == f"msg_{message.fact_id.hex}"
    assert headers["webhook-timestamp"] == str(int(TUESDAY.timestamp()))
    told = json.loads(body)
    assert (told["type"], told["timestamp"]) == ("dataset.published", TUESDAY.isoformat())
    site = told["data"].pop("url").partition("/api/")[0]
    address = f"{site}/api/explore/v2.1/catalog/datasets/{BUDGET}"
    assert told["data"] == {
        "dataset_id": BUDGET,
        "version": 2,
        "rows": 6,
        "rows_added": 0,
        "rows_removed": 0,
        "rows_changed": 2,
        "fields_added": [],
        "fields_removed": [],
        "note": "",
        "diff_url": f"{address}/diff?from=1&to=2",
    }
    message.refresh_from_db()
    assert (message.state, message.status, message.tries) == ("delivered", 204, 1)


def test_a_fact_delivered_twice_is_one_message(webhook):
    [message] = published(("a", 1.0))
    [delivered] = [
        one for one in facts_about(f"opendata.dataset:{BUDGET}") if one.fact.version == 2
    ]
    assert webhooks.send_published(delivered) == 0
    assert WebhookMessage.objects.count() == 1
    jobs = ProcrastinateJob.objects.filter(task_name=webhooks.TASK)
    assert [job.args for job in jobs] == [{"message_id": str(message.public_id)}]
    assert {job.queue_name for job in jobs} == {"webhooks"}


def test_a_message_that_was_taken_is_not_sent_again(webhook, receiver):
    [message] = published(("a", 1.0))
    for _time in range(2):
        webhooks.deliver(message_id=message.public_id, now=TUESDAY)
    assert len(receiver.taken) == 1


def test_a_message_is_tried_again_with_the_same_id_and_body_at_another_time(webhook, receiver):
    receiver.mood = (500, ())
    [message] = published(("a", 1.0))
    first = webhooks.deliver(message_id=message.public_id, now=TUESDAY)
    receiver.mood = (200, ())
    second = webhooks.deliver(message_id=message.public_id, now=TUESDAY + dt.timedelta(seconds=5))
    assert (first.is_delivered, first.again) == (False, 5)
    assert (second.is_delivered, second.again) == (True, None)
    (before, body), (after, again) = receiver.taken
    assert body == again
    assert before["webhook-id"] == after["webhook-id"]
    assert int(after["webhook-timestamp"]) - int(before["webhook-timestamp"]) == 5
    assert is_signed(after, again, secret_of(webhook))
    webhook.refresh_from_db()
    assert webhook.failures == 0


def test_the_queue_waits_as_the_message_says(webhook, receiver):
    receiver.mood = (503, (("Retry-After", "90"),))
    [message] = published(("a", 1.0))
    with pytest.raises(NotDelivered) as later:
        deliver_webhook.func(message_id=str(message.public_id))
    assert later.value.seconds == 90
    decided = deliver_webhook.retry_strategy.get_retry_decision(exception=later.value, job=None)
    wait = decided.retry_at - clock.now()
    assert dt.timedelta(seconds=85) < wait < dt.timedelta(seconds=110)


@pytest.mark.parametrize(
    ("mood", "error"),
    [
        ((302, (("Location", "http://127.0.0.1:9/"),)), "status_302"),
        ((404, ()), "status_404"),
        ((500, ()), "status_500"),
    ],
)
def test_an_answer_that_is_no_yes_is_a_failure_and_no_redirect_is_followed(
    webhook, receiver, mood, error
):
    receiver.mood = mood
    [message] = published(("a", 1.0))
    assert webhooks.deliver(message_id=message.public_id, now=TUESDAY).again == 5
    message.refresh_from_db()
    webhook.refresh_from_db()
    assert (message.error, webhook.last_error, webhook.failures) == (error, error, 1)
    assert len(receiver.taken) == 1


def test_a_receiver_that_is_gone_is_stopped_at_once_and_its_owner_told(webhook, receiver):
    receiver.mood = (410, ())
    [message] = published(("a", 1.0))
    assert webhooks.deliver(message_id=message.public_id, now=TUESDAY).again is None
    deliver_everything()
    webhook.refresh_from_db()
    message.refresh_from_db()
    assert (webhook.state, message.state) == ("stopped", "failed")
    [letter] = mail.outbox
    assert letter.subject == "A webhook is stopped: Budget voté"
    assert receiver.url in letter.body
    assert PAGE in letter.body
    assert published(("a", 3.0)) == []


def test_twenty_failures_in_a_row_stop_a_webhook_and_what_is_on_its_way(webhook, receiver):
    receiver.mood = (500, ())
    first, second, third = (published(("a", float(n)))[-1] for n in (1, 2, 3))
    for message in (first, second):
        tries = [webhooks.deliver(message_id=message.public_id, now=TUESDAY) for _ in range(10)]
        assert [one.again for one in tries][-1] is None
    webhook.refresh_from_db()
    assert (webhook.state, webhook.failures) == ("stopped", 20)
    asked = len(receiver.taken)
    assert not webhooks.deliver(message_id=third.public_id, now=TUESDAY).is_delivered
    third.refresh_from_db()
    assert (third.state, len(receiver.taken)) == ("failed", asked)
    deliver_everything()
    assert [letter.subject for letter in mail.outbox] == ["A webhook is stopped: Budget voté"]


def test_messages_are_forgotten_after_a_month(webhook):
    [message] = published(("a", 1.0))
    assert webhooks.forget_old(now=message.made_at + dt.timedelta(days=30)) == 0
    assert webhooks.forget_old(now=message.made_at + dt.timedelta(days=31)) == 1


# --- whose ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url", ["", "exemple.fr", "ftp://exemple.fr/x", "https://a:b@exemple.fr", "https://x y.fr/"]
)
def test_an_address_is_of_the_web_and_without_a_password(alice, budget, url):
    with pytest.raises(Refused) as refusal:
        webhooks.add(dataset_id=BUDGET, url=url, by=alice, now=MONDAY)
    assert (refusal.value.code, refusal.value.status) == ("address_unfit", 422)
    assert not Webhook.objects.exists()


def test_an_address_twice_is_one_webhook_and_ten_are_enough(alice, budget):
    first = webhooks.add(dataset_id=BUDGET, url="https://exemple.fr/0", by=alice, now=MONDAY)
    for rank in range(10):
        again = webhooks.add(
            dataset_id=BUDGET, url=f"https://exemple.fr/{rank}", by=alice, now=MONDAY
        )
        assert (again == first) is (rank == 0)
    with pytest.raises(Refused) as refusal:
        webhooks.add(dataset_id=BUDGET, url="https://exemple.fr/10", by=alice, now=MONDAY)
    assert refusal.value.code == "too_many_webhooks"
    assert Webhook.objects.count() == 10


def test_nobody_touches_the_webhook_of_another(webhook):
    chloe = a_person("Chloé", email="chloe@parvis.example")
    for act in (webhooks.remove, webhooks.check_again):
        with pytest.raises(NotFound) as refusal:
            act(webhook_id=webhook.public_id, by=chloe, now=TUESDAY)
        assert refusal.value.code == "no_webhook"
    webhook.refresh_from_db()
    assert webhook.state == "active"
    assert queries.webhooks_of(BUDGET, chloe.id) == []


def test_the_page_adds_checks_and_removes(client, alice, budget, receiver):
    assert client.get(PAGE).status_code == 302
    signed_in(client, alice)
    assert "You have none yet." in client.get(PAGE).content.decode()
    refused = client.post(PAGE, {"url": "exemple"})
    assert refused.status_code == 422
    assert 'value="exemple"' in refused.content.decode()
    assert client.post(PAGE, {"url": receiver.url}).url == PAGE
    assert "not checked yet" in client.get(PAGE).content.decode()
    deliver_everything()
    shown = client.get(PAGE).content.decode()
    held = Webhook.objects.get()
    assert secret_of(held) in shown
    assert ">active<" in shown
    assert client.post(f"{PAGE}{held.public_id}/remove/").url == PAGE
    assert not Webhook.objects.exists()
    assert client.post(f"{PAGE}{uuid.UUID(int=1)}/remove/").status_code == 404


def test_what_is_kept_of_a_webhook_is_given_out_and_forgotten(webhook, alice):
    [kept] = [one for one in keeps if one.key == "opendata"]
    published(("a", 1.0))
    told, *messages = holdings.everything(kept, alice.id)
    assert (told["url"], told["state"]) == (webhook.url, "active")
    assert {one["model"] for one in messages} == {"opendata.WebhookMessage"}
    kept.erase(alice.id, TUESDAY)
    assert not Webhook.objects.exists()
    assert not WebhookMessage.objects.exists()
