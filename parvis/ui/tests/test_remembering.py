"""A drawing is remembered by what it draws, and by nothing that could be stale or secret."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.utils import translation
from django.utils.safestring import SafeString

from parvis.ui import remembering

NOON = dt.datetime(2015, 6, 25, 10, tzinfo=dt.UTC)
ROW = Template("{% remember row %}<b>{{ row.title }}</b> {{ counted }}{% endremember %}")


@dataclasses.dataclass(frozen=True)
class Row:
    title: str


class Counted:
    """Counts how often it is drawn."""

    times = 0

    def __str__(self):
        self.times += 1
        return str(self.times)


@pytest.fixture(autouse=True)
def _forget():
    remembering.memory.clear()


def drawn(row, counted, *, now=NOON, template=ROW):
    return template.render(Context({"row": row, "counted": counted, "now": now}))


def test_the_same_values_are_drawn_once():
    counted = Counted()
    assert drawn(Row("A & B"), counted) == "<b>A &amp; B</b> 1"
    assert drawn(Row("A & B"), counted) == "<b>A &amp; B</b> 1"
    assert counted.times == 1


@pytest.mark.parametrize(
    "changed",
    [
        lambda counted: drawn(Row("C"), counted),
        lambda counted: drawn(Row("A"), counted, now=NOON + dt.timedelta(days=1)),
        lambda counted: drawn(Row("A"), counted, template=Template(ROW.source)),
    ],
    ids=["another value", "another day", "another place"],
)
def test_what_changes_is_drawn_again(changed):
    counted = Counted()
    drawn(Row("A"), counted)
    changed(counted)
    assert counted.times == 2


def test_each_language_has_its_own_drawing():
    counted = Counted()
    for language in ("fr", "en", "fr"):
        with translation.override(language):
            drawn(Row("A"), counted)
    assert counted.times == 2


def test_a_value_that_cannot_be_a_key_is_drawn_each_time():
    counted = Counted()
    assert [drawn(["A"], counted) for _ in range(2)] == ["<b></b> 1", "<b></b> 2"]


def test_one_and_true_are_not_the_same_drawing():
    template = Template("{% remember row %}{{ row }}{% endremember %}")
    assert [drawn(v, None, template=template) for v in (1, True)] == ["1", "True"]


def test_the_memory_forgets_what_nobody_asks_for():
    memory = remembering.Memory(2)
    for key in "ab":
        memory.put(key, key)
    memory.get("a")
    memory.put("c", "c")
    assert [memory.get(key) for key in "abc"] == ["a", None, "c"]


def test_the_memory_holds_so_many_characters_whatever_a_visitor_has_drawn():
    memory = remembering.Memory(100, room=10)
    memory.put("a", SafeString("12345"))
    memory.put("a", SafeString("123456"))
    memory.put("b", SafeString("1234"))
    assert memory.get("a") == "123456"
    memory.put("c", SafeString("1"))
    assert [memory.get(key) for key in "abc"] == ["123456", None, "1"]


def test_it_needs_at_least_one_value():
    with pytest.raises(TemplateSyntaxError, match="needs the values"):
        Template("{% remember %}{% endremember %}")


def test_no_block_stands_inside():
    with pytest.raises(TemplateSyntaxError, match="remembered for others"):
        Template("{% remember row %}<b>{% block title %}{% endblock %}</b>{% endremember %}")


def test_what_a_visitor_wrote_into_the_address_is_drawn_and_not_kept():
    template = Template(
        "{% remember row unless next %}{{ row }}{{ next }} {{ counted }}{% endremember %}"
    )
    known = {"row": "a", "counted": Counted()}
    assert template.render(Context(known)) == "a 1"
    assert template.render(Context(known | {"next": "/once/"})) == "a/once/ 2"
    assert template.render(Context(known | {"next": "/once/"})) == "a/once/ 3"
    assert template.render(Context(known)) == "a 1"
