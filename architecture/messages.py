"""Words in two languages: finds sentences in the sources, keeps each module's French catalogue.

The sources speak English; `parvis/<module>/locale/fr/LC_MESSAGES/django.po` speaks French. No
gettext program is needed: Django turns templates into something Babel can read, polib writes the
catalogues, and `config.languages` compiles them.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import django
import polib
from babel.messages.extract import extract
from django import conf
from django.conf import settings
from django.utils.translation.template import templatize

from config.environment import ROOT
from config.languages import compile_catalogue, po_path, speaking_modules

KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
_LIBRARY = Path(conf.__file__).parent
Sentence = tuple[str | None, str, str | None]  # context, singular, plural


def sentences(module: Path) -> dict[Sentence, list[str]]:
    """Return the translatable sentences of a module, each with the places it stands in."""
    found: dict[Sentence, list[str]] = {}
    for source in sorted(module.rglob("*")):
        if source.suffix not in {".py", ".html", ".txt"} or "tests" in source.parts:
            continue
        if source.suffix == ".txt" and "templates" not in source.parts:
            continue
        place = str(source.relative_to(ROOT))
        for sentence in _sentences_of(source):
            found.setdefault(sentence, []).append(place)
    return found


def _sentences_of(source: Path) -> Iterator[Sentence]:
    text = source.read_text(encoding="utf-8")
    if source.suffix != ".py":
        text = str(templatize(text))
    for _line, message, _comments, context in extract(
        "python", BytesIO(text.encode()), KEYWORDS, (), {"encoding": "utf-8"}
    ):
        if isinstance(message, tuple):
            yield context, message[0], message[1]
        elif message:
            yield context, message, None


def read(module: Path) -> polib.POFile:
    """Return a module's French catalogue, empty if there is none yet."""
    path = po_path(module)
    if path.exists():
        return polib.pofile(str(path))
    catalogue = polib.POFile(wrapwidth=100)
    catalogue.metadata = {
        "Content-Type": "text/plain; charset=UTF-8",
        "Language": "fr",
        "Plural-Forms": "nplurals=2; plural=(n > 1);",
    }
    return catalogue


def _key(entry: polib.POEntry) -> Sentence:
    return entry.msgctxt or None, entry.msgid, entry.msgid_plural or None


def write(module: Path) -> None:
    """Add the sentences that are missing, drop the ones no source says any more."""
    found = sentences(module)
    catalogue = read(module)
    for entry in [e for e in catalogue if _key(e) not in found]:
        catalogue.remove(entry)
    known = {_key(entry) for entry in catalogue}
    for context, singular, plural in sorted(found.keys() - known, key=lambda s: found[s][0]):
        entry = polib.POEntry(msgctxt=context, msgid=singular)
        if plural:
            entry.msgid_plural, entry.msgstr_plural = plural, {0: "", 1: ""}
        catalogue.append(entry)
    if len(catalogue):
        po_path(module).parent.mkdir(parents=True, exist_ok=True)
        catalogue.save(str(po_path(module)))


def check(module: Path) -> list[str]:
    """Return what is wrong with a module's catalogue, in plain words."""
    found, catalogue = sentences(module), read(module)
    known = {_key(entry): entry for entry in catalogue}
    wrong = [
        f"{places[0]}: not in the catalogue: {s[1]!r}"
        for s, places in found.items()
        if s not in known
    ]
    wrong += [f"{module.name}: nobody says any more: {s[1]!r}" for s in known if s not in found]
    wrong += [
        f"{module.name}: no French for {entry.msgid!r}"
        for entry in catalogue
        if not entry.translated() or entry.fuzzy
    ]
    return wrong


def disagreements(modules: list[Path]) -> list[str]:
    """Return the words that two catalogues, or one and the library's, put differently into French:
    the first to be loaded would speak for all."""
    said: dict[tuple[str | None, str], dict[str, str]] = {}
    library = polib.pofile(str(_LIBRARY / "locale" / "fr" / "LC_MESSAGES" / "django.po"))
    for name, catalogue in [*((m.name, read(m)) for m in modules), ("Django", library)]:
        for entry in catalogue:
            french = entry.msgstr_plural.get(0) if entry.msgid_plural else entry.msgstr
            said.setdefault((entry.msgctxt, entry.msgid), {}).setdefault(str(french), name)
    return [
        f"{msgid!r} is not the same in French: "
        + ", ".join(f"{french!r} ({name})" for french, name in ways.items())
        for (_context, msgid), ways in said.items()
        if len(ways) > 1
    ]


def main() -> int:
    """Do what the command line asks; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="bring the catalogues up to date")
    parser.add_argument("--check", action="store_true", help="fail if a sentence has no French")
    parser.add_argument("--compile", action="store_true", help="write what Django reads")
    parser.add_argument("modules", nargs="*", help="only these modules")
    asked = parser.parse_args()
    settings.configure(USE_I18N=True)
    django.setup()
    modules = [m for m in speaking_modules() if not asked.modules or m.name in asked.modules]
    if asked.write:
        for module in modules:
            write(module)
    wrong = []
    if asked.check:
        wrong = [line for module in modules for line in check(module)]
        wrong += disagreements(speaking_modules())
    sys.stdout.write("\n".join(wrong or ["messages: ok"]) + "\n")
    if asked.compile or asked.write:
        for module in modules:
            compile_catalogue(module)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
