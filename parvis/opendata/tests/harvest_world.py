"""Another city's server, which answers what a test tells it to, over a real socket."""

from __future__ import annotations

import json
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from parvis.kernel.models import RegisterEntry
from parvis.opendata.actions import harvest_sources, harvesting
from parvis.opendata.actions.harvesting import Manner
from parvis.opendata.models import Dataset, DatasetVersion, HarvestedDataset, IngestRun
from parvis.opendata.queries import catalogue
from parvis.opendata.testing import MONDAY

LOOPBACK = ("127.0.0.1/32",)
ROWS = b"\xef\xbb\xbfannee;montant\r\n2024;1.5\r\n2025;2.25\r\n"


class Handler(BaseHTTPRequestHandler):
    """Answers by path: bytes, a (status, headers, bytes), or a callable that writes by itself."""

    def do_GET(self):
        self.server.asked.append(self.path)
        answer = self.server.answers.get(self.path, (404, {}, b""))
        if callable(answer):
            answer(self)
            return
        status, headers, content = answer if isinstance(answer, tuple) else (200, {}, answer)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        pass


class Elsewhere(ThreadingHTTPServer):
    """A portal of another city; `answers` by path, `asked` paths in order."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers, self.asked = {}, []
        self.domain = f"127.0.0.1:{self.server_address[1]}"
        self.home = f"http://{self.domain}"

    def handle_error(self, request, client_address):
        """Say nothing of callers who hang up."""


@contextmanager
def elsewhere():
    server = Elsewhere()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def as_explore(server, *datasets):
    """Let the server answer an export of these datasets."""
    content = json.dumps(datasets).encode()
    server.answers["/api/explore/v2.1/catalog/exports/json"] = content


def a_remote(dataset_id, **changes):
    """Return a dataset as the export of another portal shows it; keywords change its metadata."""
    default = {
        "title": f"Titre {dataset_id}",
        "description": "<p>Texte</p><script>x()</script>",
        "theme": ["Culture"],
        "keyword": ["a", "b"],
        "publisher": "Ville d'ailleurs",
        "license": "ODbL",
        "license_url": "http://opendatacommons.org/licenses/odbl/",
        "modified": "2026-01-02T03:04:05+00:00",
        "records_count": 2,
        "data_processed": "2026-01-02T03:04:05+00:00",
        "federated": False,
    }
    return {
        "dataset_id": dataset_id,
        "has_records": True,
        "fields": [
            {"name": "annee", "label": "Année", "type": "int", "annotations": {}},
            {"name": "montant", "label": "Montant", "type": "double", "annotations": {}},
        ],
        "features": ["analyze"],
        "metas": {"default": {**default, **changes}, "dcat": {"creator": "Service"}},
    }


def csv_path(dataset_id):
    """Return where an Explore portal is asked for the rows of a dataset."""
    options = "delimiter=%3B&list_separator=%2C&use_labels=false&with_bom=true"
    return f"/api/explore/v2.1/catalog/datasets/{dataset_id}/exports/csv?{options}"


def a_source(address, kind="explore", **changes):
    """Note a source and return its id."""
    said = {"name": "Ailleurs", "prefix": "ailleurs-", **changes}
    new = harvest_sources.NewSource(kind=kind, address=str(address), **said)
    return harvest_sources.add(new=new, now=MONDAY)


def run(source_id, now=MONDAY, **manner):
    return harvesting.harvest(source_id=source_id, manner=Manner(**manner), now=now)


def told(report):
    """Return the lines of a report: what happened, to which dataset, why."""
    return [
        (one["what"], one["dataset_id"] or one["remote_id"], one.get("code", ""))
        for one in report["lines"]
    ]


def state():
    """Return all that a harvest may change."""
    return (
        list(Dataset.objects.order_by("pk").values("dataset_id", "modified_at", "archived_at")),
        list(HarvestedDataset.objects.order_by("pk").values()),
        RegisterEntry.objects.count(),
        DatasetVersion.objects.count(),
        IngestRun.objects.count(),
    )


def ids():
    return [one.dataset_id for one in catalogue.entries()]


def drip(handler):
    """Answer a letter now and then, for ever."""
    handler.send_response(200)
    handler.end_headers()
    while True:
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.1)
