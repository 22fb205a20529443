"""Moving the rows of one person to another, so that it can be undone to the last row."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.db.models import Q
from django.db.models.deletion import Collector

from parvis.kernel.declarations import Moves
from parvis.kernel.holdings import ref_of

Row = dict[str, Any]
_NONE = Q(pk__in=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """The rows of one column that went from one person to the other, by primary key; the column
    holds the id of a person, or their ref if `is_ref`."""

    model: str
    column: str
    keys: list[Any]
    is_ref: bool = False

    def names(self, person_id: uuid.UUID) -> uuid.UUID | str:
        """Return a person as the column holds them."""
        return ref_of(person_id) if self.is_ref else person_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Aside:
    """A row that could not go along, as it stood, to be put back."""

    model: str
    row: Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """All that was moved at once; `as_json` and `from_json` keep it."""

    gone: list[Gone]
    aside: list[Aside]

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Moved:
        """Return what `as_json` wrote."""
        return cls(
            gone=[Gone(**one) for one in kept["gone"]],
            aside=[Aside(**one) for one in kept["aside"]],
        )


def move(declared: Iterable[Moves], *, source: uuid.UUID, target: uuid.UUID) -> Moved:
    """Move what is declared from one person to the other, in the caller's transaction."""
    moved = Moved(gone=[], aside=[])
    for one in declared:
        for label, column in one.refs:
            gone = Gone(model=label, column=column, keys=[], is_ref=True)
            _move_column(moved, gone, Q(), source=source, target=target)
        behind = one.behind(source)
        for label, column in one.columns:
            gone = Gone(model=label, column=column, keys=[])
            _move_column(moved, gone, ~behind.get(label, _NONE), source=source, target=target)
    return moved


def put_back(moved: Moved, *, source: uuid.UUID, target: uuid.UUID) -> int:
    """Undo `move` and return how many rows are back.

    A row deleted since stays deleted, and so does what hung on it; what the other person did since
    is theirs.
    """
    back = 0
    for gone in moved.gone:
        rows = _rows(gone.model).filter(pk__in=gone.keys, **{gone.column: gone.names(target)})
        back += rows.update(**{gone.column: gone.names(source)})
    return back + sum(_restore(aside) for aside in moved.aside)


def _restore(aside: Aside) -> bool:
    """Put a row back; tell whether it could be: what it was about may be gone by now."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            _read(aside).save_base(raw=True, force_insert=True)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    except IntegrityError:
        return False
    return True


def set_aside(row: models.Model) -> list[Aside]:
    """Delete a row with all that hangs on it, and return them as they stood."""
    collector = Collector(using="default")
    collector.collect([row])
    doomed: list[models.Model] = [one for rows in collector.data.values() for one in rows]
    for some in collector.fast_deletes:
        doomed.extend(some)
    kept = [_write(one) for one in doomed]
    row.delete()
    return kept


def _move_column(
    moved: Moved, gone: Gone, going: Q, *, source: uuid.UUID, target: uuid.UUID
) -> None:
    mine = _rows(gone.model).filter(going, **{gone.column: gone.names(source)})
    # Locked by their keys alone: what says which ones go may join other tables, and a table of
    # another schema has no name by which a lock could leave those out.
    rows = _rows(gone.model).filter(pk__in=mine.values("pk")).order_by("pk")
    keys = list(rows.select_for_update().values_list("pk", flat=True))
    if not keys:
        return
    went = keys
    # Rarely do two accounts hold the same thing; then each row is tried by itself.
    if not _moves(gone, keys, target):
        went = [key for key in keys if _moves(gone, [key], target)]
        for row in _rows(gone.model).filter(pk__in=set(keys) - set(went)):
            # What the books call somebody stays where it is known by that name.
            moved.aside.extend([] if gone.is_ref else set_aside(row))
    if went:
        moved.gone.append(replace(gone, keys=[_plain(key) for key in went]))


def _moves(gone: Gone, keys: list[Any], target: uuid.UUID) -> bool:
    """Give rows to the other person; tell whether the database let it be."""
    try:
        with transaction.atomic():
            _rows(gone.model).filter(pk__in=keys).update(**{gone.column: gone.names(target)})
    except IntegrityError:
        return False
    return True


def _rows(label: str) -> models.QuerySet[Any]:
    # No manager of the model stands between: what it hides from pages moves all the same.
    return models.QuerySet(apps.get_model(label))


def _stored(label: str) -> Iterator[Any]:
    for one in _rows(label).query.get_meta().concrete_fields:
        if not isinstance(one, models.GeneratedField):
            yield one


def _write(row: models.Model) -> Aside:
    label: str = models.QuerySet(type(row)).query.get_meta().label
    values = {one.attname: _plain(getattr(row, one.attname)) for one in _stored(label)}
    return Aside(model=label, row=values)


def _read(aside: Aside) -> models.Model:
    read: models.Model = apps.get_model(aside.model)(
        **{
            one.attname: _field(one).to_python(aside.row[one.attname])
            for one in _stored(aside.model)
            if one.attname in aside.row
        }
    )
    return read


def _field(one: Any) -> Any:
    """Return the field that reads a value: of a key to another table, that of the other end."""
    return one.target_field if one.is_relation else one


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float | str | dict | list):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
