"""Programs that push rows: unmodified ones, many at once, twice the same, and wrong ones."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from parvis.kernel import register
from parvis.kernel.errors import NotFound, Refused
from parvis.opendata.actions import opening, push_keys
from parvis.opendata.models import LiveRow, LiveSeries, PushKey
from parvis.opendata.queries import push_keys as known_keys
from parvis.opendata.rules.feeds import declaring, pushed
from parvis.opendata.testing import a_dataset
from parvis.opendata.tests.api_world import get
from parvis.opendata.tests.feeds_world import (
    ADDRESS,
    GIVEN_POOLS,
    NOON,
    POOLS,
    open_pools,
    pools,
    present,
)

DELETE = f"/api/push/1.0/{POOLS}/realtime/delete/"


def send(client, rows, *, key, path=ADDRESS, **headers):
    said = rows if isinstance(rows, str | bytes) else json.dumps(rows)
    return client.post(
        f"{path}?pushkey={key}", said, content_type="application/json", headers=headers
    )


@pytest.fixture
def key(db):
    return open_pools()


def untouched():
    return (
        not LiveRow.objects.exists()
        and LiveSeries.objects.get(dataset__dataset_id=POOLS).revision == 0
    )


# --- rows -----------------------------------------------------------------------------------------


def test_one_row_or_several_are_taken_and_replace_those_of_before(client, key):
    answer = send(client, {"nom": "Pailleron", "presents": 12}, key=key)
    assert (answer.status_code, answer.json()) == (
        200,
        {"status": "OK", "changed": 1, "unchanged": 0, "late": 0, "gone": 0},
    )
    rows = [{"nom": "Pailleron", "presents": None}, {"nom": "Keller", "presents": 0}]
    assert send(client, rows, key=key).json()["changed"] == 2
    assert present(client) == {"Keller": 0, "Pailleron": None}


def test_values_are_read_as_programs_write_them(client, key):
    row = {
        "nom": "Keller",
        "presents": "41",
        "eau": "27.5",
        "ouverte": "true",
        "lieu": [48.84, 2.28],
        "releve": 1760776294,
    }
    assert send(client, row, key=key).status_code == 200
    (kept,) = pools(client, "*").json()["results"]
    assert kept == {
        "nom": "Keller",
        "presents": 41,
        "eau": 27.5,
        "ouverte": True,
        "lieu": {"lon": 2.28, "lat": 48.84},
        "releve": "2025-10-18T08:31:34+00:00",
    }


def test_a_row_may_say_when_it_was_so_and_the_late_one_stays_in_the_past(client, key):
    send(client, {"nom": "a", "presents": 2, "observed_at": "2026-03-02T11:00:00Z"}, key=key)
    late = {"nom": "a", "presents": 1, "observed_at": "2026-03-02T10:00:00Z"}
    assert send(client, late, key=key).json() == {
        "status": "OK",
        "changed": 0,
        "unchanged": 0,
        "late": 1,
        "gone": 0,
    }
    assert present(client) == {"a": 2}
    past = get(
        client,
        f"catalog/datasets/{POOLS}-historique/records",
        select="observed_at, presents",
        order_by="observed_at",
    ).json()["results"]
    assert past == [
        {"observed_at": "2026-03-02T10:00:00+00:00", "presents": 1},
        {"observed_at": "2026-03-02T11:00:00+00:00", "presents": 2},
    ]


def test_rows_are_taken_out_by_their_key_or_by_their_name(client, key):
    send(client, [{"nom": "a"}, {"nom": "b"}, {"nom": "c"}], key=key)
    assert send(client, {"nom": "a"}, key=key, path=DELETE).json()["gone"] == 1
    listed = get(
        client, f"catalog/datasets/{POOLS}/records", where="nom='b'", include_app_metas="true"
    )
    name = listed.json()["results"][0]["_id"]
    path = f"/api/push/1.0/{POOLS}/realtime/{name}/delete/"
    answer = client.get(f"{path}?pushkey={key}")
    assert (answer.json()["gone"], answer["Cache-Control"]) == (1, "no-store")
    assert present(client) == {"c": None}
    again = client.get(f"{path}?pushkey={key}")
    assert (again.status_code, again.json()["error_code"]) == (404, "no_record")


def test_a_body_that_says_it_is_a_form_is_read_as_what_it_is(client, key):
    # What `curl -d` sends.
    form = "application/x-www-form-urlencoded"
    row = json.dumps({"nom": "Butte-aux-Cailles, été"}, ensure_ascii=False)
    assert client.post(f"{ADDRESS}?pushkey={key}", row, content_type=form).status_code == 200
    large = json.dumps([{"nom": f"{n}{'x' * 500}"} for n in range(3000)])
    answer = client.post(f"{ADDRESS}?pushkey={key}", large, content_type=form)
    assert (answer.status_code, answer.json()["changed"]) == (200, 3000)


# --- keys -----------------------------------------------------------------------------------------


def test_without_a_valid_key_nothing_is_written(client, key):
    row = {"nom": "a"}
    for wrong in ("", "x" * 56):
        answer = send(client, row, key=wrong)
        assert (answer.status_code, answer.json()["error_code"]) == (401, "push_key_unknown")
    (known,) = known_keys.keys(POOLS)
    push_keys.revoke(public_id=known.public_id, now=NOON)
    push_keys.revoke(public_id=known.public_id, now=NOON)
    assert send(client, row, key=key).status_code == 401
    assert untouched()
    noted = [entry.action for entry in register.about(f"opendata.dataset:{POOLS}")]
    assert noted[:2] == ["opendata.push_key_revoked", "opendata.push_key_created"]


def test_a_key_opens_its_own_dataset_only(client, key):
    other = {**GIVEN_POOLS, "id": "patinoires"}
    opening.open_declared(declared=declaring.declared(other), now=NOON)
    path = "/api/push/1.0/patinoires/realtime/push/"
    answer = send(client, {"nom": "a"}, key=key, path=path)
    assert (answer.status_code, answer.json()["error_code"]) == (403, "push_key_of_another")
    answer = send(client, {"nom": "a"}, key=key, path=path.replace("patinoires", "nope"))
    assert (answer.status_code, answer.json()["message"]) == (
        404,
        "The requested dataset nope does not exist.",
    )
    assert untouched()


def test_the_key_may_come_in_a_header_and_is_kept_as_a_digest(client, key):
    answer = client.post(
        ADDRESS,
        '{"nom": "a"}',
        content_type="application/json",
        headers={"Authorization": f"Apikey {key}"},
    )
    assert answer.status_code == 200
    kept = PushKey.objects.get()
    assert key not in (kept.digest, kept.label)
    assert kept.used_at is not None


def test_keys_are_for_live_datasets_and_say_who_pushes(db):
    a_dataset("depenses")
    with pytest.raises(Refused) as refusal:
        push_keys.create(dataset_id="depenses", label="x", now=NOON)
    assert refusal.value.code == "not_live"
    with pytest.raises(NotFound):
        push_keys.create(dataset_id="nope", label="x", now=NOON)
    open_pools()
    with pytest.raises(Refused) as refusal:
        push_keys.create(dataset_id=POOLS, label=" ", now=NOON)
    assert refusal.value.code == "label_unfit"
    assert PushKey.objects.count() == 1


def test_no_session_opens_the_door_and_no_token_is_asked(key):
    careful = Client(enforce_csrf_checks=True)
    assert send(careful, {"nom": "a"}, key=key).status_code == 200


# --- faults ---------------------------------------------------------------------------------------

GOOD = {"nom": "a", "presents": 1}


@pytest.mark.parametrize(
    ("row", "field", "value", "expected"),
    [
        ({"presents": 3}, "nom", None, "the value of a key"),
        ({"nom": "b", "presents": "beaucoup"}, "presents", "beaucoup", "a number"),
        ({"nom": "b", "presents": 1.5}, "presents", 1.5, "a whole number"),
        ({"nom": "b", "presents": 10**400}, "presents", str(10**400)[:200], "a number"),
        ({"nom": "b", "eau": float("nan")}, "eau", "nan", "a number"),
        ({"nom": "b", "ouverte": 2}, "ouverte", 2, "true or false"),
        ({"nom": "b\0"}, "nom", "b\0", "text in Unicode, without NUL, or a finite number"),
        ({"nom": "\ud83d"}, "nom", "?", "text in Unicode, without NUL, or a finite number"),
        (
            {"nom": "b", "lieu": [2.28, 148]},
            "lieu",
            "{'lon': 148, 'lat': 2.28}",
            None,
        ),
        (
            {"nom": "b", "lieu": [95, 2]},
            "lieu",
            "{'lon': 2, 'lat': 95}",
            "a place on the Earth, in degrees",
        ),
        ({"nom": "b", "releve": "hier"}, "releve", "hier", "a moment, ISO 8601"),
        (
            {"nom": "b", "observed_at": "hier"},
            "observed_at",
            "hier",
            "a moment, ISO 8601 or POSIX seconds",
        ),
        (
            {"nom": "b", "present": 3},
            "present",
            3,
            "in this dataset; its fields: nom, presents, eau, ouverte, lieu, releve",
        ),
    ],
)
def test_one_bad_row_keeps_the_whole_batch_out(client, key, row, field, value, expected):
    answer = send(client, [GOOD, row], key=key)
    if expected is None:  # far away, and on the Earth all the same
        assert answer.status_code == 200
        return
    told = answer.json()
    assert answer.status_code == 422
    assert (told["status"], told["error_code"]) == ("error", "bad_value")
    assert (told["row"], told["field"], told["expected"]) == (2, field, expected)
    assert told["value"] == value
    assert untouched()


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("", "The body is no JSON: Expecting value: line 1 column 1 (char 0)"),
        ('{"nom": ', "The body is no JSON: Expecting value: line 1 column 9 (char 8)"),
        ("[" * 100_000, None),
        ('["a"]', "Row 1 is no JSON object: 'a'"),
        ("3", "Row 1 is no JSON object: 3"),
        (b"\xff\xfe", None),
    ],
)
def test_a_body_that_is_no_rows_is_told_where_it_goes_wrong(client, key, body, sentence):
    answer = send(client, body, key=key)
    assert (answer.status_code, answer.json()["error_code"]) == (400, "not_rows")
    assert sentence is None or answer.json()["message"] == sentence
    assert untouched()


def test_too_much_at_once_is_refused_before_it_is_read(client, key):
    rows = [{"nom": str(number)} for number in range(pushed.ROWS + 1)]
    answer = send(client, rows, key=key)
    assert (answer.status_code, answer.json()["error_code"]) == (413, "too_many_rows")
    answer = send(client, " " * (pushed.BYTES + 1), key=key)
    assert (answer.status_code, answer.json()["error_code"]) == (413, "body_too_large")
    assert untouched()
    assert send(client, rows[: pushed.ROWS], key=key).json()["changed"] == pushed.ROWS


def test_other_methods_are_refused(client, key):
    answer = client.get(f"{ADDRESS}?pushkey={key}")
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert answer.json()["message"] == "Use POST."
    assert untouched()


# --- twice --------------------------------------------------------------------------


def test_a_push_sent_twice_with_its_key_is_done_once(client, key):
    headers = {"Idempotency-Key": "releve-2026-03-02T12"}
    first = send(client, {"nom": "a", "presents": 1}, key=key, **headers)
    send(client, {"nom": "a", "presents": 2}, key=key)
    again = send(client, {"nom": "a", "presents": 1}, key=key, **headers)
    assert (again.status_code, again.content) == (200, first.content)
    assert present(client) == {"a": 2}
    other = send(client, {"nom": "a", "presents": 3}, key=key, **headers)
    assert (other.status_code, other.json()["error_code"]) == (422, "idempotency_key_reused")
    assert present(client) == {"a": 2}


def test_a_push_that_was_refused_may_be_sent_again_mended(client, key):
    headers = {"Idempotency-Key": "k"}
    assert send(client, {"presents": 1}, key=key, **headers).status_code == 422
    assert send(client, {"nom": "a", "presents": 1}, key=key, **headers).status_code == 200
    assert present(client) == {"a": 1}
