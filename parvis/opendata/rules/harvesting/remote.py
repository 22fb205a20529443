"""A dataset of another catalogue, in one shape whatever that catalogue speaks; and plain values out
of what strangers write."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

LONGEST_ID = 120
"""Letters of an id: the prefix of a source goes in front."""
_LONGEST_REMOTE_ID = 500
_LONGEST_WORD, _LONGEST_ADDRESS, _LONGEST_TEXT = 200, 500, 200_000
_DEEPEST = 12
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_MARKS = re.compile("[\u0300-\u036f]")
_OTHER = re.compile(r"[^a-z0-9_]+")
_PLAIN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


class Unfit(Exception):
    """What was answered is no catalogue of the kind that was expected."""

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Where the rows of a dataset are: an address of the web or, for a folder of this machine, the
    name of a file. `stamp` changes when they do; it is empty where the catalogue does not say.
    `short_dates` are the columns of an Explore portal's CSV that hold years or months alone."""

    address: str
    stamp: str = ""
    short_dates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Remote:
    """A dataset that another catalogue describes.

    `name` is what it is called there, fit for an id; `page` is where a person reads about it.
    `home` is the host it first came from, where the other catalogue has harvested it itself;
    `named_at` is the host of the address that names it, where it has one.
    """

    remote_id: str
    name: str
    metas: Mapping[str, Mapping[str, Any]]
    fields: Sequence[Mapping[str, Any]] = ()
    features: Sequence[str] = ()
    attachments: Sequence[Mapping[str, Any]] = ()
    page: str = ""
    rows: Rows | None = None
    home: str = ""
    named_at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """A dataset that is listed and cannot be taken as it is described."""

    remote_id: str
    code: str
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """All that a catalogue lists; not `complete` where it says itself that there is more."""

    found: tuple[Remote, ...] = ()
    broken: tuple[Broken, ...] = ()
    complete: bool = True

    @property
    def ids(self) -> frozenset[str]:
        """Return the ids of all that is listed, whether it can be taken or not."""
        read = {one.remote_id for one in self.found}
        return frozenset(read | {one.remote_id for one in self.broken})


def gathered(read: Iterable[Remote | Broken], *, complete: bool = True) -> Listing:
    """Return a listing of what was read; of two with one id the second is broken."""
    found: dict[str, Remote] = {}
    broken = []
    for one in read:
        if isinstance(one, Broken):
            broken.append(one)
        elif len(one.remote_id) > _LONGEST_REMOTE_ID:
            broken.append(Broken(remote_id=one.remote_id[:_LONGEST_REMOTE_ID], code="id_too_long"))
        elif one.remote_id in found:
            broken.append(Broken(remote_id=one.remote_id, code="listed_twice"))
        else:
            found[one.remote_id] = one
    return Listing(found=tuple(found.values()), broken=tuple(broken), complete=complete)


# --- plain values ---------------------------------------------------------------------------------


def text(value: Any, most: int = _LONGEST_TEXT) -> str:
    """Return a text or a number as a text that a database holds; nothing for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    whole = str(value).encode("utf-8", "replace").decode("utf-8")
    return _CONTROLS.sub("", whole).strip()[:most]


def word(value: Any) -> str:
    """Return a short text: a name, a keyword."""
    return text(value, _LONGEST_WORD)


def words(value: Any) -> list[str]:
    """Return the short texts of a list, each once; one text alone is a list of one."""
    many = value if isinstance(value, list | tuple) else [value]
    return list(dict.fromkeys(filter(None, map(word, many))))


def web(value: Any) -> str:
    """Return an address of the web, nothing for what is none."""
    address = text(value, _LONGEST_ADDRESS + 1)
    if len(address) > _LONGEST_ADDRESS or re.search(r"\s", address):
        return ""
    return address if host(address) else ""


def host(address: str) -> str:
    """Return the host of an address of the web, with its port if it names one; nothing for what is
    no such address."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return parts.netloc.lower() if parts.scheme in {"http", "https"} else ""


def tidy(value: Any, depth: int = 0) -> Any:
    """Return a JSON value that a database holds: no control characters, nothing without end."""
    if isinstance(value, dict) and depth < _DEEPEST:
        return {text(name, _LONGEST_WORD): tidy(one, depth + 1) for name, one in value.items()}
    if isinstance(value, list | tuple) and depth < _DEEPEST:
        return [tidy(one, depth + 1) for one in value]
    if isinstance(value, str):
        return text(value)
    return value if isinstance(value, bool | int | float) else None


def name_of(said: str) -> str:
    """Return what a dataset may be called here: its own id where that is plain, or else the letters
    and digits of it; nothing where it has none."""
    if _PLAIN_ID.fullmatch(said):
        return said[:LONGEST_ID]
    plain = _MARKS.sub("", unicodedata.normalize("NFD", said)).lower()
    return _OTHER.sub("-", plain).strip("-_")[:LONGEST_ID].strip("-_")
