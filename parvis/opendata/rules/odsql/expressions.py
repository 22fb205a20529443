"""Expressions of every clause: values and conditions, read by the strength of their operators.

One grammar reads both, so that `(a + b) > 3` and `(a > 3) or b` need no second look; what stands
where a condition is expected becomes one (`is_open` means it is true, `"trees"` is looked for), and
a condition where a value is expected is an error.
"""

from __future__ import annotations

from parvis.opendata.rules.odsql import functions, predicates, tree
from parvis.opendata.rules.odsql.cursor import Cursor
from parvis.opendata.rules.odsql.lexing import Kind, Token

OR, AND, NOT, COMPARISON, SUM, PRODUCT = 1, 2, 3, 4, 5, 6
"""Operators from the weakest to the strongest."""

Expression = tree.Value | tree.Condition

_SIGNS = {"+": SUM, "-": SUM, "*": PRODUCT, "/": PRODUCT}
_COMPARISONS = {"=": "=", ":": "=", "!=": "!=", "<>": "!=", ">": ">", ">=": ">=", "<": "<"}
_COMPARISONS["<="] = "<="
_WORDS = {"or": OR, "and": AND, "in": COMPARISON, "is": COMPARISON, "like": COMPARISON}


def value(cursor: Cursor) -> tree.Value:
    """Read a value; raises QueryError for anything else."""
    start = cursor.next
    return _as_value(cursor, _expression(cursor, SUM), start)


def condition(cursor: Cursor) -> tree.Condition:
    """Read a condition; raises QueryError for anything else."""
    start = cursor.next
    return _as_condition(cursor, _expression(cursor, OR), start)


def _expression(cursor: Cursor, weakest: int) -> Expression:
    """Read operands and the operators between them, none weaker than this one."""
    start = cursor.next
    left = _operand(cursor, start, weakest)
    chained = 0
    while (strength := _strength(cursor.next)) >= weakest:
        if strength in {OR, AND}:
            left = _joined(cursor, left, start, strength)
        elif strength == COMPARISON:
            left = _compared(cursor, _as_value(cursor, left, start), start)
        else:
            chained += 1
            cursor.check_chain(chained)
            left = _arithmetic(cursor, left, start, strength)
    return left


def _strength(token: Token) -> int:
    if token.kind is Kind.SYMBOL:
        return _SIGNS.get(token.value, COMPARISON if token.value in _COMPARISONS else 0)
    return _WORDS.get(token.value.lower(), 0) if token.kind is Kind.NAME else 0


def _operand(cursor: Cursor, start: Token, weakest: int) -> Expression:
    if start.is_word("not") and weakest <= NOT:
        cursor.take()
        with cursor.deeper():
            inner = cursor.next
            denied = _as_condition(cursor, _expression(cursor, NOT), inner)
        return tree.Not(condition=denied, **cursor.since(start))
    if cursor.accept("("):
        with cursor.deeper():
            inside = _expression(cursor, OR)
        cursor.expect(")")
        return inside
    if start.is_symbol("-", "+"):
        return _signed(cursor, start)
    if predicates.at_predicate(cursor):
        return predicates.read(cursor)
    return functions.operand(cursor, value)


def _signed(cursor: Cursor, start: Token) -> tree.Value:
    if cursor.after.kind is Kind.NUMBER:
        return tree.Literal(value=cursor.signed_number(), **cursor.since(start))
    negative = cursor.take().value == "-"
    with cursor.deeper():
        inner = cursor.next
        number = _as_value(cursor, _operand(cursor, inner, COMPARISON), inner)
    return tree.Negative(value=number, **cursor.since(start)) if negative else number


def _joined(cursor: Cursor, first: Expression, start: Token, strength: int) -> tree.Condition:
    conditions = [_as_condition(cursor, first, start)]
    word = "or" if strength == OR else "and"
    while cursor.accept_word(word):
        at = cursor.next
        conditions.append(_as_condition(cursor, _expression(cursor, strength + 1), at))
    place = cursor.since(start)
    if strength == OR:
        return tree.Or(conditions=tuple(conditions), **place)
    return tree.And(conditions=tuple(conditions), **place)


def _arithmetic(cursor: Cursor, left: Expression, start: Token, strength: int) -> tree.Value:
    first = _as_value(cursor, left, start)
    operator = cursor.take().value
    at = cursor.next
    second = _as_value(cursor, _expression(cursor, strength + 1), at)
    return tree.Arithmetic(operator=operator, left=first, right=second, **cursor.since(start))


def _compared(cursor: Cursor, left: tree.Value, start: Token) -> tree.Condition:
    """Read what follows the left side of a comparison."""
    if cursor.accept_word("is"):
        return _is(cursor, left, start)
    if cursor.accept_word("like"):
        return tree.Like(value=left, words=cursor.words(), **cursor.since(start))
    if cursor.accept_word("in"):
        return predicates.membership(cursor, left, start, value)
    if cursor.next.is_symbol(":", "=") and cursor.after.is_symbol("[", "]"):
        cursor.take()
        return predicates.membership(cursor, left, start, value)
    operator = _COMPARISONS[cursor.take().value]
    at = cursor.next
    right = _as_value(cursor, _expression(cursor, SUM), at)
    return tree.Comparison(operator=operator, left=left, right=right, **cursor.since(start))


def _is(cursor: Cursor, left: tree.Value, start: Token) -> tree.Condition:
    negated = cursor.accept_word("not")
    if cursor.accept_word("null"):
        return tree.IsNull(value=left, negated=negated, **cursor.since(start))
    if not cursor.next.is_word("true", "false"):
        raise cursor.clause.unexpected(cursor.next)
    expected = cursor.take().value.lower() == "true"
    return tree.IsTrue(value=left, expected=expected, negated=negated, **cursor.since(start))


def _as_value(cursor: Cursor, read: Expression, start: Token) -> tree.Value:
    if isinstance(read, tree.Value):
        return read
    raise cursor.clause.unexpected(start, ": a value is expected, not a condition")


def _as_condition(cursor: Cursor, read: Expression, start: Token) -> tree.Condition:
    if isinstance(read, tree.Condition):
        return read
    place = tree.place(read)
    if isinstance(read, tree.Name) or (
        isinstance(read, tree.Literal) and isinstance(read.value, bool)
    ):
        return tree.IsTrue(value=read, expected=True, **place)
    if isinstance(read, tree.Literal) and isinstance(read.value, str):
        return tree.TextSearch(mode=tree.TextMode.WORDS, words=read.value, **place)
    if cursor.next.kind is Kind.END and start.start < cursor.next.start:
        raise cursor.clause.unexpected(cursor.next, ": a condition is expected")
    raise cursor.clause.unexpected(cursor.next if cursor.next is not start else start)
