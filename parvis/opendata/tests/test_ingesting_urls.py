"""A file by its address: from the world, not from our own network, not for ever."""

from __future__ import annotations

import datetime as dt
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from parvis.kernel.errors import Refused
from parvis.opendata.actions import downloading
from parvis.opendata.actions.ingesting import Order, ingest
from parvis.opendata.models import DatasetVersion
from parvis.opendata.testing import MONDAY

pytestmark = pytest.mark.django_db
GOOD = b"annee;montant\n2024;1,5\n"


class Portal(BaseHTTPRequestHandler):
    """Another city's portal, with its moods."""

    def do_GET(self):
        where = {
            "/prive": "http://127.0.0.2:9/secret",
            "/metadonnees": "http://169.254.169.254/latest/meta-data/",
            "/fichier": "file:///etc/passwd",
            "/boucle": "/boucle",
            "/ici": "/export%20d%C3%A9penses.csv",
        }.get(self.path)
        if where:
            self.send_response(302)
            self.send_header("Location", where)
            self.end_headers()
            return
        self.send_response(404 if self.path == "/absent" else 200)
        self.end_headers()
        self.server.hosts.append(self.headers["Host"])
        for _ in range(40 if self.path == "/grand" else 1):
            self.wfile.write(GOOD * (5_000 if self.path == "/grand" else 1))

    def log_message(self, *_):
        pass


@pytest.fixture
def portal():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Portal)
    server.hosts = []
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def at(portal, path):
    return f"http://127.0.0.1:{portal.server_address[1]}{path}"


def fetched(url, **changes):
    return ingest(order=Order(dataset_id="depenses", url=url, title="x", **changes), now=MONDAY)


def refusal(url):
    with pytest.raises(Refused) as error:
        fetched(url)
    assert not DatasetVersion.objects.exists()
    return error.value.code


def test_a_file_is_fetched_where_the_address_leads(portal, settings):
    settings.PARVIS_OPENDATA_PRIVATE_NETWORKS = ("127.0.0.1/32",)
    outcome = fetched(at(portal, "/ici"))
    assert outcome.version == 1
    assert DatasetVersion.objects.get().origin == at(portal, "/ici")
    assert portal.hosts == [f"127.0.0.1:{portal.server_address[1]}"]


@pytest.mark.parametrize("path", ["/prive", "/metadonnees"])
def test_no_address_leads_into_a_private_network(portal, settings, path):
    settings.PARVIS_OPENDATA_PRIVATE_NETWORKS = ("127.0.0.1/32",)
    assert refusal(at(portal, path)) == "url_private"


def test_no_address_leads_to_a_file_of_this_machine(portal, settings):
    settings.PARVIS_OPENDATA_PRIVATE_NETWORKS = ("127.0.0.1/32",)
    assert refusal(at(portal, "/fichier")) == "url_unfit"


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/x",
        "http://localhost/x",
        "http://[::1]/x",
        "http://[::ffff:10.0.0.1]/x",
        "http://10.0.0.1/x",
        "http://169.254.169.254/x",
        "http://0.0.0.0/x",
        "http://2130706433/x",
    ],
)
def test_our_own_network_is_not_asked(url):
    assert refusal(url) == "url_private"


@pytest.mark.parametrize("url", ["ftp://exemple.fr/x", "https:///x", "https://a:b@exemple.fr/x"])
def test_an_address_is_of_the_web(url):
    assert refusal(url) == "url_unfit"


def test_a_name_that_has_a_private_number_among_public_ones_is_not_asked(monkeypatch):
    def both(host, port, **_):
        return [(2, 1, 6, "", (number, port)) for number in ("93.184.216.34", "10.0.0.1")]

    monkeypatch.setattr(socket, "getaddrinfo", both)
    assert refusal("https://donnees.exemple.fr/x") == "url_private"


def test_a_name_that_nobody_looks_up_in_time_is_given_up(monkeypatch):
    over = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_asked, **_how: over.wait(20) and [])
    monkeypatch.setattr(downloading, "_LOOK_UP", dt.timedelta(seconds=0.2))
    assert refusal("https://donnees.exemple.fr/x") == "url_too_slow"
    over.set()


@pytest.mark.parametrize("path", ["/absent", "/boucle"])
def test_an_address_without_a_file_is_told(portal, settings, path):
    settings.PARVIS_OPENDATA_PRIVATE_NETWORKS = ("127.0.0.1/32",)
    assert refusal(at(portal, path)) == "url_unreachable"


def test_a_file_without_end_is_cut_off(portal, settings):
    settings.PARVIS_OPENDATA_PRIVATE_NETWORKS = ("127.0.0.1/32",)
    settings.PARVIS_OPENDATA_FETCH_BYTES = 1_000_000
    assert refusal(at(portal, "/grand")) == "url_too_large"


def test_an_address_that_takes_for_ever_is_given_up(portal, settings):
    settings.PARVIS_OPENDATA_PRIVATE_NETWORKS = ("127.0.0.1/32",)
    settings.PARVIS_OPENDATA_FETCH_SECONDS = -1.0
    assert refusal(at(portal, "/ici")) == "url_too_slow"
