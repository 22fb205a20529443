"""Catalogues of translations: where they stand, and how they become what Django reads.

The sources are the English catalogue; only the sentences that quote something are written out as
well, so that no line breaks between a quotation mark and what it quotes.
"""

from __future__ import annotations

from pathlib import Path

import polib

from config.environment import ROOT
from parvis.kernel.typography import french, quoted


def speaking_modules() -> list[Path]:
    """Return the folder of every module that may speak, `config` included."""
    modules = [p for p in sorted((ROOT / "parvis").iterdir()) if (p / "__init__.py").exists()]
    return [*modules, ROOT / "config"]


def po_path(module: Path) -> Path:
    """Return where a module's French catalogue stands."""
    return module / "locale" / "fr" / "LC_MESSAGES" / "django.po"


def compile_catalogue(module: Path) -> bool:
    """Write the `.mo` files that Django reads if the catalogue is newer; put typography in."""
    path = po_path(module)
    if not path.exists():
        return False
    written = [path.with_suffix(".mo"), _english_path(module)]
    if all(one.exists() and one.stat().st_mtime >= path.stat().st_mtime for one in written):
        return False
    catalogue = polib.pofile(str(path))
    _write_english(catalogue, _english_path(module))
    for entry in catalogue:
        if entry.msgid.endswith("/") and " " not in entry.msgid:
            continue  # an address, not a sentence
        entry.msgstr = french(entry.msgstr)
        entry.msgstr_plural = {n: french(text) for n, text in entry.msgstr_plural.items()}
    catalogue.save_as_mofile(str(path.with_suffix(".mo")))
    return True


def _english_path(module: Path) -> Path:
    return module / "locale" / "en" / "LC_MESSAGES" / "django.mo"


def _write_english(catalogue: polib.POFile, path: Path) -> None:
    english = polib.POFile()
    english.metadata = {
        "Content-Type": "text/plain; charset=UTF-8",
        "Language": "en",
        "Plural-Forms": "nplurals=2; plural=(n != 1);",
    }
    for entry in catalogue:
        one, many = quoted(entry.msgid), quoted(entry.msgid_plural)
        if (one, many) != (entry.msgid, entry.msgid_plural):
            said = {"msgstr_plural": {0: one, 1: many}} if many else {"msgstr": one}
            english.append(polib.POEntry(**{**_asked(entry), **said}))
    path.parent.mkdir(parents=True, exist_ok=True)
    english.save_as_mofile(str(path))


def _asked(entry: polib.POEntry) -> dict[str, str | None]:
    return {name: getattr(entry, name) for name in ("msgctxt", "msgid", "msgid_plural")}


def compile_all() -> int:
    """Compile every catalogue that changed; return how many did."""
    return sum(compile_catalogue(module) for module in speaking_modules())
