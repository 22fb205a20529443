"""Names that nobody guesses, and boxes that leave no edge."""

from __future__ import annotations

import datetime as dt
import uuid

from hypothesis import HealthCheck, given, settings, strategies as st

from parvis.streets.forms.photos import REASONS
from parvis.streets.rules import photos as rules

DAY = dt.date(2026, 6, 3)
SIDES = st.integers(0, rules.WHOLE)


def test_the_name_of_a_file_says_whose_it_is_and_which_way_is_up_and_cannot_be_guessed():
    photo = uuid.uuid4()
    one, other = rules.file_key(photo), rules.file_key(photo)
    assert one != other
    name = rules.received_name(key=one, day=DAY, orientation=6)
    assert name == f"streets/photos/received/2026-06-03/{one}-6.jpg"
    assert (rules.orientation_of(name), rules.photo_of(name)) == (6, photo)
    public = rules.shown_name(key=one, day=DAY)
    assert rules.photo_of(rules.small_name(public)) == rules.photo_of(public) == photo
    assert rules.small_name(public) == f"streets/photos/shown/2026-06-03/{one}-small.jpg"
    assert rules.orientation_of("streets/photos/received/x/y-9.jpg") == 1
    assert rules.photo_of("streets/photos/shown/2026-06-03/readme.txt") is None


def test_what_is_no_box_is_refused():
    good = (0, 0, 1000, 1000)
    assert rules.why_not_boxes([]) == ""
    assert rules.why_not_boxes([good] * rules.MOST_BOXES) == ""
    assert rules.why_not_boxes([good] * (rules.MOST_BOXES + 1)) == "too_many_boxes"
    for bad in (
        (-1, 0, 10, 10),
        (995, 0, 10, 10),
        (0, 0, 10, 1001),
        (0, 0, 4, 10),
        (0, 0, 10),
        (),
        (0, 0, 10.5, 10),
        (True, 0, 10, 10),
        ("0", 0, 10, 10),
    ):
        assert rules.why_not_boxes([good, bad]) == "box_outside", bad


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(x=SIDES, y=SIDES, w=SIDES, h=SIDES, width=st.integers(1, 3000), height=st.integers(1, 3000))
def test_a_box_covers_every_pixel_it_touches(x, y, w, h, width, height):
    if rules.why_not_boxes([(x, y, w, h)]):
        return
    left, top, right, bottom = rules.in_pixels((x, y, w, h), width=width, height=height)
    assert 0 <= left < right <= width
    assert 0 <= top < bottom <= height
    assert left * rules.WHOLE <= x * width
    assert right * rules.WHOLE >= min((x + w) * width, width * rules.WHOLE)
    assert bottom * rules.WHOLE >= min((y + h) * height, height * rules.WHOLE)


def test_a_detector_is_taken_with_what_is_sound_of_it():
    found = rules.sound([(-5.4, 10.2, 30, 30), (990, 990, 40, 40), (1, 1, 2, 2)])
    assert found == [(0, 10, 25, 30), (990, 990, 10, 10)]
    assert rules.why_not_boxes(found) == ""


def test_every_reason_to_keep_a_photo_back_has_its_words():
    assert tuple(REASONS) == rules.WITHHELD_BECAUSE
