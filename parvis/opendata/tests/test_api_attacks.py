"""What a hostile program sends: an answer with a documented body, and never a 500."""

from __future__ import annotations

import base64
import datetime as dt
import gzip
import json
import math

import pytest
from django.test import Client

from parvis.opendata.testing import TUESDAY
from parvis.opendata.tests.api_world import API, TIDES, TREES, body, get, the_trees

pytestmark = pytest.mark.django_db
DATASET = f"catalog/datasets/{TREES}"
PATHS = (
    f"{DATASET}/records",
    f"{DATASET}/facets",
    f"{DATASET}/exports/csv",
    f"{DATASET}/exports/geojson",
    f"{DATASET}/exports/turtle",
    f"{DATASET}/exports/shp",
    f"{DATASET}/exports/fgb",
    f"{DATASET}/diff",
    f"{DATASET}/versions",
    f"{DATASET}",
    f"{DATASET}/attachments",
    "catalog/datasets",
    "catalog/facets",
    "catalog/exports/csv",
    "catalog/exports/json",
    "catalog/exports/ttl",
    f"catalog/datasets/{TIDES}/records",
)
NAMES = [
    "select",
    "where",
    "group_by",
    "order_by",
    "limit",
    "offset",
    "refine",
    "exclude",
    "facet",
    "lang",
    "timezone",
    "version",
    "as_of",
    "next",
    "include_links",
    "include_app_metas",
    "use_labels",
    "compressed",
    "epsg",
    "delimiter",
    "list_separator",
    "quote_all",
    "with_bom",
    "parquet_compression",
    "name_field",
    "description_field_list",
    "use_extension",
    "include_exports",
    "use_labels_in_exports",
    "from",
    "to",
    "apikey",
    "format",
]
WORDS = (
    "", " ", "\x00", "a\x00b", "\ud800", "é" * 3000, "-1", "-2", "0", "1", "2147483648", "9" * 30,
    "1e400", "NaN", "0x10", "١٢", "true", "null", "None", "[]", "{}", "*", "%", "%s%n", "../..",
    "xx", "fr", "Europe/Paris", "Europe", "Etc", "localtime", "UTC+1", "posix/Europe/Paris",
    "../../etc/passwd", "America/Argentina/Buenos_Aires", "id", "essence", "lieu", "emprise",
    "soins", "campagne", "plante", "hauteur", "remarquable", "_id", "_record_id", "id:1",
    "campagne:2021", "campagne:2021/13/99", "plante:9999999", "soins:taille", "lieu:1,2",
    "emprise:x", "hauteur:abc", ":", "id:", ":1", "count(*)", "sum(hauteur)", "avg(lieu)",
    "min(essence)", "percentile(hauteur, 0.5)", "percentile(hauteur, 101)", "bbox(emprise)",
    "envelope(lieu)", "envelope(emprise)", "count(distinct soins)", "count(distinct lieu)",
    "median(campagne)", "max(plante)", "random(1)", "random(99999999999999999999)",
    "distance(lieu, geom'POINT(2 48)')", "distance(emprise, geom'POINT(2 48)')",
    "distance(emprise, geom'POINT(1e308 1e308)')", "distance(emprise, geom'POINT EMPTY')",
    "within_distance(emprise, geom'POINT(2.3 48.8)', 1km)", "within_distance(lieu, geom'x', 1)",
    "within_distance(emprise, geom'POINT(400 -400)', 1e300km)",
    "intersects(emprise, geom'POLYGON((0 0,1 1,1 0,0 0))')", "in_bbox(lieu, 1, 2, 3, 4)",
    "in_bbox(emprise, -1e308, -1e308, 1e308, 1e308)", "geo_cluster(lieu, 5)",
    "geo_cluster(lieu, 99)", "range(id, 5)", "range(id, 1e-300)", "range(plante, 1 day)",
    "range(plante, 100000000 h)", "range(campagne, 1 ms)", "range(hauteur, *, 1, 2, *)",
    "range(id, 1, 1)", "range(plante, [date'0001', date'9999'])", "year(plante)", "hour(campagne)",
    "date_format(plante, 'EEEE dd MMMM YYYY')", "date_format(plante, '%s')",
    "date_format(campagne, \"'\")", "lower(essence)", "length(soins)", "ifnull(hauteur, 1)",
    "ifnull(essence, date'2020')", "json_format(essence)", "essence like '%'", "essence like ''",
    "search('x')", "search(*, '')", "suggest(essence, 'a')", "startswith('')", "'free words*'",
    "\"unclosed", "essence = 'a\\'", "id in (1, 'a')", "id in [1 TO", "id in [* TO *]",
    "plante > now(years=-99999)", "plante > now(years=999999999)", "plante > date'9999-12-31'",
    "plante < date'0001-01-01'", "plante = date'2021-02-30'", "id = 9223372036854775808",
    "id * 9223372036854775807 * 9223372036854775807 > 1", "hauteur / 0 > 1", "1 = 1 or 2 = 2",
    "not not not id = 1", "(" * 300 + ")" * 300, "id=1 and " * 400 + "id=1", "include(*)",
    "exclude(*)", "include(zzz*)", "exclude(i*)", "id as id, id as id", "id as `a b`", "`", "``",
    "facet(name='essence', sort='-count', limit=3)", "facet(name='campagne', hierarchical=true)",
    "facet(name='lieu')", "facet(name='essence', limit=-1)", "facet(name='soins', separator='')",
    "facet(name='nope')", "facet(", "facet(name='essence', disjunctive=maybe)", "2026-01-01",
    "2026-13-01", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2021-W01-1", "today",
    "2154", "4326", "27572", "5703", "4979", "999999999", ";", ",", "\\t", "snappy", "csv,xlsx",
    "essence,id", "default.title", "dcat.creator", "theme", "theme:Environnement", "modified",
    "modified:2022", "dataset_id='arbres'", "fields", "metas", "attachments", "title, fields",
)  # fmt: skip
STATUSES = {200, 304, 400, 401, 403, 404}
TURNS = 170


