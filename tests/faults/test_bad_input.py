"""What bad input gets from the running city: a clear refusal, nothing stored, the text back."""

from __future__ import annotations

import csv
import html
import io
import json
import re
import uuid
from pathlib import Path
from xml.parsers import expat

import httpx
import pytest
from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils import translation

from tests.faults.visitors import (
    HOSTILE,
    NOBODY,
    WRITE,
    Visitor,
    address_of,
    mail_to,
    newcomer,
    of_the_cast,
    stored,
)

pytestmark = pytest.mark.xdist_group("browser")

LIST = "/concertations/plan-2015/contributions/"
FORM = "application/x-www-form-urlencoded"


SENTENCES = {
    "fr": {
        "title": "abord en une phrase",
        "long": "Le texte est trop long",
        "empty": "Écrivez votre texte",
        "control": "caractères de contrôle",
        "turned": "ordre des lettres",
        "broken": "abîmés",
    },
    "en": {
        "title": "Say it in one sentence first",
        "long": "The text is too long",
        "empty": "Write your text",
        "control": "control characters",
        "turned": "reverse the order of letters",
        "broken": "damaged",
    },
}


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize(
    ("title", "body", "why"),
    [
        ("", "Mon texte.", "title"),
        ("Titre", "", "empty"),
        ("Titre", " \n\u200b ", "empty"),
        ("Titre", "x" * 5_001, "long"),
        ("Titre", "a\0b", "control"),
        ("Ti\0tre", "Mon texte.", "control"),
        ("Titre", "abc\u202edef", "turned"),
        ("Ti\u2066tre", "Mon texte.", "turned"),
        ("Titre", "abc\ufffddef", "broken"),
    ],
)
def test_a_text_that_cannot_be_kept_comes_back(city, dede, language, title, body, why):
    before = stored(city)
    answer = dede.send(WRITE[language], {"title": title, "body": body})
    assert answer.status_code == 422
    assert SENTENCES[language][why] in answer.text.replace("\u202f", " ")
    assert html.escape(body) in answer.text
    assert html.escape(title) in answer.text
    assert stored(city) == before


@pytest.fixture(scope="module")
def stage(city):
    """A contribution, an argument on it, and those who may act upon them."""
    author, neighbour = newcomer(city), newcomer(city)
    posted = author.send(WRITE["fr"], {"title": "Un banc", "body": "À l'ombre."})
    one = posted.headers["location"].split("/")[-2]
    argued = neighbour.send(_address("ideas:argue", [one]), {"stance": "for", "body": "Oui."})
    return {
        "author": author,
        "neighbour": neighbour,
        "moderator": of_the_cast(city, "Mona"),
        "official": of_the_cast(city, "Oscar"),
        "one": one,
        "remark": argued.headers["location"].partition("#")[2],
    }


DOORS = [
    ("neighbour", "argue", ["one"], {"stance": "against"}),
    ("author", "edit", ["one"], {"title": "Un autre banc"}),
    ("author", "reply", ["remark"], {}),
    ("neighbour", "flag", ["one"], {"reason": "other"}),
    ("author", "flag_remark", ["remark"], {"reason": "other"}),
    ("moderator", "moderation_item", ["contribution", "one"], {"verb": "hide", "reason": "other"}),
    ("official", "answer", ["one"], {"stance": "noted", "no_change_reason": "Déjà prévu."}),
]
DAMAGE = {
    "long": "x" * 10_001,
    "control": "a\0b",
    "turned": "abc\u202edef",
    "broken": "abc\ufffddef",
}


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("door", DOORS, ids=[one[1] for one in DOORS])
def test_every_door_gives_a_text_back(city, stage, language, door):
    who, name, about, typed = door
    with translation.override(language):
        path = _address(f"ideas:{name}", [stage.get(one, one) for one in about])
    visitor, before = stage[who], stored(city)
    for why, body in DAMAGE.items():
        answer = visitor.send(path, typed | {"body": body})
        assert answer.status_code == 422
        assert SENTENCES[language][why] in answer.text.replace("\u202f", " ")
        assert html.escape(body) in answer.text
    for token in ({}, {"csrfmiddlewaretoken": "a" * 64}):
        answer = visitor.http.post(path, data=typed | token | {"body": "Mes <mots>."})
        assert answer.status_code == 403
        assert "Mes &lt;mots&gt;." in answer.text
    assert visitor.send(path, typed | {"body": "x" * 10_000_000}).status_code == 413
    signed_out = Visitor(city).send(path, typed | {"body": "Mes mots."}, page="/affichage/")
    assert signed_out.status_code == 302
    assert stored(city) == before


@pytest.mark.parametrize("token", [{}, {"csrfmiddlewaretoken": "a" * 64}])
@pytest.mark.parametrize(("language", "word"), [("fr", "Renvoyez"), ("en", "send your form again")])
def test_without_our_token_the_text_is_given_back(city, dede, language, word, token):
    before = stored(city)
    typed = {"title": "Titre", "body": "Un texte <précieux>."}
    answer = dede.http.post(WRITE[language], data=typed | token)
    assert answer.status_code == 403
    assert word in answer.text
    assert "Un texte &lt;précieux&gt;." in answer.text
    assert stored(city) == before


