"""Agents look at photos: what they cover is gone, what they decide is written and can be undone."""

from __future__ import annotations

import io
import uuid

import numpy as np
import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from PIL import Image, ImageChops, ImageStat

from parvis.account.testing import a_person, alice, bachir, signed_in
from parvis.kernel import facts, reading, register
from parvis.kernel.errors import Forbidden, NotFound, Refused
from parvis.kernel.testing_photos import a_photo
from parvis.streets.actions import photos, reviewing
from parvis.streets.actions.blurring import cover, pixelate
from parvis.streets.models import Photo
from parvis.streets.rules import photos as rules
from parvis.streets.tests.photo_world import (
    a_case,
    a_report,
    cleaned,
    seen,
    shown,
    stored,
    taken_in,
)

pytestmark = pytest.mark.django_db
FACE = (250, 250, 250, 500)


@pytest.fixture(autouse=True)
def _at_once(monkeypatch):
    """Let what follows a commit follow at once: these tests commit nothing."""
    monkeypatch.setattr(transaction, "on_commit", lambda act, **_how: act())


def noise(size=(400, 400)):
    """Return a photo with something different everywhere."""
    dots = np.random.default_rng(7).bytes(size[0] * size[1] * 3)
    picture = Image.frombytes("RGB", size, dots)
    return a_photo(picture=picture)


def colours(picture, box):
    return picture.crop(box).getcolors(maxcolors=1_000_000)


def spread(picture, box):
    return ImageStat.Stat(picture.crop(box)).stddev


