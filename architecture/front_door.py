"""Import-linter contract: a module is entered only by its front door."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output
from typing_extensions import override

# Ready-made objects of one module are built on those of the floors below.
_TEST_ROOMS = {"tests", "testing"}


class FrontDoor(Contract):
    """A sibling module may be imported only through `doors`; its tests' helpers through
    `test_doors`."""

    container = fields.StringField()
    doors = fields.ListField(subfield=fields.StringField())
    test_doors = fields.ListField(subfield=fields.StringField(), required=False, default=[])
    free = fields.ListField(subfield=fields.StringField(), required=False, default=[])

    @override
    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Return every import that walks into a module by another way than its doors."""
        trespasses = sorted(
            (importer, imported)
            for importer, imported in _imports(graph)
            if self._is_trespass(graph, importer, imported)
        )
        return ContractCheck(kept=not trespasses, metadata={"trespasses": trespasses})

    @override
    def render_broken_contract(self, check: ContractCheck) -> None:
        """Say who trespassed where, and which way is open."""
        for importer, imported in check.metadata["trespasses"]:
            output.print_error(
                f"{importer} walks in through {imported}; use the module's public.py", bold=False
            )

    def _is_trespass(self, graph: ImportGraph, importer: str, imported: str) -> bool:
        here, room = self._split(importer)
        there, door = self._split(imported)
        if here is None or there is None or here == there or there in _names(self.free):
            return False
        if f"{self.container}.{there}" not in graph.modules:
            return False
        doors = _names(self.doors) | (_names(self.test_doors) if room in _TEST_ROOMS else set())
        return door not in doors

    def _split(self, name: str) -> tuple[str | None, str | None]:
        prefix = f"{self.container}."
        if not name.startswith(prefix):
            return None, None
        parts = name[len(prefix) :].split(".")
        return parts[0], parts[1] if len(parts) > 1 else None


def _names(field: Any) -> set[str]:
    return set(field or ())


def _imports(graph: ImportGraph) -> Iterator[tuple[str, str]]:
    for importer in graph.modules:
        for imported in graph.find_modules_directly_imported_by(importer):
            yield importer, imported
