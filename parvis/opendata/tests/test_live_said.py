"""A live dataset says so: on its page, to programs, on the command line; and when it is silent."""

from __future__ import annotations

import datetime as dt

import pytest
from click.testing import CliRunner
from django.utils import translation

from parvis.kernel import clock
from parvis.opendata.actions import live, opening
from parvis.opendata.commands import commands
from parvis.opendata.models import PushKey
from parvis.opendata.queries.pages.live import said_time
from parvis.opendata.rules.feeds import declaring
from parvis.opendata.rules.live import Observed
from parvis.opendata.tests.api_world import get

pytestmark = pytest.mark.django_db
GIVEN = {
    "id": "bornes",
    "title": "Bornes de recharge",
    "key": ["borne"],
    "ttl": 300,
    "history": True,
    "fields": [{"name": "borne", "type": "text"}, {"name": "libre", "type": "boolean"}],
}


@pytest.fixture
def _open():
    """Hear of two points, 40 seconds ago."""
    heard_at = clock.now() - dt.timedelta(seconds=40)
    opening.open_declared(declared=declaring.declared(GIVEN), now=heard_at)
    rows = [Observed(row={"borne": "a", "libre": True}), Observed(row={"borne": "b"})]
    live.record(dataset_id="bornes", observations=rows, now=heard_at)


def page(client, dataset_id="bornes"):
    with translation.override("en"):
        return client.get(f"/en/data/{dataset_id}/").content.decode()


@pytest.mark.usefixtures("_open")
def test_the_page_says_that_it_is_live_and_when_it_was_heard(client):
    told = page(client)
    assert "Live</span> heard 4" in told
    assert 'href="/en/data/bornes-historique/"' in told
    assert 'href="/en/data/bornes/"' in page(client, "bornes-historique")
    assert "Silent" not in told


@pytest.mark.usefixtures("_open")
def test_the_page_says_that_it_is_silent_since_when_and_why(client):
    long_ago = clock.now() - dt.timedelta(hours=3)
    live.heard(dataset_id="bornes", now=long_ago)
    live.heard(dataset_id="bornes", now=clock.now(), error="This address answers 503 <b>.")
    told = page(client)
    assert "Silent for 3 h" in told
    assert '<span lang="en">This address answers 503 &lt;b&gt;.</span>' in told
    assert ">Live</span>" not in told


@pytest.mark.usefixtures("_open")
def test_programs_are_told_and_their_copy_is_old_once_it_is_stale(client):
    answer = get(client, "catalog/datasets/bornes")
    said = answer.json()["metas"]["parvis"]["live"]
    assert (said["kind"], said["ttl"], said["is_stale"], said["error"]) == (
        "state",
        300,
        False,
        None,
    )
    assert dt.datetime.fromisoformat(said["heard_at"]) < clock.now()
    tag = {"headers": {"If-None-Match": answer["ETag"]}}
    path = "/api/explore/v2.1/catalog/datasets/bornes"
    assert client.get(path, **tag).status_code == 304
    live.heard(dataset_id="bornes", now=clock.now() - dt.timedelta(hours=1))
    again = client.get(path, **tag)
    assert again.json()["metas"]["parvis"]["live"]["is_stale"] is True


def test_a_dataset_of_which_nothing_was_heard_says_that(client):
    opening.open_declared(declared=declaring.declared(GIVEN), now=clock.now())
    told = get(client, "catalog/datasets").json()["results"]
    assert [one["dataset_id"] for one in told] == ["bornes", "bornes-historique"]
    assert "Nothing was heard" in page(client)


@pytest.mark.parametrize(
    ("gone", "said"),
    [
        (dt.timedelta(seconds=-3), "0 s"),
        (dt.timedelta(seconds=59.9), "59 s"),
        (dt.timedelta(seconds=60), "1 min"),
        (dt.timedelta(minutes=200), "3 h"),
        (dt.timedelta(hours=24), "1 day"),
        (dt.timedelta(days=9), "9 days"),
    ],
)
def test_time_is_said_in_its_largest_unit(gone, said):
    with translation.override("en"):
        assert said_time(gone) == said


# --- the command line -----------------------------------------------------------------------------


def parvis(*arguments):
    return CliRunner().invoke(commands, arguments)


def test_a_file_opens_a_dataset_and_a_key_to_push_it_is_shown_once(tmp_path):
    file = tmp_path / "bornes.toml"
    file.write_text(
        'id = "bornes"\ntitle = "Bornes"\nkey = ["borne"]\n'
        'fields = [{ name = "borne", type = "text" }]\n'
    )
    assert parvis("live", "open", str(file)).output == "bornes is open\n"
    assert parvis("live", "list").output == "bornes\tlive\tnever\t-\t\n"
    made = parvis("push-key", "create", "bornes", "--label", "Capteurs")
    secret, key = made.output.split()
    assert len(secret) == 56
    assert PushKey.objects.get().public_id.hex == key.replace("-", "")
    listed = f"{key}\tbornes\tCapteurs\tvalid\tnever\n"
    assert parvis("push-key", "list", "bornes").output == listed
    assert parvis("push-key", "revoke", key).exit_code == 0
    assert "\trevoked\t" in parvis("push-key", "list").output
    pulled = parvis("live", "pull", "bornes")
    assert pulled.exit_code == 1
    assert "are pushed" in pulled.output or "lui sont envoyées" in pulled.output
    assert parvis("live", "seal", "bornes").output == "version 1\n"


@pytest.mark.parametrize(
    ("content", "code", "sentence"),
    [
        ("id = ", 2, "is no TOML"),
        ('id = "x"', 1, "A live dataset needs an « id » and a « title »."),
    ],
)
def test_a_file_that_declares_nothing_is_told(tmp_path, content, code, sentence):
    file = tmp_path / "x.toml"
    file.write_text(content)
    done = parvis("live", "open", str(file))
    assert done.exit_code == code
    assert sentence in done.output
