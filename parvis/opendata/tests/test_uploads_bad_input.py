"""What is sent and is no table, too large, or not ours to take: refused in words, nothing kept."""

from __future__ import annotations

import datetime as dt
import threading
import tracemalloc
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from django.test import Client

from parvis.account import testing as people
from parvis.kernel import clock
from parvis.opendata.actions import private, working
from parvis.opendata.desk.receiving import ToDisk
from parvis.opendata.models import DatasetVersion, IngestRun
from parvis.opendata.queries import versions
from parvis.opendata.testing import a_dataset
from parvis.opendata.tests.uploads_world import GOOD, as_, bomb, file, page, run, send, work

pytestmark = pytest.mark.django_db


@pytest.fixture
def bachir():
    return as_("bachir")


@pytest.fixture(autouse=True)
def depenses(db):
    return a_dataset("depenses", title="Dépenses")


def nothing_kept():
    left = [path for path in private.arriving().iterdir() if path.is_file()]
    return (IngestRun.objects.count(), private.kept(), left) == (0, [], [])


@pytest.mark.parametrize(
    ("content", "name", "status", "words"),
    [
        (b"", "vide.csv", 422, "This file is empty."),
        (b"  \r\n\x00", "vide.csv", 422, "This file is empty."),
        (b"<!doctype html><p>", "page.csv", 415, "not a table"),
        (b"%PDF-1.7", "budget.pdf", 415, "not a table"),
        (b"\x01\x02\x03" * 99, "photo.csv", 415, "not a table"),
        (GOOD, "budget.exe", 415, "A file called .exe is none we read"),
        (GOOD, "budget.xlsx", 415, "This file is called .xlsx and holds CSV"),
        (b"PAR1 is no CSV", "budget.csv", 415, "This file is called .csv and holds PARQUET"),
        (b"PK\x03\x04 torn", "budget.zip", 422, "This archive is damaged"),
    ],
)
def test_what_is_no_table_is_refused_at_the_door(bachir, content, name, status, words):
    answer = send(bachir, file=file(content, name))
    assert answer.status_code == status
    assert words in answer.content.decode()
    assert nothing_kept()


def test_a_spreadsheet_that_is_a_bomb_is_refused_at_the_door(bachir, settings):
    settings.PARVIS_OPENDATA_LIMITS = {"whole_bytes": 20_000_000}
    answer = send(bachir, file=file(bomb(), "bombe.xlsx"))
    assert answer.status_code == 413
    assert "unpacks to far more than it should" in answer.content.decode()
    assert nothing_kept()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"file": ""}, "Choose a file, or give its address."),
        ({"url": "https://exemple.fr/a.csv"}, "Send a file or give an address, not both."),
        ({"file": "", "url": "pas une adresse"}, "URL"),
        ({"schema": "inconnu"}, "inconnu"),
    ],
)
def test_a_form_that_says_nothing_or_too_much_comes_back(bachir, given, words):
    answer = send(bachir, **given)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert nothing_kept()


def test_a_dataset_that_is_in_no_catalogue_takes_no_file(bachir):
    assert send(bachir, "rien").status_code == 404
    assert nothing_kept()


def test_what_is_too_large_is_refused_with_an_answer(bachir, settings):
    settings.PARVIS_OPENDATA_UPLOAD_BYTES = 1_000
    answer = send(bachir, file=file(GOOD * 100), note="gros")
    assert answer.status_code == 413
    assert "This file is too large: 1\xa0kB at most." in answer.content.decode()
    assert nothing_kept()


def test_a_form_without_its_token_is_refused():
    browser = people.signed_in(Client(enforce_csrf_checks=True), people.bachir())
    assert send(browser).status_code == 403
    assert nothing_kept()


def test_who_is_no_agent_sends_nothing():
    assert send(as_("alice")).status_code == 403
    assert send(Client()).status_code == 302
    assert nothing_kept()


