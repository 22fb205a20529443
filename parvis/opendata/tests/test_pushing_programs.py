"""Real programs over real sockets: one of the first version, unmodified, and many at once."""

from __future__ import annotations

import threading

import httpx
import odsclient
import pytest

from parvis.opendata.models import LiveSeries
from parvis.opendata.tests.api_world import get
from parvis.opendata.tests.feeds_world import ADDRESS, POOLS, open_pools, present


@pytest.fixture
def server(request):
    """The portal behind a real socket."""
    # Asked for here, it starts when this test has its folders.
    return request.getfixturevalue("live_server").url


@pytest.mark.django_db(transaction=True)
def test_odsclient_pushes_unmodified(server, client):
    key = open_pools()
    program = odsclient.ODSClient(base_url=server, use_keyring=False)
    table = "nom;presents;eau\nPailleron;12;27.5\nKeller;;\n"
    answer = program.push_dataset_realtime(POOLS, table, push_key=key)
    assert (answer.status_code, answer.json()["status"]) == (200, "OK")
    assert present(client) == {"Keller": None, "Pailleron": 12}
    frame = program.get_whole_dataframe(POOLS)
    assert sorted(frame["nom"]) == ["Keller", "Pailleron"]
    with pytest.raises(odsclient.ODSException) as refusal:
        program.push_dataset_realtime(POOLS, table, push_key="wrong")
    assert refusal.value.status_code == 401
    with pytest.raises(odsclient.ODSException) as refusal:
        program.push_dataset_realtime(POOLS, "nom;presents\nKeller;peu\n", push_key=key)
    assert refusal.value.error_msg == "Row 1: presents: 'peu' is not a number"
    program.session.close()


def until_answered(http, url, rows, name):
    """Push as a careful program does: again with the same key where the line broke."""
    for _attempt in range(20):
        try:
            return http.post(url, json=rows, headers={"Idempotency-Key": name})
        except httpx.TransportError:
            continue
    return pytest.fail("the server does not answer")


@pytest.mark.django_db(transaction=True)
def test_32_programs_at_once_lose_nothing(server, client):
    key = open_pools()
    url = f"{server}{ADDRESS}"
    together = threading.Barrier(32)
    answers = []

    def program(number):
        with httpx.Client(timeout=60, params={"pushkey": key}) as http:
            together.wait()
            for turn in range(2):
                rows = [{"nom": f"{number:02}-{turn}", "presents": number}, {"nom": "shared"}]
                answers.append(until_answered(http, url, rows, f"{number}-{turn}").status_code)

    threads = [threading.Thread(target=program, args=[number]) for number in range(32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [200] * 64
    found = get(client, f"catalog/datasets/{POOLS}/records", select="nom", limit=100).json()
    expected = {f"{number:02}-{turn}" for number in range(32) for turn in range(2)} | {"shared"}
    assert {row["nom"] for row in found["results"]} == expected


@pytest.mark.django_db(transaction=True)
def test_the_same_push_sent_by_eight_at_once_is_done_once(server):
    key = open_pools()
    together = threading.Barrier(8)
    bodies = []

    def program(number):
        together.wait()
        answer = httpx.post(
            f"{server}{ADDRESS}",
            params={"pushkey": key},
            json={"nom": "a", "presents": 1},
            headers={"Idempotency-Key": "same"},
            timeout=60,
        )
        bodies.append(answer.text)

    threads = [threading.Thread(target=program, args=[number]) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert bodies == ['{"status":"OK","changed":1,"unchanged":0,"late":0,"gone":0}'] * 8
    assert LiveSeries.objects.get(dataset__dataset_id=POOLS).revision == 1
