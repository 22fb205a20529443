"""A bike-share operator on a real socket, with its moods; swimming pools that programs push."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from parvis.opendata.actions import opening, push_keys
from parvis.opendata.rules.feeds import declaring
from parvis.opendata.tests.api_world import get

STATIONS, PAST = "velos", "velos-historique"
NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)


def minutes(number):
    """So many minutes after noon."""
    return NOON + dt.timedelta(minutes=number)


def seconds(number):
    """The POSIX time so many minutes after noon."""
    return int(minutes(number).timestamp())


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        operator = self.server.operator
        operator.asked.append((self.path, self.headers.get("If-None-Match", "")))
        if operator.mood == "hang":
            time.sleep(3)
        content = operator.body(self.path)
        tag = f'"{hashlib.sha256(content).hexdigest()[:8]}"'
        has_tag = operator.tags and operator.code == 200
        is_known = has_tag and self.headers.get("If-None-Match") == tag
        self.send_response(304 if is_known else operator.code)
        if operator.tags:
            self.send_header("ETag", tag)
        self.end_headers()
        if not is_known:
            self.wfile.write(content)

    def log_message(self, *_):
        pass


class Operator:
    """What the operator says at this moment: change `stations`, `updated`, `ttl`, `mood`…"""

    def __init__(self):
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self.server.daemon_threads = True
        self.server.operator = self
        self.asked, self.mood, self.code, self.tags = [], "well", 200, True
        self.updated, self.ttl = seconds(0), 0
        self.stations = {"a": (5, seconds(-1)), "b": (None, seconds(-2))}
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    @property
    def address(self):
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def close(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def paths(self):
        """What was asked since the last time, without the folder."""
        asked, self.asked = [path.strip("/") for path, _tag in self.asked], []
        return asked

    def body(self, path):
        name = path.rpartition("/")[2].partition(".")[0]
        if self.mood == "html":
            return b"<html>Maintenance</html>"
        if self.mood == "large":
            return b" " * 3_000_000
        return json.dumps(getattr(self, f"_{name}")()).encode()

    def _file(self, data, ttl):
        return {"last_updated": self.updated, "ttl": ttl, "version": "2.3", "data": data}

    def _gbfs(self):
        feeds = [
            {"name": name, "url": f"{self.address}/{name}.json"}
            for name in ("station_information", "station_status")
        ]
        return self._file({"fr": {"feeds": feeds}}, 0)

    def _station_information(self):
        stations = [
            {"station_id": name, "name": f"Place {name}", "lat": 48.8, "lon": 2.3}
            for name in self.stations
        ]
        return self._file({"stations": stations}, 0)

    def _station_status(self):
        stations = []
        for name, (bikes, reported) in self.stations.items():
            one = {"station_id": name, "is_installed": True, "last_reported": reported}
            stations.append(one if bikes is None else {**one, "num_bikes_available": bikes})
        return self._file({"stations": stations}, self.ttl)


def open_stations(url, **pull):
    """Open the dataset that is fed from an address."""
    given = {
        "id": STATIONS,
        "title": "Vélos",
        "ttl": 300,
        "history": True,
        "pull": {"kind": "gbfs", "url": url, "every": 60, **pull},
    }
    opening.open_declared(declared=declaring.declared(given), now=NOON)


# --- swimming pools -------------------------------------------------------------------------------

POOLS = "piscines"
ADDRESS = f"/api/push/1.0/{POOLS}/realtime/push/"
GIVEN_POOLS = {
    "id": POOLS,
    "title": "Piscines",
    "key": ["nom"],
    "history": True,
    "fields": [
        {"name": "nom", "type": "text"},
        {"name": "presents", "type": "int"},
        {"name": "eau", "type": "double"},
        {"name": "ouverte", "type": "boolean"},
        {"name": "lieu", "type": "geo_point_2d"},
        {"name": "releve", "type": "datetime"},
    ],
}


def open_pools():
    opening.open_declared(declared=declaring.declared(GIVEN_POOLS), now=NOON)
    return push_keys.create(dataset_id=POOLS, label="Caisses", now=NOON).secret


def pools(client, select="nom, presents"):
    return get(client, f"catalog/datasets/{POOLS}/records", select=select, order_by="nom", limit=50)


def present(client):
    return {row["nom"]: row["presents"] for row in pools(client).json()["results"]}
