"""The page says its weight and travels compressed."""

from __future__ import annotations

import gzip
import re

import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.test import Client, RequestFactory

from parvis.ui.bundles import bundle, gzipped_size
from parvis.ui.weight import TOKEN, WeighAndCompress, asset_size, page_weight

LONG = b"<p>" + b"Paris " * 200 + b"</p>"
ACCEPTS = {"Accept-Encoding": "gzip, br"}


def answer(response, **headers: str):
    request = RequestFactory().get("/", headers=headers)
    return WeighAndCompress(lambda _request: response)(request)


def test_a_page_says_what_a_first_visit_transfers(client: Client):
    page = client.get("/", headers=ACCEPTS)
    html = gzip.decompress(page.content)
    said = re.search(rb"<strong>(\d+) ko</strong>", html)
    expected = gzipped_size(html) + gzipped_size(bundle("ui/site.css"))
    assert TOKEN not in html
    assert said is not None
    assert abs(int(said[1]) - expected / 1000) <= 0.6


def test_style_sheets_and_scripts_count():
    html = (
        b'<link rel="stylesheet" href="/static/ui/desk.css"><script src="/static/none.js"></script>'
    )
    assert page_weight(html) == gzipped_size(html) + gzipped_size(bundle("ui/desk.css"))
    assert asset_size("/static/ui/desk.0123456789ab.css") == gzipped_size(bundle("ui/desk.css"))
    assert asset_size("https://example.org/x.css") == 0
    assert asset_size("/static/django_htmx/htmx-2.min.js") > 10_000


def test_the_answer_is_compressed_for_who_accepts_it():
    response = answer(HttpResponse(LONG), **ACCEPTS)
    assert response["Content-Encoding"] == "gzip"
    assert response["Vary"] == "Accept-Encoding"
    assert gzip.decompress(response.content) == LONG


def test_the_length_of_a_compressed_page_betrays_nothing():
    lengths = {len(answer(HttpResponse(LONG), **ACCEPTS).content) for _ in range(30)}
    assert len(lengths) > 5


def test_content_length_follows():
    response = HttpResponse(LONG, headers={"Content-Length": str(len(LONG)), "ETag": '"a"'})
    compressed = answer(response, **ACCEPTS)
    assert compressed["Content-Length"] == str(len(compressed.content))
    assert compressed["ETag"] == 'W/"a"'


@pytest.mark.parametrize("accepts", ["", "br", "gzip;q=0", "identity"])
def test_who_does_not_accept_gets_plain_text(accepts: str):
    response = answer(HttpResponse(LONG), **{"Accept-Encoding": accepts})
    assert response.content == LONG
    assert response["Vary"] == "Accept-Encoding"


def test_streams_pictures_short_and_encoded_answers_pass_untouched():
    stream = StreamingHttpResponse([TOKEN, LONG])
    assert b"".join(answer(stream, **ACCEPTS)) == TOKEN + LONG
    for response in (
        HttpResponse(b"short"),
        HttpResponse(LONG, content_type="image/png"),
        HttpResponse(LONG, headers={"Content-Encoding": "br"}),
    ):
        before = response.content
        assert answer(response, **ACCEPTS).content == before


def test_the_token_is_replaced_only_in_pages():
    assert answer(HttpResponse(TOKEN, content_type="application/json")).content == TOKEN
