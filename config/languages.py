"""Catalogues of translations: where they stand, and how they become what Django reads."""

from __future__ import annotations

from pathlib import Path

import polib

from config.environment import ROOT
from parvis.kernel.typography import french


def speaking_modules() -> list[Path]:
    """Return the folder of every module that may speak, `config` included."""
    modules = [p for p in sorted((ROOT / "parvis").iterdir()) if (p / "__init__.py").exists()]
    return [*modules, ROOT / "config"]


def po_path(module: Path) -> Path:
    """Return where a module's French catalogue stands."""
    return module / "locale" / "fr" / "LC_MESSAGES" / "django.po"


def compile_catalogue(module: Path) -> bool:
    """Write the `.mo` that Django reads if the catalogue is newer; put French typography in."""
    path = po_path(module)
    compiled = path.with_suffix(".mo")
    if not path.exists():
        return False
    if compiled.exists() and compiled.stat().st_mtime >= path.stat().st_mtime:
        return False
    catalogue = polib.pofile(str(path))
    for entry in catalogue:
        if entry.msgid.endswith("/") and " " not in entry.msgid:
            continue  # an address, not a sentence
        entry.msgstr = french(entry.msgstr)
        entry.msgstr_plural = {n: french(text) for n, text in entry.msgstr_plural.items()}
    catalogue.save_as_mofile(str(compiled))
    return True


def compile_all() -> int:
    """Compile every catalogue that changed; return how many did."""
    return sum(compile_catalogue(module) for module in speaking_modules())
