"""Lists of things and questions, as they are handed over."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from parvis.missions.rules import lists, questions
from parvis.missions.rules.questions import CHOICE, NUMBER, TEXT, Question
from parvis.missions.tests.world import GIRTH, IS_THERE, TREES


def test_a_csv_of_the_portal_is_read_line_by_line():
    read = lists.read(TREES)
    assert [one.ref for one in read.things] == ["t1", "t2", "t3", "lyon"]
    assert read.unread == (6,)
    first = read.things[0]
    assert (first.label, first.lon, first.lat) == ("Platane", 2.36925, 48.85331)
    assert first.known["essence"] == "Platanus"


def test_latitude_comes_first_in_one_column_as_the_portal_writes_it():
    (one,) = lists.read(b'id,nom,geo_point_2d\n7,Acacia,"48.85, 2.37"\n').things
    assert (one.lon, one.lat, one.label, one.known) == (2.37, 48.85, "Acacia", {"nom": "Acacia"})


def test_a_geojson_of_points_is_read():
    told = {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "id": 12,
                "geometry": {"type": "Point", "coordinates": [2.37, 48.85]},
                "properties": {"name": "WC", "open": None},
            },
            {"type": "Feature", "id": 13, "geometry": None, "properties": None},
        ],
    }
    read = lists.read(json.dumps(told).encode())
    assert [(one.ref, one.label, one.lon) for one in read.things] == [("12", "WC", 2.37)]
    assert read.unread == (2,)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\xff\xfe\x00", "list_not_text"),
        (b"{nope", "list_not_text"),
        (b"", "list_empty"),
        (b"id;lon;lat\n", "list_empty"),
        (b"nothing;lon;lat\na;2;48\n", "list_without_id"),
        (b"id;nom\na;b\n", "list_without_place"),
        (b"id;lon;lat\n" + b"a;2;48\n" * 20_001, "list_too_long"),
    ],
)
def test_what_is_no_list_is_refused(content, code):
    with pytest.raises(ValueError, match=code):
        lists.read(content)


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ((IS_THERE, GIRTH), ""),
        ((), "no_question"),
        ((IS_THERE, IS_THERE), "question_code"),
        ((replace(IS_THERE, code="Là ?"),), "question_code"),
        ((replace(IS_THERE, fr=""),), "question_words"),
        ((replace(IS_THERE, values=IS_THERE.values[:1]),), "question_values"),
        ((replace(IS_THERE, datatype="colour"),), "question_datatype"),
        ((replace(GIRTH, tolerance=-1),), "question_tolerance"),
        ((GIRTH,), "none_required"),
        (tuple(replace(IS_THERE, code=f"q{n}") for n in range(9)), "too_many_questions"),
    ],
)
def test_only_questions_that_can_be_answered_are_asked(asked, why):
    assert questions.why_not_asked(asked) == why
    assert questions.read(questions.written(asked)) == asked


@pytest.mark.parametrize(
    ("question", "said", "kept"),
    [
        (IS_THERE, " oui ", ("oui", "")),
        (IS_THERE, "peut-être", (None, "answer_unknown")),
        (IS_THERE, "", (None, "question_unanswered")),
        (GIRTH, "", (None, "")),
        (GIRTH, "60,5", (60.5, "")),
        (GIRTH, "60", (60, "")),
        (GIRTH, "nan", (None, "answer_unknown")),
        (GIRTH, "1e400", (None, "answer_unknown")),
        (GIRTH, "gros", (None, "answer_unknown")),
        (Question(code="n", fr="a", en="b", datatype=TEXT), "x" * 201, (None, "answer_too_long")),
    ],
)
def test_answers_are_kept_as_what_they_say(question, said, kept):
    assert questions.tidied(question, said) == kept
    assert {CHOICE, NUMBER, TEXT} == set(questions.DATATYPES)