def test_a_form_of_another_site_is_refused(city, dede):
    before = stored(city)
    typed = dede.hidden(WRITE["fr"]) | {"title": "Titre", "body": "Texte."}
    answer = dede.http.post(WRITE["fr"], data=typed, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403
    assert stored(city) == before


@pytest.mark.parametrize(("language", "word"), [("fr", "trop lourd"), ("en", "too heavy")])
def test_ten_megabytes_are_too_heavy(city, dede, language, word):
    before = stored(city)
    answer = dede.send(WRITE[language], {"title": "Titre", "body": "x" * 10_000_000})
    assert answer.status_code == 413
    assert word in answer.text
    assert len(answer.text) < 20_000
    assert stored(city) == before


@pytest.mark.parametrize(
    ("kind", "ending", "status"),
    [
        (FORM, b"body=abc%FF%FEdef", 422),
        (f"{FORM}; charset=utf-7", b"body=abc", 400),
        ("multipart/form-data", b"body=abc", 400),
        ("application/json", b"{}", 422),
        (FORM, b"&".join(b"f%d=x" % n for n in range(250)), 400),
    ],
)
def test_a_body_that_is_no_form_of_ours_stores_nothing(city, dede, kind, ending, status):
    before = stored(city)
    token = dede.hidden(WRITE["fr"])["csrfmiddlewaretoken"]
    body = f"csrfmiddlewaretoken={token}&title=T&".encode() + ending
    headers = {"Content-Type": kind, "X-CSRFToken": token}
    answer = dede.http.post(WRITE["fr"], content=body, headers=headers)
    assert answer.status_code == status
    assert "<h1" in answer.text
    assert stored(city) == before


def words_of(xml):
    """Return the text of a well-formed document, whole; any other is an error."""
    words, parser = [], expat.ParserCreate()
    parser.CharacterDataHandler = words.append
    parser.ParseFile(io.BytesIO(xml))
    return "".join(words)


def test_markup_is_only_text_wherever_it_is_read(city, said):
    author, page = said
    # A feed has the latest: since that one, others may have written thirty.
    author.send(WRITE["fr"], {"title": HOSTILE, "body": f"Encore : {HOSTILE}"})
    stranger, feed = Visitor(city), "/concertations/plan-2015/atom.xml"
    pages = ["", "historique/", "argumenter/", "signaler/"]
    shown = [f"{page}{end}" for end in pages] + [LIST, f"{LIST}?q=alert", "/recherche/?q=onerror"]
    for path in [*shown, page.replace("/concertations", "/en/consultations"), "/", feed]:
        answer = stranger.get(path)
        assert answer.status_code == 200, path
        assert not re.search(r"<script>|<img src=x|<b>Paul", answer.text), path
    assert html.escape(HOSTILE) in stranger.get(page).text
    assert HOSTILE in words_of(stranger.get(feed).content)
    exported = stranger.get("/concertations/plan-2015/export.json")
    assert exported.headers["content-type"] == "application/json"
    assert HOSTILE in [one["title"] for one in json.loads(exported.text)["contributions"]]


def test_no_cell_of_an_export_is_a_formula(city, said):
    stranger = Visitor(city)
    page = stranger.get("/concertations/plan-2015/donnees/").text
    tables = set(re.findall(r"plan-2015/(\w+\.csv)", page))
    assert len(tables) == 5
    for table in tables:
        answer = stranger.get(f"/concertations/plan-2015/{table}")
        assert answer.headers["content-disposition"].startswith("attachment")
        cells = [cell for row in csv.reader(io.StringIO(answer.text)) for cell in row]
        assert not [cell for cell in cells if cell[:1] in tuple("=+-@\t\r") and len(cell) > 3]
        assert ("'=1+1 <b>Paul</b>" in cells) == (table == "contributions.csv")


def test_a_mail_shows_markup_as_text_and_its_headers_hold_one_line(city, said, dede):
    author, page = said
    body = f"Réaction {uuid.uuid4()} {HOSTILE}"
    assert newcomer(city).send(f"{page}argumenter/", {"stance": "for", "body": body}).is_redirect
    mail = mail_to(city, address_of(author), 2)
    assert "<script>" not in mail["html"]
    assert "<img src=x" not in mail["html"]
    assert "\n" not in mail["subject"]
    assert not [value for value in mail["headers"].values() if "\n" in value or "\r" in value]


@pytest.mark.parametrize(
    "query",
    [
        "q=%FF", "q=a%00b", "q=%5C", "q=a%26%7C!(:*", f"q={'x' * 5_000}", "q=%E2%80%AE",
        "part=x&kind=x&answer=x&sort=x&whose=x", f"district={9 ** 40}", "page=-1", "title=%00",
        "adresse=%00", "fil=%00&avant=%00", "de=%00&a=9", "lon=nan&lat=1e400",
    ],
)  # fmt: skip
def test_a_query_that_makes_no_sense_never_breaks_a_page(dede, query):
    paths = [LIST, "/", "/recherche/", "/pres-de-chez-vous/", "/adresses/", "/mon-compte/"]
    paths += ["/adresses/suggestions/", "/adresses/search/", "/adresses/reverse/"]
    paths += ["/plan/comparer/", "/concertations/plan-2015/ressemblances/", WRITE["fr"]]
    for path in paths:
        joint = "&" if "?" in path else "?"
        assert dede.get(f"{path}{joint}{query}").status_code in {200, 400, 404}, path


@pytest.mark.parametrize("cursor", ["zzz", "%00", "%FF", "MTIz", "A" * 6_000])
def test_a_forged_cursor_is_a_clear_refusal(city, cursor):
    answer = Visitor(city).get(f"{LIST}?cursor={cursor}")
    assert answer.status_code == 400
    assert "Revenez au début de la liste" in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "/%00", "/%FF", "/en/%00", "/" + "a" * 9_000, "/%2Fevil.example",
        "/static/..%2f..%2fsecret-key", "/static/%2e%2e/%2e%2e/secret-key", "/static/%00",
        "/static//etc/passwd", "/concertations/%FF/", "/concertations/nulle-part/",
        "/concertations/nulle-part/export.json", "/concertations/plan-2015/secret.csv",
        "/concertations/plan-2015/..%2f..%2fetc%2fpasswd.csv", "/plan/9.9/", "/plan/versions/0/",
        f"/plan/versions/{9 ** 40}/", f"/adresses/arrondissements/{9 ** 40}/",
        f"/concertations/contributions/{NOBODY}/", "/concertations/contributions/1/",
        f"/concertations/contributions/{NOBODY}/modifier/",
        f"/concertations/arguments/{NOBODY}/repondre/", "/messages/desabonnement/abc/",
        "/messages/desabonnement/%00/",
    ],
)  # fmt: skip
def test_an_address_that_leads_nowhere_is_not_found(dede, path):
    answer = dede.get(path)
    assert answer.status_code == 404
    assert "<h1" in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def public_addresses():
    """Return an address of every page open to all, in both languages."""
    listed = Path(settings.BASE_DIR, "tests/architecture/public_pages.txt").read_text()
    arguments = [[], ["plan-2015"], ["plan-2015", "contributions"], [NOBODY], ["1"], [4], ["abc"]]
    arguments += [["0" * 32, "abc-def"], ["plan-2015", 1], ["plan-2015", "realtime", "abc"]]
    arguments += [["json"], ["1", "json"], ["00-0000-0"], [NOBODY, NOBODY]]
    for language in ("fr", "en"):
        with translation.override(language):
            for name in listed.split():
                yield next(filter(None, (_address(name, given) for given in arguments)))


