"""The verifier that outsiders run: our own modules, joined into one file of plain Python."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

from parvis.voting.rules import verifier

_PARTS = ("signatures", "log", "counting", "reading", "checking", "telling")
_FOLDER = Path(verifier.__file__).parent


@cache
def one_file() -> str:
    """Return the text of verify.py: the parts in an order in which each finds what it uses, behind
    what they import from Python together."""
    imports: dict[str, set[str]] = {}
    sources = [(_FOLDER / f"{part}.py").read_text(encoding="utf-8") for part in _PARTS]
    bodies = [_read(source, imports) for source in sources]
    ordered = sorted(imports.items(), key=lambda one: (bool(one[1]), one[0]))
    told = "\n".join(_import(module, names) for module, names in ordered)
    head = f'"""{verifier.__doc__}"""\n\nfrom __future__ import annotations\n\n{told}'
    return "\n\n\n".join([head, *bodies]) + "\n"


def _read(source: str, imports: dict[str, set[str]]) -> str:
    """Return a part without its imports, its docstring as a comment; note what it takes from Python
    itself."""
    tree, last = ast.parse(source), 0
    for node in tree.body[1:]:
        if isinstance(node, ast.Import):
            imports.update({one.name: set() for one in node.names})
        elif isinstance(node, ast.ImportFrom):
            _note(node, imports)
        else:
            break
        last = node.end_lineno or last
    body = "\n".join(source.splitlines()[last:]).strip("\n")
    about = "\n".join(f"# {line}" for line in str(ast.get_docstring(tree)).splitlines())
    return f"{about}\n\n{body}"


def _note(node: ast.ImportFrom, imports: dict[str, set[str]]) -> None:
    module = node.module or ""
    if module != "__future__" and not module.startswith(verifier.__name__):
        imports.setdefault(module, set()).update(one.name for one in node.names)


def _import(module: str, names: set[str]) -> str:
    return f"from {module} import {', '.join(sorted(names))}" if names else f"import {module}"
