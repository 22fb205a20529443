"""The same request twice is done once."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.http import HttpResponse, JsonResponse
from django.test import RequestFactory

from parvis.kernel import idempotency
from parvis.kernel.errors import Refused
from parvis.kernel.models import AnsweredRequest

NOON = dt.datetime(2015, 6, 25, 10, tzinfo=dt.UTC)


class Counter:
    def __init__(self):
        self.times = 0

    def __call__(self) -> HttpResponse:
        self.times += 1
        return JsonResponse({"n": self.times}, status=201)


def post(body="{}", key="k1"):
    headers = {"Idempotency-Key": key} if key is not None else {}
    return RequestFactory().post("/api/x", body, content_type="application/json", headers=headers)


def once(request, do, scope="alice"):
    return idempotency.once(request, scope=scope, now=NOON, do=do)


@pytest.mark.django_db
def test_a_repeated_request_gets_the_first_answer():
    do = Counter()
    answers = [once(post(), do) for _ in range(3)]
    assert do.times == 1
    assert {(a.status_code, a.content) for a in answers} == {(201, b'{"n": 1}')}


@pytest.mark.django_db
def test_two_callers_may_choose_the_same_key():
    do = Counter()
    once(post(), do, scope="alice")
    once(post(), do, scope="chloe")
    assert do.times == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("request_", "code", "status"),
    [
        (post(key=None), "idempotency_key_missing", 400),
        (post(key="k" * 201), "idempotency_key_missing", 400),
        (post(body='{"other": 1}'), "idempotency_key_reused", 422),
    ],
)
def test_a_request_that_cannot_be_told_apart_is_refused(request_, code, status):
    do = Counter()
    once(post(), do)
    with pytest.raises(Refused) as refusal:
        once(request_, do)
    assert (refusal.value.code, refusal.value.status, do.times) == (code, status, 1)


@pytest.mark.django_db(transaction=True)
def test_an_act_that_fails_leaves_no_answer_behind():
    def fail() -> HttpResponse:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        once(post(), fail)
    assert AnsweredRequest.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_thirty_two_at_once_do_it_once():
    do = Counter()

    def call(_):
        try:
            return once(post(), do).content
        finally:
            connection.close()

    with ThreadPoolExecutor(32) as pool:
        answers = set(pool.map(call, range(32)))
    assert (do.times, answers) == (1, {b'{"n": 1}'})


@pytest.mark.django_db
def test_old_answers_are_forgotten():
    once(post(), Counter())
    assert idempotency.forget_old(now=NOON + idempotency.KEPT) == 0
    with transaction.atomic():
        assert idempotency.forget_old(now=NOON + idempotency.KEPT + dt.timedelta(seconds=1)) == 1
