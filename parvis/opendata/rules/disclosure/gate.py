"""The gate: reads a file's values before they are published, and says what stops them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from parvis.opendata.rules.disclosure import persons
from parvis.opendata.rules.disclosure.counts import SMALL
from parvis.opendata.rules.disclosure.findings import Finding
from parvis.opendata.rules.disclosure.words import (
    ADDRESS_WORDS,
    BIRTH_WORDS,
    COUNT_WORDS,
    NAME_HEADERS,
    PEOPLE_WORDS,
    PHONE_WORDS,
    THINGS_WORDS,
)
from parvis.opendata.rules.fields import Field, FieldType, Schema
from parvis.opendata.rules.reading.columns import Bench, picked, quoted
from parvis.opendata.rules.reading.headers import cleaned
from parvis.opendata.rules.reading.raw import ROW

_SAMPLE = 5_000
_SHOWN = 5
# Above this share of its texts a column names persons; below, bodies that bear a person's name.
_NAMES = 0.25
_FEWEST_NAMES = 3
_NIR_WORDS = frozenset({"nir", "secu", "insee", "securite"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Text:
    """A text field and how SQL calls it."""

    field: Field
    sql: str
    words: frozenset[str]


def find(bench: Bench, schema: Schema, sha256: str) -> list[Finding]:
    """Return what stops a file: `bench` sees its values as `typed`, `sha256` names its content."""
    texts = [_text(one) for one in schema.fields if one.type is FieldType.TEXT]
    found = [
        finding
        for one in texts
        for look in (_rows_of_persons, _names, _contacts, _numbers)
        for finding in look(bench, one, sha256)
    ]
    found += _births(bench, schema)
    if any(one.code in {"person_names", "natural_persons"} for one in found):
        found += _addresses(bench, texts)
    found += _small_counts(bench, schema, sha256)
    return found


def _text(one: Field) -> _Text:
    name = f'"{one.name}"'
    sql = f"array_to_string({name}, ' ')" if one.is_multivalued else name
    return _Text(field=one, sql=sql, words=frozenset(_words(one)))


def _words(one: Field) -> list[str]:
    return [word for said in _said(one) for word in said.split("_")]


def _said(one: Field) -> list[str]:
    """Return what a field is called, cleaned: its name, and its label if there is one."""
    return [said for said in (cleaned(one.name), cleaned(one.label)) if said]


def _where(bench: Bench, condition: str) -> tuple[int, tuple[int, ...]]:
    """Return how many rows meet a condition, and the first of them."""
    count = bench.count(condition, of="typed")
    if not count:
        return 0, ()
    rows = bench.select(
        ROW, of="typed", where=condition, then=f"ORDER BY {ROW} LIMIT {_SHOWN}"
    ).fetchall()
    return count, tuple(row for (row,) in rows)


def _finding(one: Field, code: str, where: tuple[int, tuple[int, ...]], **more: object) -> Finding:
    of_file = more.pop("of_file", "")
    key = f"{code}:{one.name}" + (f":{str(of_file)[:16]}" if of_file else "")
    return Finding(
        key=key,
        code=code,
        field=one.name,
        label=one.label or one.name,
        count=where[0],
        rows=where[1],
        details=more,
    )


def _rows_of_persons(bench: Bench, one: _Text, sha256: str) -> Iterator[Finding]:
    """Rows a column itself calls natural persons, as « nature juridique » does."""
    del sha256
    pattern = quoted(persons.NATURAL_PERSONS)
    where = _where(bench, f"regexp_full_match(lower(strip_accents(trim({one.sql}))), {pattern})")
    if where[0]:
        yield _finding(one.field, "natural_persons", where)


def _names(bench: Bench, one: _Text, sha256: str) -> Iterator[Finding]:
    del sha256
    where = _where(bench, f"{one.sql} <> ''")
    if not where[0]:
        return
    if not NAME_HEADERS.isdisjoint(_said(one.field)):
        yield _finding(one.field, "person_names", where)
        return
    sample = _sample(bench, one)
    names = sum(map(persons.is_person_name, sample))
    if names >= _FEWEST_NAMES and names >= len(sample) * _NAMES:
        share = round(100 * names / len(sample))
        yield _finding(one.field, "person_names", where, share=share)


def _sample(bench: Bench, one: _Text) -> list[str]:
    """Return different texts of a column, the same ones each time."""
    different = picked(f"DISTINCT {one.sql} AS v", of="typed")
    rows = bench.select(
        "v", of=f"({different})", where="v <> ''", then=f"ORDER BY hash(v), v LIMIT {_SAMPLE}"
    ).fetchall()
    return [text for (text,) in rows]


def _contacts(bench: Bench, one: _Text, sha256: str) -> Iterator[Finding]:
    """E-mail addresses and telephone numbers, alone in a cell or within a text."""
    for code, pattern in (("emails", persons.EMAIL), ("phones", persons.PHONE)):
        condition = f"regexp_matches({one.sql}, {quoted(pattern)})"
        if code == "phones" and not PHONE_WORDS.isdisjoint(one.words):
            digits = f"regexp_replace({one.sql}, '[^0-9]', '', 'g')"
            bare = quoted(persons.BARE_PHONE)
            condition = f"({condition} OR regexp_full_match({digits}, {bare}))"
        where = _where(bench, condition)
        if not where[0]:
            continue
        alone = f"({condition}) AND NOT contains(trim({one.sql}), ' ')"
        if code == "phones":
            alone = f"({condition}) AND length({one.sql}) <= 24"
        in_text = where[0] - _where(bench, alone)[0]
        if in_text * 2 > where[0]:
            yield _finding(one.field, f"{code}_in_text", where, of_file=sha256)
        else:
            yield _finding(one.field, code, where)


def _numbers(bench: Bench, one: _Text, sha256: str) -> Iterator[Finding]:
    """Social security and bank account numbers that their check digits confirm."""
    del sha256
    announced = not _NIR_WORDS.isdisjoint(one.words)
    checks: tuple[tuple[str, str, Callable[[str], bool]], ...] = (
        (
            "social_security_numbers",
            "[12][0-9. ]{5,}[0-9AB][0-9. ]{5,14}",
            lambda text: persons.is_social_security_number(text, announced=announced),
        ),
        ("ibans", "[A-Za-z]{2}[0-9]{2}[A-Za-z0-9 ]{11,40}", persons.is_iban),
    )
    for code, pattern, is_one in checks:
        shaped = f"regexp_full_match(trim({one.sql}), {quoted(pattern)})"
        some = bench.select(
            f"DISTINCT trim({one.sql})", of="typed", where=shaped, then=f"LIMIT {_SAMPLE}"
        ).fetchall()
        if any(is_one(text) for (text,) in some):
            yield _finding(one.field, code, _where(bench, shaped))


def _births(bench: Bench, schema: Schema) -> Iterator[Finding]:
    for one in schema.fields:
        is_day = one.type in {FieldType.DATE, FieldType.DATETIME, FieldType.TEXT}
        if not is_day or not NAME_HEADERS.isdisjoint(_said(one)):
            continue
        if not BIRTH_WORDS.isdisjoint([*_words(one), *_said(one)]):
            where = _where(bench, f'"{one.name}" IS NOT NULL')
            if where[0]:
                yield _finding(one, "birth_dates", where)


def _addresses(bench: Bench, texts: list[_Text]) -> Iterator[Finding]:
    """Addresses, in a file that names persons."""
    for one in texts:
        if not ADDRESS_WORDS.isdisjoint(one.words):
            where = _where(bench, f"{one.sql} <> ''")
            if where[0]:
                yield _finding(one.field, "home_addresses", where)


def count_fields(schema: Schema) -> list[Field]:
    """Return the fields that look like counts of people."""
    return [
        one for one in schema.fields if one.type is FieldType.INT and counts_people(_words(one))
    ]


def counts_people(words: list[str]) -> bool:
    """Tell whether the words of a header announce a number of people, or a number of nothing
    said."""
    if COUNT_WORDS.issuperset(words):
        return True
    return not PEOPLE_WORDS.isdisjoint(words) and THINGS_WORDS.isdisjoint(words)


def _small_counts(bench: Bench, schema: Schema, sha256: str) -> Iterator[Finding]:
    for one in count_fields(schema):
        where = _where(bench, f'"{one.name}" BETWEEN 1 AND {SMALL - 1}')
        if where[0]:
            yield _finding(one, "small_counts", where, of_file=sha256, small=SMALL)
