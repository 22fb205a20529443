"""A letter that an agent reads, for tests of the reading log."""

from __future__ import annotations

from parvis.account.queries.people import Person
from parvis.kernel.declarations import Reads, reads
from parvis.kernel.reading import Reading


class Letter:
    """Something agents read, declared once for all tests."""

    KEY = "test.letter_to_alice"

    @classmethod
    def declare(cls) -> None:
        """Declare it, unless another test did."""
        if reads.get(cls.KEY) is None:
            reads.declare(Reads(key=cls.KEY, what="read your letter", why="to answer it"))

    @classmethod
    def looked_at(cls, reader: Person, person: Person, *, reason: str = "") -> Reading:
        """Return that an agent read a person's letter."""
        return Reading(
            reader_ref=f"person:{reader.id}",
            person_ref=f"person:{person.id}",
            what=cls.KEY,
            reason=reason,
        )