@pytest.fixture(autouse=True)
def trees():
    return the_trees()


def checked(response, asked=""):
    """Return the bytes of an answer, which must be one that is documented."""
    content = body(response)
    assert response.status_code in STATUSES, (response.status_code, asked)
    assert response["Access-Control-Allow-Origin"] == "*"
    if response.status_code >= 400:
        assert list(json.loads(content)) == ["error_code", "message"], asked
    return content


def test_whatever_stands_in_an_address_is_answered(client, caplog):
    # Steps that share no factor with how many there are: every word meets many names and paths.
    for turn in range(TURNS):
        path = PATHS[turn % len(PATHS)]
        places = range(turn * 7, turn * 7 + 1 + turn % 3)
        asked = {NAMES[n % len(NAMES)]: WORDS[(n * 11) % len(WORDS)] for n in places}
        sent = {name: text.encode("utf-8", "surrogatepass") for name, text in asked.items()}
        checked(get(client, path, **sent), (path, asked))
    # What the rules let through and the engine did not take would be noted there.
    assert [one for one in caplog.records if one.name.endswith("engine.duck")] == []


STRANGE = (
    "%00",
    "a%00b",
    "%FF",
    "%ED%A0%80",
    "..%2F..%2Fetc%2Fpasswd",
    "%0A",
    "x" * 3000,
    "'--",
    " ",
)


STRANGE_PATHS = (
    "catalog/datasets/{}",
    "catalog/datasets/{}/records",
    "catalog/datasets/{}/exports/csv",
    f"{DATASET}/records/{{}}",
    f"{DATASET}/exports/{{}}",
    "catalog/exports/{}",
    f"{DATASET}/metadata/{{}}",
    "{}",
)


def test_strange_names_in_a_path_are_not_found_or_refused(client):
    for name in STRANGE:
        for path in (one.format(name) for one in STRANGE_PATHS):
            response = client.get(f"{API}/{path}")
            checked(response, path)
            assert response.status_code in {400, 404}, path


def test_a_sign_that_no_text_holds_finds_nothing(client):
    for words in ("a\x00b", "\x00", "'\x00'", "search('a\x00b')", "title = '\x00'"):
        for path in ("catalog/datasets", f"{DATASET}/records", "catalog/exports/json"):
            checked(get(client, path, where=words), (path, words))
            checked(get(client, path, refine=f"essence:{words}"), (path, words))
            checked(get(client, path, apikey=words), (path, words))


def cursor(content):
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode()


CURSORS = [
    "x" * 8192,
    "A" * 8191,
    "é",
    "\x00",
    "====",
    cursor([]),
    cursor([1]),
    cursor([1, 10**30]),
    cursor([-1, 0]),
    cursor([10**30, 0]),
    cursor([True, True]),
    cursor([1, 0, "extra"]),
    cursor([1, 0, {"moment": "x"}]),
    cursor({"version": 1}),
    cursor([[[[]]]] * 50),
    base64.urlsafe_b64encode(b"[" * 6000).decode(),
    base64.urlsafe_b64encode(b"[1," + b"9" * 5000 + b"]").decode(),
]


def test_a_cursor_nobody_gave_is_refused_or_finds_nothing(client):
    for given in CURSORS:
        checked(get(client, "catalog/datasets", next=given), given)
        for order in ("id", "plante desc"):
            checked(get(client, f"{DATASET}/records", next=given, order_by=order), (given, order))


def test_a_head_tells_what_a_get_does_and_has_no_body(client):
    for path in PATHS:
        told, whole = client.head(f"{API}/{path}"), get(client, path)
        assert told.status_code == whole.status_code
        assert body(told) == b""
        body(whole)
        for name in ("Content-Type", "ETag", "Content-Disposition", "X-Parvis-Version"):
            assert told.get(name) == whole.get(name), (path, name)


