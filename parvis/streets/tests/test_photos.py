"""A photo from the telephone to the public, and to nowhere: what is stored, served, and let go."""

from __future__ import annotations

import datetime as dt
import io
import os
import struct
import uuid
import zlib

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from PIL import Image

from parvis.account.testing import a_person, alice, bachir, signed_in
from parvis.kernel import facts, uploads
from parvis.kernel.declarations import keeps
from parvis.kernel.errors import Refused
from parvis.kernel.testing_photos import HERE, KINDS, SECRET, TRACES, a_photo, png_chunk
from parvis.streets.actions import photos, reviewing, sweeping
from parvis.streets.models import Case, ClosingReason, Photo, State, Transition
from parvis.streets.queries import photos as queries
from parvis.streets.testing import NOON
from parvis.streets.tests.photo_world import (
    a_case,
    a_report,
    cleaned,
    seen,
    shown,
    stored,
    taken_in,
    upload,
)
from parvis.territory.testing import the_city

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _at_once(monkeypatch):
    """Let what follows a commit follow at once: these tests commit nothing."""
    monkeypatch.setattr(transaction, "on_commit", lambda act, **_how: act())


def traces_in(*contents):
    return [one for one in (*TRACES, SECRET) for content in contents if one in content]


def url(name, *args):
    return reverse(f"streets:{name}", args=args)


@pytest.mark.parametrize("kind", KINDS)
def test_no_byte_that_is_stored_or_served_tells_where_and_when(kind, client):
    photo = taken_in(content=a_photo(kind, size=(80, 60), orientation=6))
    files = stored()
    assert list(files) == [photo.received]
    assert traces_in(*files.values()) == []
    photos.clean(photo_id=photo.id, now=NOON)
    photo.refresh_from_db()
    assert (photo.state, photo.width, photo.height) == ("to_review", 60, 80)
    assert list(stored()) == [photo.cleaned]

    public = shown(content=a_photo(kind, size=(80, 60), orientation=6))
    files = stored()
    assert len(files) == 4
    agent = signed_in(Client(), bachir())
    served = [
        client.get(url("photo", public.id)),
        client.get(url("photo_small", public.id)),
        agent.get(url("photo_uncovered", public.id)),
        client.get(queries.lent_url(public.id, state="shown")),
    ]
    assert [one.status_code for one in served] == [200] * 4
    assert traces_in(*files.values(), *(one.content for one in served)) == []
    for one in served:
        picture = Image.open(io.BytesIO(one.content))
        assert (picture.format, picture.size, one["Content-Type"]) == (
            "JPEG",
            (60, 80),
            "image/jpeg",
        )
        # Upright: its left side, red, is up now.
        assert picture.getpixel((30, 10))[0] > 200 > 60 > picture.getpixel((30, 70))[0]


def test_a_job_cleans_what_came_and_twice_is_once():
    assert facts.wiring()["streets.photo_received"] == ["streets.clean_photo"]
    photo = cleaned()
    (told,) = facts.facts_about(f"streets.case:{photo.case_id}")
    assert told.fact.photo_id == photo.id
    before = stored()
    photos.clean(photo_id=photo.id, now=NOON + DAY)
    photos.clean(photo_id=uuid.uuid4(), now=NOON)
    assert stored() == before


def test_a_photo_sent_twice_is_one_photo():
    case, key = a_case(), uuid.uuid4()
    ways = {"report": None, "role": "close", "client_key": key, "now": NOON}
    first = photos.take_in(upload(), case=case, **ways)
    assert photos.take_in(upload(b"whatever"), case=case, **ways) == first
    with pytest.raises(Refused) as refusal:
        photos.take_in(upload(), case=a_case("DMR-2"), **ways)
    assert refusal.value.code == "photo_of_another_case"
    assert (Photo.objects.count(), len(stored())) == (1, 1)