def _address(name, given):
    try:
        return reverse(name, args=given)
    except NoReverseMatch:
        return ""


def test_every_public_page_answers_head_alike_and_carries_its_guards(city):
    stranger = Visitor(city)
    for path in public_addresses():
        page, head = stranger.get(path), stranger.http.head(path)
        if path.startswith("/api/push/") or path.endswith("/retour/"):
            # Programs push there, identities come back there: looking at the head of an answer
            # must change nothing.
            assert head.status_code == 405, path
            continue
        assert head.status_code == page.status_code, path
        assert head.status_code in {200, 301, 302, 400, 401, 404, 405, 410}, path
        assert head.content == b"", path
        guards = page.headers
        assert "default-src 'none'" in guards["content-security-policy"], path
        assert "frame-ancestors 'none'" in guards["content-security-policy"], path
        assert guards["x-frame-options"] == "DENY", path
        assert guards["x-content-type-options"] == "nosniff", path
        # Whose address is a secret tells nobody where one comes from.
        assert guards["referrer-policy"] == "same-origin", path


@pytest.mark.parametrize("accept", ["application/json", "image/png", "*/*;q=0", "zzz", b"\xff"])
@pytest.mark.parametrize(("path", "status"), [("/", 200), (LIST, 200), ("/nulle-part/", 404)])
def test_a_strange_accept_changes_no_status(city, path, status, accept):
    assert Visitor(city).get(path, headers={"Accept": accept}).status_code == status


@pytest.mark.parametrize("host", ["evil.example", "localhost@evil.example", "a b", "", "[::1"])
def test_another_host_is_refused(city, host):
    answer = httpx.get(f"{city.address}/", headers={"Host": host, "Accept": "text/html"})
    assert answer.status_code == 400
    assert "evil" not in answer.text


POST_ONLY = [
    *(f"contributions/{NOBODY}/{verb}/" for verb in ("soutenir", "voter", "suivre", "retirer")),
    *(f"arguments/{NOBODY}/{verb}/" for verb in ("soutenir", "retirer")),
    f"brouillons/{NOBODY}/jeter/",
]


@pytest.mark.parametrize("verb", POST_ONLY)
def test_what_changes_something_is_never_done_by_a_link(city, dede, verb):
    before = stored(city)
    answer = dede.get(f"/concertations/{verb}")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "POST"
    assert stored(city) == before
