"""A drawing is remembered by what it draws: the same values, language and day give the same markup.

Half of the time of a page goes into drawing what was drawn a moment ago: a row of a list, a clause
of the plan. Nothing here can be stale: a value that changes is another key. What depends on a
secret of the session, such as a form's token, must stay outside.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections import OrderedDict
from collections.abc import Hashable, Sequence
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.template import Context, Node, NodeList, TemplateSyntaxError
from django.template.base import FilterExpression, Parser, Token
from django.template.loader_tags import BlockNode
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from parvis.kernel import clock

CAPACITY = 8_000
# Characters of markup, per web process: what a visitor may write into an address is drawn too.
ROOM = 16_000_000
_UNLESS = "unless"


class Memory:
    """The markup drawn last, by key, so many drawings and characters of them at most; the one not
    asked for longest is forgotten first."""

    def __init__(self, capacity: int, room: int = ROOM) -> None:
        self._capacity, self._room, self._taken = capacity, room, 0
        self._drawn: OrderedDict[Hashable, SafeString] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> SafeString | None:
        """Return what was drawn for this key, if it is still known.

        :raises TypeError: if the key cannot be hashed
        """
        with self._lock:
            drawn = self._drawn.get(key)
            if drawn is not None:
                self._drawn.move_to_end(key)
            return drawn

    def put(self, key: Hashable, drawn: SafeString) -> None:
        """Keep what was drawn."""
        with self._lock:
            self._taken += len(drawn) - len(self._drawn.get(key, ""))
            self._drawn[key] = drawn
            while len(self._drawn) > self._capacity or self._taken > self._room:
                self._taken -= len(self._drawn.popitem(last=False)[1])

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._drawn.clear()
            self._taken = 0


memory = Memory(CAPACITY)


class Remembered(Node):
    """What stands between `{% remember … %}` and `{% endremember %}`."""

    # No block stands inside: who looks for them, at each page that extends another, passes by.
    child_nodelists = ()

    def __init__(
        self,
        values: Sequence[FilterExpression],
        nodelist: NodeList,
        unless: FilterExpression | None = None,
    ) -> None:
        self.values = values
        self.nodelist = nodelist
        self.unless = unless

    def render(self, context: Context) -> SafeString:
        """Return the markup, drawn now or before."""
        if self.unless and self.unless.resolve(context):
            return self.nodelist.render(context)
        try:
            key = self._key(context)
            drawn = memory.get(key)
        except TypeError:  # a list or a form among the values: drawn each time
            return self.nodelist.render(context)
        if drawn is None:
            drawn = self.nodelist.render(context)
            memory.put(key, drawn)
        return drawn

    def _key(self, context: Context) -> Hashable:
        now = context.get("now")
        values: list[Any] = [value.resolve(context) for value in self.values]
        return (
            self,
            get_language(),
            day_of(now, settings.TIME_ZONE) if now else None,
            context.autoescape,
            tuple((type(value), value) for value in values),
        )


# A page asks for each of its drawings, with the same moment.
@lru_cache(maxsize=64)
def day_of(now: dt.datetime, _zone: str) -> dt.date:
    """Return the day of the city at a moment, by the zone of the settings."""
    return clock.city_day(now)


def remember(parser: Parser, token: Token) -> Remembered:
    """Compile `{% remember row language %}…{% endremember %}`: name every value that is drawn
    inside. With `unless next` at its end it is drawn each time there is a `next`: what a visitor
    writes into an address comes once, and would push out what others draw.

    :raises TemplateSyntaxError: without a value, or with a block inside
    """
    _name, *words = token.split_contents()
    unless = None
    if _UNLESS in words[:-1] and words.index(_UNLESS) == len(words) - 2:
        unless, words = parser.compile_filter(words[-1]), words[:-2]
    if not words:
        message = "{% remember %} needs the values that are drawn inside"
        raise TemplateSyntaxError(message)
    values = [parser.compile_filter(word) for word in words]
    nodelist = parser.parse(("endremember",))
    if nodelist.get_nodes_by_type(BlockNode):
        message = "what a page puts into a {% block %} would be remembered for others"
        raise TemplateSyntaxError(message)
    parser.delete_first_token()
    return Remembered(values, nodelist, unless)