def a_png(width, height, pixels):
    """Return a PNG that says how large it is; what its pixels are is another matter."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", pixels), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(png_chunk(*one) for one in chunks)


BAD = {
    "file_empty": lambda: b"",
    "file_type_unknown": lambda: b'<svg xmlns="http://www.w3.org/2000/svg"/>',
    "file_two_in_one": lambda: a_photo() + b"<script>alert(1)</script>",
    "picture_too_large": lambda: a_png(30_000, 30_000, zlib.compress(bytes(1000))),
    "picture_unreadable": lambda: a_photo()[:600],
    "file_too_large": lambda: a_photo() + bytes(20_000_000),
}


@pytest.mark.parametrize("code", BAD)
def test_what_is_no_photo_is_refused_and_stored_nowhere(code):
    case, content = a_case(), BAD[code]()
    ways = {"case": case, "report": None, "role": "overview", "client_key": None, "now": NOON}
    for refuse in (
        lambda: photos.take_in(upload(content), **ways),
        lambda: photos.hold(upload(content), now=NOON),
    ):
        with pytest.raises(Refused) as refusal:
            refuse()
        assert refusal.value.code == code
        assert refusal.value.message
    assert (stored(), Photo.objects.count()) == ({}, 0)
    assert facts.facts_about(f"streets.case:{case.id}") == []


def test_a_photo_that_cannot_be_decoded_says_so_and_leaves_nothing():
    photo = cleaned(content=a_png(60, 40, b"no stream of pixels"))
    assert (photo.state, photo.problem, photo.received) == ("unreadable", "picture_unreadable", "")
    assert (photo.originals_gone_at, stored()) == (NOON, {})


def says_infected(content: bytes) -> bool:
    return b"JFIF" not in content


def test_the_scanner_has_the_last_word_at_the_door(settings):
    settings.PARVIS_FILE_SCANNER = f"{__name__}.says_infected"
    with pytest.raises(Refused) as refusal:
        taken_in()
    assert (refusal.value.code, stored()) == ("file_infected", {})


def test_a_photo_waits_for_its_report_without_its_place():
    waiting = photos.hold(upload(orientation=8), now=NOON)
    assert waiting.place == pytest.approx(HERE, abs=1e-5)
    assert (len(stored()), traces_in(*stored().values())) == (1, [])
    ways = {"report": None, "role": "overview", "client_key": None, "now": NOON}
    photo_id = photos.take_in(photos.held(waiting.key), case=a_case(), **ways)
    photos.clean(photo_id=photo_id, now=NOON)
    photo = Photo.objects.get(pk=photo_id)
    assert (photo.width, photo.height) == (40, 60)
    # Taken back to the form after a refusal, it is still there.
    assert photos.held(waiting.key).read()


def test_a_key_that_is_forged_or_old_opens_no_photo(monkeypatch):
    waiting = photos.hold(upload(), now=NOON)
    forged = waiting.key.replace(waiting.key[5], "x" if waiting.key[5] != "x" else "y", 1)
    for key in (forged, "", queries.lent_url(uuid.uuid4(), state="shown").split("/")[-1]):
        with pytest.raises(Refused) as refusal:
            photos.held(key)
        assert refusal.value.code == "photo_gone"
    monkeypatch.setattr(photos, "_HELD_FOR", dt.timedelta(seconds=-1))
    with pytest.raises(Refused) as refusal:
        photos.held(waiting.key)
    assert refusal.value.code == "photo_gone"


def test_files_that_no_photo_names_go_after_a_day(settings):
    kept = [shown(), cleaned(), taken_in()]
    named = {name for one in kept for name in (one.received, one.cleaned, one.shown) if name}
    photos.hold(upload(), now=NOON)
    lost = [name for name in stored() if name not in named and not name.endswith("-small.jpg")]
    old = (NOON - 3 * DAY).timestamp()
    for name in stored():
        os.utime(settings.MEDIA_ROOT / name, (old, old))
    assert len(lost) == 1
    assert sweeping.sweep_photos(now=NOON - 2 * DAY) == 0
    assert sweeping.sweep_photos(now=NOON) == 1
    assert {name for name in stored() if not name.endswith("-small.jpg")} == named
    assert sum(name.endswith("-small.jpg") for name in stored()) == 1


def a_closed_case(code):
    case = a_case(code)
    State.objects.get_or_create(code="done", defaults={"is_open": False, "clock": "stopped"})
    reason, _new = ClosingReason.objects.get_or_create(code="work_done", state_id="done")
    Transition.objects.get_or_create(before_id="new", after_id="done", defaults={"who": ["agent"]})
    Case.objects.filter(pk=case.pk).update(state_id="done", reason=reason, closed_at=NOON)
    return Case.objects.get(pk=case.pk)


def test_originals_go_thirty_days_after_they_were_looked_at(settings, client):
    public, waits = shown(), cleaned()
    back, before = cleaned(), stored()
    reviewing.withhold(seen(back), because="people")
    closed = cleaned(a_closed_case("DMR-2"))
    rules = {rule.key: rule for keep in keeps for rule in keep.rules}
    assert (rules["streets.photos"].days, rules["streets.photos"].forget) == (
        30,
        photos.let_originals_go,
    )
    later = NOON + 30 * DAY
    assert photos.let_originals_go(before=NOON, now=later) == 0
    assert set(before) <= set(stored())
    after = dt.timedelta(seconds=1)
    assert photos.let_originals_go(before=NOON + after, now=later) == 3
    assert photos.let_originals_go(before=NOON + after, now=later) == 0
    rows = {one.id: one for one in Photo.objects.all()}
    assert (rows[public.id].state, rows[public.id].cleaned) == ("shown", "")
    assert (rows[back.id].state, rows[closed.id].state) == ("gone", "gone")
    assert (rows[waits.id].state, rows[waits.id].cleaned) == ("to_review", waits.cleaned)
    assert len(stored()) == 3
    assert client.get(url("photo", public.id)).status_code == 200
    agent = signed_in(Client(), bachir())
    assert agent.get(url("photo_uncovered", public.id)).status_code == 404


def test_what_a_forgotten_report_showed_stays_without_it():
    case, mine = a_case(), alice()
    report = a_report(case, mine)
    public, waits = shown(case, report=report), cleaned(case, report=report)
    other = cleaned(case)
    assert photos.forget_photos(reports=[report.id], now=NOON) == 2
    assert photos.forget_photos(reports=[report.id], now=NOON) == 0
    rows = {one.id: one for one in Photo.objects.all()}
    assert [rows[one.id].report_id for one in (public, waits)] == [None, None]
    assert [rows[one.id].state for one in (public, waits, other)] == ["shown", "gone", "to_review"]
    assert set(stored()) >= {public.shown, other.cleaned}
    assert not {public.cleaned, waits.cleaned} & set(stored())


def test_the_public_sees_what_is_public_and_nothing_tells_that_there_is_more(client):
    case = a_case()
    public, waits = shown(case), cleaned(case)
    hidden = shown(a_case("DMR-2", is_shown=False))
    answers = [
        client.get(url("photo", one), headers={"accept": "application/json"})
        for one in (waits.id, hidden.id, uuid.uuid4())
    ]
    assert {(one.status_code, one.content) for one in answers} == {(404, answers[0].content)}
    seen_once = client.get(url("photo", public.id))
    assert seen_once["Cache-Control"] == "public, max-age=600"
    again = client.get(url("photo", public.id), headers={"if-none-match": seen_once["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert [one.id for one in queries.public_photos(case.id)] == [public.id]
    assert queries.public_photos_of([case.id, uuid.uuid4()]).keys() == {case.id}


def test_an_uncovered_photo_is_for_agents_alone(client):
    photo = cleaned()
    address = url("photo_uncovered", photo.id)
    assert client.get(address)["Location"].startswith(reverse("account_login"))
    json = {"accept": "application/json"}
    for person in (alice(), a_person("Ada", "administrator"), a_person("Oscar", "official")):
        answer = signed_in(Client(), person).get(address, headers=json)
        assert (answer.status_code, answer.json()["code"]) == (403, "role_needed")
    for person in (bachir(), a_person("Mona", "moderator")):
        answer = signed_in(Client(), person).get(address)
        assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-store")


def test_a_lent_photo_is_lent_for_the_state_it_is_in(client, monkeypatch):
    case = a_case()
    photo = cleaned(case, report=a_report(case))
    (lent,) = queries.photos_for_link(case.id, uncovered=True)
    assert queries.photos_of_report(photo.report_id)[0].state == "to_review"
    answer = client.get(lent.url)
    assert (answer.status_code, answer["X-Robots-Tag"]) == (
        200,
        "noindex, nofollow, noimageindex",
    )
    assert client.get(lent.url.replace("WyI", "WyJ")).status_code == 404
    assert client.get(lent.url[:-6] + "x.jpg").status_code == 404
    (closed,) = queries.photos_for_link(case.id, uncovered=False)
    assert closed.url == ""
    reviewing.withhold(seen(photo), because="home")
    assert client.get(lent.url).status_code == 404
    (lent,) = queries.photos_for_link(case.id, uncovered=True)
    assert client.get(lent.url).status_code == 200
    monkeypatch.setattr(queries, "LENT_FOR", dt.timedelta(seconds=-1))
    assert client.get(lent.url).status_code == 404


def test_the_form_is_told_where_a_photo_was_taken_and_nothing_is_kept(client, monkeypatch):
    the_city()
    ask = {"accept": "application/json"}

    def asked(**photo):
        return client.post(url("place_of_photo"), photo, headers=ask)

    found = asked(photo=upload(size=(400, 300))).json()["place"]
    assert (found["lon"], found["lat"]) == pytest.approx(HERE, abs=1e-5)
    assert found["in_the_city"] is True
    away = asked(photo=upload(place=(-70.5, -33.4))).json()["place"]
    assert away["in_the_city"] is False
    assert asked(photo=upload(place=None)).json() == {"place": None}
    assert asked(photo=upload(b"not a photo")).json() == {"place": None}
    assert (asked().status_code, asked().json()["code"]) == (422, "photo_missing")
    monkeypatch.setattr(uploads, "MAX_BYTES", 500)
    answer = asked(photo=upload(size=(400, 300)))
    assert (answer.status_code, answer.json()["code"]) == (413, "file_too_large")
    assert stored() == {}