def test_a_large_file_goes_to_the_disk_and_not_to_the_memory():
    receiver, block = ToDisk(), b"x" * 65_536
    receiver.new_file("file", "gros.csv", "text/csv", None)
    tracemalloc.start()
    for place in range(512):
        assert receiver.receive_data_chunk(block, place * len(block)) is None
    whole = receiver.file_complete(512 * len(block))
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    place = Path(whole.temporary_file_path())
    assert (whole.size, place.stat().st_size) == (33_554_432, 33_554_432)
    assert place.parent == private.arriving()
    assert most < 1_000_000
    whole.close()
    assert not place.exists()


def test_a_sent_file_is_private_until_some_days_after_it_is_settled(bachir, settings):
    send(bachir)
    place = Path(private.storage().path(run().file))
    assert place.read_text("utf-8") == GOOD
    assert Path(settings.MEDIA_ROOT) not in place.parents
    assert place.stat().st_mode & 0o077 == 0
    work()
    now = clock.now()
    assert working.purge(now=now + dt.timedelta(days=30)) == 0
    bachir.post(page("publish", run().public_id))
    work()
    assert working.purge(now=now + dt.timedelta(days=6)) == 0
    assert working.purge(now=now + dt.timedelta(days=8)) == 1
    assert (run().file, private.kept(), place.exists()) == ("", [], False)
    assert versions.current("depenses").rows == 2


def test_what_nobody_decides_is_withdrawn_after_three_months(bachir):
    send(bachir)
    work()
    later = clock.now() + dt.timedelta(days=91)
    assert working.purge(now=later) == 0
    assert run().state == "withdrawn"
    assert working.purge(now=later + dt.timedelta(days=8)) == 1
    assert private.kept() == []


def test_files_that_no_run_names_are_forgotten_the_next_day():
    (private.arriving() / "en-chemin").write_text("x")
    (private.arriving() / "autre").write_text("x")
    private.keep(private.arriving() / "autre")
    assert working.purge(now=clock.now()) == 0
    assert working.purge(now=clock.now() + dt.timedelta(days=2)) == 2
    assert nothing_kept()


def test_a_file_that_breaks_the_reading_is_stopped_and_says_so(bachir, monkeypatch):
    send(bachir)

    def no_disk(*_given):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(working, "_read", no_disk)
        work()
    assert run().state == "stopped"
    shown = bachir.get(page("run", run().public_id)).content.decode()
    assert "The work on this file was interrupted" in shown
    assert bachir.post(page("again", run().public_id)).status_code == 302
    work()
    assert run().state == "ready"


class Portal(BaseHTTPRequestHandler):
    """Another city's portal: each answer has a row more than the one before."""

    def do_GET(self):
        self.server.asked += 1
        self.send_response(200)
        self.end_headers()
        self.wfile.write((GOOD + "A9;Parcs;1\n" * self.server.asked).encode())

    def log_message(self, *_given):
        pass


@pytest.fixture
def portal(settings):
    settings.PARVIS_OPENDATA_PRIVATE_NETWORKS = ("127.0.0.1/32",)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Portal)
    server.asked = 0
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_an_address_is_fetched_once_and_what_was_read_is_published(bachir, portal):
    address = f"http://127.0.0.1:{portal.server_address[1]}/depenses.csv"
    send(bachir, file="", url=address)
    work()
    assert (run().state, run().report["rows"], run().origin) == ("ready", 3, address)
    bachir.post(page("publish", run().public_id))
    work()
    assert (versions.current("depenses").rows, portal.asked) == (3, 1)
    assert DatasetVersion.objects.get().origin == address


def test_an_address_in_our_own_network_is_refused_in_words(bachir):
    send(bachir, file="", url="http://127.0.0.1:9/a.csv")
    work()
    assert run().state == "refused"
    shown = bachir.get(page("run", run().public_id)).content.decode()
    assert "This address is in a private network." in shown
    assert private.kept() == []