def test_under_a_box_sixteen_colours_are_left():
    plain = Image.open(io.BytesIO(noise())).convert("RGB")
    photo = plain.copy()
    from_cover = Image.open(io.BytesIO(cover(noise(), [FACE]).content))
    pixelate(photo, (100, 100, 200, 300))
    hidden = colours(photo, (100, 100, 200, 300))
    assert len(hidden) <= rules.CELLS**2
    assert all(count % (25 * 50) == 0 for count, _colour in hidden)
    assert {shade % (256 // rules.SHADES) for _n, colour in hidden for shade in colour} == {0}
    # All that is outside is as it was.
    difference = ImageChops.difference(plain, photo)
    assert difference.getbbox() == (100, 100, 200, 300)
    assert from_cover.size == (400, 400)
    assert max(spread(from_cover, (104, 104, 120, 144))) < 6
    assert min(spread(from_cover, (8, 8, 24, 48))) > 30


def test_a_large_box_leaves_no_more_than_a_small_one():
    content = noise((800, 800))
    covered = Image.open(io.BytesIO(cover(content, [(0, 0, 1000, 1000)]).content))
    means = covered.convert("L").resize((4, 4), Image.Resampling.BOX)
    again = means.resize(covered.size, Image.Resampling.NEAREST)
    # The whole photo is what sixteen squares tell.
    assert max(ImageChops.difference(covered.convert("L"), again).tobytes()) < 12


def test_the_public_photo_and_the_small_one_are_covered_and_light():
    photo = shown(content=noise((2000, 1500)), boxes=[(0, 0, 1000, 1000)])
    files = stored()
    large, small = (
        Image.open(io.BytesIO(files[name])) for name in (photo.shown, rules.small_name(photo.shown))
    )
    assert (large.size, small.size) == ((1280, 960), (320, 240))
    for picture in (large, small):
        assert len(colours(picture, (2, 2, 70, 50))) < 20
    assert len(files[rules.small_name(photo.shown)]) < 20_000


def deeds(photo):
    return [line.action for line in register.about(f"streets.case:{photo.case_id}")]


def news(photo):
    told = facts.facts_about(f"streets.case:{photo.case_id}")
    return [one.fact.is_shown for one in told if one.fact.NAME == "streets.photo_shown"]


def test_a_photo_is_shown_covered_anew_looked_at_again_and_kept_back():
    photo = cleaned()
    reviewing.show(seen(photo, state="to_review"), boxes=[FACE])
    photo.refresh_from_db()
    first = photo.shown
    assert (photo.state, photo.boxes) == ("shown", [list(FACE)])
    assert photo.reviewed_by_id == bachir().id
    reviewing.show(seen(photo, state="shown"), boxes=[FACE, (0, 0, 100, 100)])
    photo.refresh_from_db()
    assert photo.shown != first
    assert not {first, rules.small_name(first)} & set(stored())
    reviewing.look_again(seen(photo))
    reviewing.look_again(seen(photo))
    photo.refresh_from_db()
    assert (photo.state, photo.shown, photo.reviewed_at) == ("to_review", "", None)
    assert len(photo.boxes) == 2
    assert list(stored()) == [photo.cleaned]
    reviewing.withhold(seen(photo), because="documents")
    photo.refresh_from_db()
    assert (photo.state, photo.problem) == ("withheld", "documents")
    assert news(photo) == [True, True, False]
    assert deeds(photo) == [
        "streets.photo_withheld",
        "streets.photo_looked_at_again",
        "streets.photo_shown",
        "streets.photo_shown",
    ]
    line = register.about(f"streets.case:{photo.case_id}")[0]
    assert line.details == {"photo": str(photo.id), "because": "documents", "was_shown": False}


def refused(act):
    with pytest.raises(Refused) as refusal:
        act()
    assert refusal.value.message
    return refusal.value.code


def test_a_refusal_changes_nothing():
    photo, came = cleaned(), taken_in()
    before = (list(Photo.objects.order_by("pk").values()), stored())
    assert refused(lambda: reviewing.show(seen(photo), boxes=[FACE] * 41)) == "too_many_boxes"
    assert refused(lambda: reviewing.show(seen(photo), boxes=[(0, 0, 2000, 10)])) == "box_outside"
    assert refused(lambda: reviewing.withhold(seen(photo), because="so")) == "reason_missing"
    late = seen(photo, state="shown")
    assert refused(lambda: reviewing.show(late, boxes=[])) == "photo_changed"
    for person in (alice(), a_person("Ada", "administrator")):
        with pytest.raises(Forbidden):
            reviewing.show(seen(photo, person), boxes=[])
    for nothing in (came, Photo(id=uuid.uuid4())):
        with pytest.raises(NotFound):
            reviewing.show(seen(nothing), boxes=[])
    assert (list(Photo.objects.order_by("pk").values()), stored()) == before
    assert (deeds(photo), news(photo)) == ([], [])


def test_without_its_original_a_photo_can_only_be_kept_back():
    photo = shown()
    photos.let_originals_go(before=photo.reviewed_at.replace(year=2027), now=photo.reviewed_at)
    assert refused(lambda: reviewing.show(seen(photo), boxes=[])) == "originals_gone"
    assert refused(lambda: reviewing.look_again(seen(photo))) == "originals_gone"
    reviewing.withhold(seen(photo), because="people")
    photo.refresh_from_db()
    assert (photo.state, photo.shown, stored()) == ("gone", "", {})


def test_the_database_shows_no_photo_that_nobody_looked_at():
    photo = cleaned()
    with pytest.raises(IntegrityError, match="a_public_photo_was_looked_at"), transaction.atomic():
        Photo.objects.filter(pk=photo.pk).update(state="shown", shown="x.jpg")
    with pytest.raises(IntegrityError, match="only_a_public_photo"), transaction.atomic():
        Photo.objects.filter(pk=photo.pk).update(shown="x.jpg")


def finds_a_face(content: bytes) -> list[tuple[float, float, float, float]]:
    assert content.startswith(b"\xff\xd8")
    return [(100.2, 100.4, 50, 60), (-10, 980, 40, 40)]


def finds_nothing_but_trouble(content: bytes) -> list[tuple[float, float, float, float]]:
    raise RuntimeError(str(len(content)))


def test_a_detector_proposes_and_an_agent_decides(settings):
    settings.PARVIS_PHOTO_DETECTOR = f"{__name__}.finds_a_face"
    photo = cleaned()
    assert (photo.state, photo.boxes) == ("to_review", [])
    assert photo.proposed == [[100, 100, 50, 60], [0, 980, 30, 20]]
    page = signed_in(Client(), bachir()).get(address(photo))
    assert page.context["boxes"] == [(100, 100, 50, 60), (0, 980, 30, 20)]
    assert page.context["photo"].is_proposed
    settings.PARVIS_PHOTO_DETECTOR = f"{__name__}.finds_nothing_but_trouble"
    assert (cleaned().state, cleaned().proposed) == ("to_review", [])


def address(photo):
    return reverse("streets:photo_review", args=[photo.id])


def test_an_agent_goes_from_one_photo_to_the_next_without_a_script():
    case, reporter = a_case(), alice()
    first = cleaned(case, report=a_report(case, reporter))
    second = cleaned(case, role="after")
    agent = signed_in(Client(), bachir())
    queue = reverse("streets:photo_queue")
    assert agent.get(queue).context["waiting"] == 2
    page = agent.get(address(first))
    assert page.context["rows"] == [("", "", "", "")] * 3
    numbers = {"x": ["0", "", "250"], "y": ["0", "", "250"], "w": ["100", "", "250"]}
    said = {"verb": "show", "state": "to_review", **numbers, "h": ["100", " ", "500"]}
    done = agent.post(address(first), said)
    assert done["Location"] == f"{address(second)}?judged={first.id}"
    first.refresh_from_db()
    assert first.boxes == [[0, 0, 100, 100], list(FACE)]
    page = agent.get(done["Location"])
    assert page.context["judged"].code == case.code
    undone = agent.post(address(first), {"verb": "again", "state": "shown"})
    assert undone["Location"] == address(first)
    first.refresh_from_db()
    assert first.state == "to_review"
    # Who looked at Alice's photo is in the log that she reads, once.
    (line,) = reading.concerning(f"person:{reporter.id}")
    assert (line.what, line.reader_ref) == ("streets.report", f"person:{bachir().id}")
    drawn = agent.post(address(second), {"verb": "show", "drawn": "[[1,2,30,40]]"})
    assert drawn.status_code == 302
    second.refresh_from_db()
    assert second.boxes == [[1, 2, 30, 40]]
    last = agent.post(address(first), {"verb": "withhold", "because": "home", "drawn": "[]"})
    assert last["Location"] == f"{queue}?judged={first.id}"
    assert agent.get(last["Location"]).context["waiting"] == 0


@pytest.mark.parametrize(
    ("said", "status", "code"),
    [
        ({"verb": "show", "drawn": "[[1,2,30]]"}, 422, None),
        ({"verb": "show", "drawn": '{"a": 1}'}, 422, None),
        ({"verb": "show", "drawn": "[" * 20_000}, 422, None),
        ({"verb": "show", "x": "a", "y": "0", "w": "10", "h": "10"}, 422, None),
        ({"verb": "show", "x": "-1", "y": "0", "w": "10", "h": "10"}, 422, None),
        ({"verb": "withhold"}, 422, "because"),
        ({"verb": "publish"}, 422, "verb"),
        ({"verb": "show", "state": "shown"}, 409, None),
    ],
)
def test_what_cannot_be_decided_is_said_on_the_page_and_nothing_changes(said, status, code):
    photo = cleaned()
    before = Photo.objects.values().get()
    answer = signed_in(Client(), bachir()).post(address(photo), said)
    assert answer.status_code == status
    assert list(answer.context["form"].errors) == [code or "__all__"]
    assert Photo.objects.values().get() == before


def test_the_queue_is_for_agents_and_moderators_of_the_street(client):
    photo = cleaned()
    assert client.get(address(photo)).status_code == 302
    assert signed_in(Client(), alice()).get(address(photo)).status_code == 403
    assert signed_in(Client(), a_person("Mona", "moderator")).get(address(photo)).status_code == 200
