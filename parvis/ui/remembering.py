"""A drawing is remembered by what it draws: the same values, language and day give the same markup.

Half of the time of a page goes into drawing what was drawn a moment ago: a row of a list, a clause
of the plan. Nothing here can be stale: a value that changes is another key. What depends on a
secret of the session, such as a form's token, must stay outside.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable, Sequence
from typing import Any

from django.template import Context, Node, NodeList, TemplateSyntaxError
from django.template.base import FilterExpression, Parser, Token
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from parvis.kernel import clock

# At two kilobytes each, a full memory is about sixteen megabytes per web process.
CAPACITY = 8_000


class Memory:
    """The markup drawn last, by key; the one not asked for longest is forgotten first."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
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
            self._drawn[key] = drawn
            if len(self._drawn) > self._capacity:
                self._drawn.popitem(last=False)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._drawn.clear()


memory = Memory(CAPACITY)


class Remembered(Node):
    """What stands between `{% remember … %}` and `{% endremember %}`."""

    def __init__(self, values: Sequence[FilterExpression], nodelist: NodeList) -> None:
        self.values = values
        self.nodelist = nodelist

    def render(self, context: Context) -> SafeString:
        """Return the markup, drawn now or before."""
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
            clock.city_day(now) if now else None,
            context.autoescape,
            tuple((type(value), value) for value in values),
        )


def remember(parser: Parser, token: Token) -> Remembered:
    """Compile `{% remember row language %}…{% endremember %}`: name every value that is drawn
    inside.

    :raises TemplateSyntaxError: without a value
    """
    _name, *words = token.split_contents()
    if not words:
        message = "{% remember %} needs the values that are drawn inside"
        raise TemplateSyntaxError(message)
    values = [parser.compile_filter(word) for word in words]
    nodelist = parser.parse(("endremember",))
    parser.delete_first_token()
    return Remembered(values, nodelist)