def test_conditions_are_kept_to_or_ignored(client):
    path = f"{API}/{DATASET}/records"
    tag = client.get(path)["ETag"]
    for sent, status in (
        (tag, 304),
        (f"W/{tag}", 304),
        (f'"x", {tag}', 304),
        ("*", 304),
        ('"x"', 200),
        ('"', 200),
        ("x" * 5000, 200),
        ("\u00e9", 200),
    ):
        response = client.get(path, headers={"If-None-Match": sent})
        assert response.status_code == status, sent
        assert response["ETag"] == tag
    unset = {"If-Match": '"x"', "If-Modified-Since": "yesterday", "Range": "bytes=0-1"}
    assert client.get(path, headers=unset).status_code == 200
    moved = client.get(path, {"where": "plante > now()"}, headers={"If-None-Match": "*"})
    assert moved.status_code == 200


def test_answers_travel_compressed_to_who_takes_that(client):
    path = f"{API}/catalog/datasets"
    plain = client.get(path)
    packed = client.get(path, headers={"Accept-Encoding": "gzip, deflate"})
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    again = client.get(path, headers={"Accept-Encoding": "gzip", "If-None-Match": packed["ETag"]})
    assert again.status_code == 304


def test_a_browser_may_ask_first_on_every_path(client):
    for path in (*PATHS, "catalogue", f"{DATASET}/exports/docx"):
        response = client.options(
            f"{API}/{path}",
            headers={
                "Origin": "https://example.org",
                "Access-Control-Request-Method": "GET",
                "Access-Control-Request-Headers": "authorization, x-strange",
            },
        )
        assert (response.status_code, response.content) == (204, b"")
        assert response["Access-Control-Allow-Origin"] == "*"
        assert response["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"


def test_other_methods_are_told_which_there_are_even_without_a_token():
    strict = Client(enforce_csrf_checks=True)
    for path in (f"{API}/{DATASET}/records", f"/explore/dataset/{TREES}/download/"):
        for method in ("post", "put", "delete", "trace"):
            response = getattr(strict, method)(path)
            assert response.status_code == 405
            assert response.json()["error_code"] == "MethodNotAllowed"


def test_too_many_parameters_are_told_so(client):
    many = "&".join(f"where=id+>+{rank}" for rank in range(201))
    response = client.get(f"{API}/{DATASET}/records?{many}")
    assert response.status_code == 400
    assert response.json() == {
        "error_code": "InvalidRESTParameterError",
        "message": "Too many parameters: at most 200 are read.",
    }


def test_a_limit_of_minus_one_is_the_largest_there_is(client):
    many = [{"id": rank} for rank in range(150)]
    the_trees(many, now=TUESDAY)
    assert len(get(client, f"{DATASET}/records", limit=-1).json()["results"]) == 100
    grouped = get(client, f"{DATASET}/records", limit=-1, group_by="id").json()
    assert (grouped["total_count"], len(grouped["results"])) == (150, 150)
    exported = get(client, f"{DATASET}/exports/json", limit=-1)
    assert len(json.loads(body(exported))) == 150
    assert get(client, f"{DATASET}/records", limit=-1, offset=9900).status_code == 200
    assert get(client, f"{DATASET}/records", limit=-1, offset=9901).status_code == 400


@pytest.mark.parametrize("zone", ["America/New_York", "Pacific/Kiritimati"])
def test_the_ends_of_the_calendar_are_shown_in_every_zone(client, zone):
    ends = [
        dt.datetime(1, 1, 1, tzinfo=dt.UTC),
        dt.datetime(9999, 12, 31, 23, 59, 59, tzinfo=dt.UTC),
    ]
    the_trees([{"id": n, "plante": one} for n, one in enumerate(ends)], now=TUESDAY)
    asked = {"timezone": zone, "select": "plante"}
    shown = get(client, f"{DATASET}/records", **asked).json()["results"]
    assert [one["plante"][:2] for one in shown] == ["00", "99"]
    for name in ("csv", "json", "jsonl", "turtle", "xlsx", "parquet"):
        checked(get(client, f"{DATASET}/exports/{name}", **asked), name)
    for width in ("1 y", "1 M", "1 q", "1 w", "1 d", "1 h", "12 h", "900000000 d", "99999999 h"):
        response = get(
            client, f"{DATASET}/records", timezone=zone, group_by=f"range(plante, {width})"
        )
        checked(response, width)
    for bounds in ("date'0001', date'9999'", "date'0001-01-01', date'9999-12-31T23:59:59-14:00'"):
        response = get(
            client, f"{DATASET}/records", timezone=zone, group_by=f"range(plante, [{bounds}])"
        )
        assert response.status_code == 200, response.content


def test_a_share_where_a_percentage_is_meant_is_warned_of_and_answered_all_the_same(client):
    for path in (f"{DATASET}/records", f"{DATASET}/exports/csv"):
        warned = get(client, path, select="percentile(hauteur, 0.95) as p")
        assert warned["X-Parvis-Warning"] == (
            "percentile() counts from 0 to 100: 0.95 is less than one percent, the 95th is 95."
        )
        assert "X-Parvis-Warning" in warned["Access-Control-Expose-Headers"]
        meant = get(client, path, select="percentile(hauteur, 95) as p")
        assert "X-Parvis-Warning" not in meant
        body(meant)
    page = get(client, f"{DATASET}/records", select="percentile(hauteur, 0.95) as p").json()
    assert page["total_count"] == 1
    assert math.isclose(page["results"][0]["p"], 5.021375)
