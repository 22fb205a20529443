"""PostgreSQL's own geometry as model fields: no extension, coordinates in metres of Lambert-93."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import NotSupportedError, models
from django.db.backends.base.base import BaseDatabaseWrapper

if TYPE_CHECKING:
    _Field = models.Field[Any, Any]
else:
    _Field = models.Field

Point = tuple[float, float]
_COORDINATES = re.compile(r"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?")


def _points(text: str) -> tuple[Point, ...]:
    numbers = [float(found) for found in _COORDINATES.findall(text)]
    return tuple(zip(numbers[::2], numbers[1::2], strict=True))


def point_text(point: Point) -> str:
    """Return a point as PostgreSQL writes it."""
    return f"({point[0]!r},{point[1]!r})"


class NativeField(_Field):
    """A column of one of PostgreSQL's geometric types."""

    native: ClassVar[str]

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        """Return the type of the column.

        :raises NotSupportedError: on a database that has no such type
        """
        if connection.vendor != "postgresql":
            message = f"only PostgreSQL has the type {self.native}"
            raise NotSupportedError(message)
        return self.native


class PointField(NativeField):
    """One point, `(x, y)`."""

    description = "Point in metres"
    native = "point"

    def from_db_value(self, value: str | None, *_args: object) -> Point | None:
        """Return what the database wrote as numbers."""
        return None if value is None else _points(value)[0]

    def get_prep_value(self, value: Point | None) -> str | None:
        """Return a point as text."""
        return None if value is None else point_text(value)


class PolygonField(NativeField):
    """One closed ring, as the tuple of its corners; the first is not repeated at the end."""

    description = "Polygon in metres"
    native = "polygon"

    def from_db_value(self, value: str | None, *_args: object) -> tuple[Point, ...] | None:
        """Return what the database wrote as numbers."""
        return None if value is None else _points(value)

    def get_prep_value(self, value: tuple[Point, ...] | None) -> str | None:
        """Return a ring as text."""
        return None if value is None else f"({','.join(map(point_text, value))})"


class BoxField(NativeField):
    """The rectangle around a ring; only an index holds one."""

    native = "box"
