"""A reader's finger on the words of a clause."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from parvis.opendata.rules.odsql.lexing import (
    MAX_DEPTH,
    RESERVED,
    Clause,
    Kind,
    Token,
    number,
    tokens,
)
from parvis.opendata.rules.odsql.tree import Node, Place, descendants


class Cursor:
    """The words of a clause, read once from left to right, never deeper than `MAX_DEPTH`."""

    def __init__(self, text: str, name: str) -> None:
        self.clause = Clause(name, text)
        self._tokens = tokens(self.clause)
        self._index = 0
        self._depth = 0

    @property
    def next(self) -> Token:
        """Return the word under the finger."""
        return self._tokens[self._index]

    @property
    def after(self) -> Token:
        """Return the word that follows it."""
        return self.ahead(1)

    def ahead(self, steps: int) -> Token:
        """Return the word so many steps further, or the end."""
        return self._tokens[min(self._index + steps, len(self._tokens) - 1)]

    def take(self) -> Token:
        """Return the word under the finger and move on."""
        token = self.next
        self._index += token.kind is not Kind.END
        return token

    def accept(self, *symbols: str) -> bool:
        """Move past one of these signs; False if something else stands here."""
        if not self.next.is_symbol(*symbols):
            return False
        self.take()
        return True

    def accept_word(self, *words: str) -> bool:
        """Move past one of these words; False if something else stands here."""
        if not self.next.is_word(*words):
            return False
        self.take()
        return True

    def expect(self, *symbols: str) -> Token:
        """Move past one of these signs, or raise QueryError naming what stands here."""
        if not self.next.is_symbol(*symbols):
            raise self.clause.unexpected(self.next)
        return self.take()

    def expect_end(self) -> None:
        """Raise QueryError if anything is left."""
        if self.next.kind is not Kind.END:
            raise self.clause.unexpected(self.next)

    def at_call(self, *words: str) -> bool:
        """Tell whether one of these functions, or any, is called here."""
        token = self.next
        is_name = token.is_word(*words) if words else token.kind is Kind.NAME
        return is_name and self.after.is_symbol("(")

    def name(self) -> str:
        """Read the name of a field or a label; a reserved word needs back-quotes."""
        token = self.next
        if token.kind is Kind.NAME and token.value.lower() in RESERVED:
            raise self.clause.unexpected(token, _RESERVED_HINT.format(token.value))
        if token.kind not in {Kind.NAME, Kind.QUOTED_NAME}:
            raise self.clause.unexpected(token)
        return self.take().value

    def words(self) -> str:
        """Read a text between quotes."""
        if self.next.kind is not Kind.TEXT:
            raise self.clause.unexpected(self.next)
        return self.take().value

    def signed_number(self) -> int | float:
        """Read a number and its sign."""
        negative = self.next.is_symbol("-")
        self.accept("+", "-")
        if self.next.kind is not Kind.NUMBER:
            raise self.clause.unexpected(self.next)
        value = number(self.take().value)
        return -value if negative else value

    def whole_number(self) -> int:
        """Read a whole number and its sign."""
        token = self.next
        value = self.signed_number()
        if not isinstance(value, int):
            raise self.clause.unexpected(token, ": a whole number is expected")
        return value

    def since(self, start: Token) -> Place:
        """Return the place of what was read from this word on."""
        end = self._tokens[self._index - 1].end if self._index else start.end
        return {"position": start.start, "text": self.clause.text[start.start : end]}

    @contextmanager
    def deeper(self) -> Iterator[None]:
        """Read one level down; raises QueryError where the clause is nested too deep."""
        self._depth += 1
        self.check_chain(self._depth)
        yield
        self._depth -= 1

    def check_chain(self, many: int) -> None:
        """Raise QueryError where so many operators in a row are too many."""
        if many > MAX_DEPTH:
            raise self.clause.unexpected(self.next, _DEPTH_HINT)

    def check_depth(self, *nodes: Node) -> None:
        """Raise QueryError for a tree that grew deeper than it was nested: `1+1+1+1…`."""
        for node, depth in descendants(*nodes):
            if depth > MAX_DEPTH:
                token = Token(Kind.NAME, node.text, node.position, node.position + len(node.text))
                raise self.clause.unexpected(token, _DEPTH_HINT)


_DEPTH_HINT = f": the clause is nested more than {MAX_DEPTH} levels deep"
_RESERVED_HINT = ": {0} is a reserved word, put it between back-quotes to name a field"
