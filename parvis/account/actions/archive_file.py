"""The file of an archive: every row that concerns a person, their files, and pages to read them."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import IO, Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.template.loader import render_to_string
from django.utils import translation

from parvis.account.queries import rights
from parvis.kernel import holdings
from parvis.kernel.declarations import Held, Keeps

MANIFEST = "manifest.json"
# What a page shows of the rows of one kind; the rest is in the file beside it.
SHOWN_ROWS = 200
_LANGUAGES = ("fr", "en")
_BLOCK = 1 << 20


@dataclass(slots=True, kw_only=True)
class Contents:
    """What was put into an archive: rows by model, the first of them, files."""

    rows: dict[str, int] = field(default_factory=dict)
    shown: dict[str, list[holdings.Row]] = field(default_factory=dict)
    files: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Whom an archive is about, in which language its first page is, and when it was asked for."""

    person_id: uuid.UUID
    language: str
    asked_at: dt.datetime


def parts() -> int:
    """Return how many kinds of rows an archive is made of."""
    return sum(len(rights.about_a_person(keep)) for keep in rights.about_people())


def write(file: IO[bytes], subject: Subject, *, on_part: Callable[[], object]) -> Contents:
    """Write everything about a person into a ZIP file, and return what was put in.

    A folder per module with `data.json` and the person's files, `manifest.json` with the counts,
    and a page in each language to read it with. `on_part` is called after each kind of rows.
    """
    contents = Contents()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for keep in rights.about_people():
            _write_module(archive, keep, subject, contents, on_part)
            for held in rights.about_a_person(keep):
                _write_files(archive, keep, held, subject, contents)
        _write_text(archive, MANIFEST, json.dumps(_manifest(subject, contents), indent=2))
        _write_text(archive, "style.css", render_to_string("account/archive/style.css"))
        for language in _LANGUAGES:
            name = "index.html" if language == subject.language else f"index.{language}.html"
            _write_text(archive, name, _page(subject, contents, language))
    return contents


def rows_in(file: IO[bytes]) -> dict[str, int]:
    """Return how many rows of each model an archive holds, read from the file itself.

    :raises zipfile.BadZipFile: if the file is damaged
    """
    counted: dict[str, int] = {}
    with zipfile.ZipFile(file) as archive:
        damaged = archive.testzip()
        if damaged:
            raise zipfile.BadZipFile(damaged)
        for name in archive.namelist():
            if PurePosixPath(name).name == "data.json":
                told = json.loads(archive.read(name))
                counted |= {model: len(rows) for model, rows in told["rows"].items()}
    return counted


def rows_held(person_id: uuid.UUID) -> dict[str, int]:
    """Return how many rows of each model concern a person, counted in the database."""
    return {
        held.model: holdings.count(held, person_id)
        for keep in rights.about_people()
        for held in rights.about_a_person(keep)
    }


def _write_module(
    archive: zipfile.ZipFile,
    keep: Keeps,
    subject: Subject,
    contents: Contents,
    on_part: Callable[[], object],
) -> None:
    with translation.override(subject.language):
        head = {
            "module": keep.key,
            "name": rights.called(keep),
            "what": str(keep.personal),
            "how_long": str(keep.retention),
        }
    with archive.open(f"{keep.key}/data.json", "w", force_zip64=True) as out:
        said = json.dumps(head, ensure_ascii=False, indent=1).rstrip("}\n")
        out.write(f'{said},\n "rows": {{'.encode())
        for rank, held in enumerate(rights.about_a_person(keep)):
            out.write(f"{',' if rank else ''}\n  {json.dumps(held.model)}: [".encode())
            for piece in _listed(held, subject, contents):
                out.write(piece)
            out.write(b"]")
            on_part()
        out.write(b"\n }\n}\n")


def _listed(held: Held, subject: Subject, contents: Contents) -> Iterator[bytes]:
    """Write the rows of one kind a row a line, counting them and remembering the first."""
    contents.rows[held.model], shown = 0, contents.shown.setdefault(held.model, [])
    for row in holdings.given(held, subject.person_id):
        comma = "," if contents.rows[held.model] else ""
        contents.rows[held.model] += 1
        if len(shown) < SHOWN_ROWS:
            shown.append(row)
        yield f"{comma}\n   {json.dumps(row, ensure_ascii=False)}".encode()


def _write_files(
    archive: zipfile.ZipFile, keep: Keeps, held: Held, subject: Subject, contents: Contents
) -> None:
    for stored in holdings.files(held, subject.person_id):
        line: dict[str, Any] = {"module": keep.key, "model": held.model, "stored_as": stored}
        contents.files.append(line)
        if not default_storage.exists(stored):
            line["missing"] = True
            continue
        name = f"{keep.key}/files/{len(contents.files):04}-{PurePosixPath(stored).name}"
        digest, size = hashlib.sha256(), 0
        with default_storage.open(stored) as kept, archive.open(name, "w") as out:
            while block := kept.read(_BLOCK):
                digest.update(block)
                size += len(block)
                out.write(block)
        line |= {"name": name, "size": size, "sha256": digest.hexdigest()}


def _manifest(subject: Subject, contents: Contents) -> dict[str, Any]:
    return {
        "person": str(subject.person_id),
        "asked_at": subject.asked_at.isoformat(),
        "city": settings.PARVIS_CITY_NAME,
        "rows": contents.rows,
        "files": contents.files,
    }


def _page(subject: Subject, contents: Contents, language: str) -> str:
    with translation.override(language):
        modules = [
            {
                "key": keep.key,
                "label": rights.called(keep),
                "personal": keep.personal,
                "retention": keep.retention,
                "kinds": list(_kinds(keep, contents)),
                "files": [one for one in contents.files if one["module"] == keep.key],
            }
            for keep in rights.about_people()
        ]
        context = {
            "language": language,
            "other": next(one for one in _LANGUAGES if one != language),
            "is_first": language == subject.language,
            "asked_at": subject.asked_at,
            "city": settings.PARVIS_CITY_NAME,
            "modules": modules,
            "total": sum(contents.rows.values()),
        }
        return render_to_string("account/archive/index.html", context)


def _kinds(keep: Keeps, contents: Contents) -> Iterable[dict[str, Any]]:
    for held in rights.about_a_person(keep):
        shown = contents.shown[held.model]
        yield {
            "label": rights.kinds(held),
            "model": held.model,
            "rows": contents.rows[held.model],
            "shown": [_readable(row) for row in shown],
            "more": contents.rows[held.model] - len(shown),
        }


def _readable(row: holdings.Row) -> list[tuple[str, str]]:
    """Return what a row says, in the words of its columns, without what is empty."""
    return [
        (name.replace("_", " "), _written(value))
        for name, value in row.items()
        if value not in (None, "", [], {})
    ]


def _written(value: Any) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def _write_text(archive: zipfile.ZipFile, name: str, text: str) -> None:
    archive.writestr(name, text.encode())
