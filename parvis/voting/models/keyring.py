"""The secrets of a vote: files in a folder that is in no database and in no backup of one.

One folder per vote, of mode 0700, each file of mode 0600: `secret` makes the marks of people and of
change codes, `signing` signs the roots of the log, `batch-…` opens the outer envelopes of the
present batch. What several web servers share lies in a folder they share.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from parvis.voting.rules.envelopes import KeyPair, new_keys

_SECRET = 32  # bytes
_NAMED = 16  # figures of a public half in the name of its file


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchKey:
    """What opens the outer envelopes of a batch, and what its marks are made with."""

    keys: KeyPair
    marks: bytes


def create(poll: str) -> str:
    """Make the folder of a vote with its secret and its signing key; return the public half of the
    latter. What is there already stays."""
    folder = _folder(poll)
    _home().mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)
    if not (folder / "secret").exists():
        _write(folder / "secret", secrets.token_bytes(_SECRET))
    if not (folder / "signing").exists():
        _write(folder / "signing", Ed25519PrivateKey.generate().private_bytes_raw())
    return _signing(poll).public_key().public_bytes_raw().hex()


def secret(poll: str) -> bytes:
    """Return the secret of a vote.

    :raises FileNotFoundError: if it is destroyed, or the folder is not the right one
    """
    return (_folder(poll) / "secret").read_bytes()


def sign(poll: str, text: str) -> str:
    """Return the Ed25519 signature of a text, as hexadecimal figures."""
    return _signing(poll).sign(text.encode()).hex()


def new_batch_key(poll: str) -> BatchKey:
    """Make the key of the next batch and keep it safely before anything is sealed to it."""
    made = BatchKey(keys=new_keys(), marks=secrets.token_bytes(_SECRET))
    held = {"private": made.keys.private, "public": made.keys.public, "marks": made.marks.hex()}
    _write(_batch(poll, made.keys.public), json.dumps(held).encode())
    return made


def batch_key(poll: str, public: str) -> BatchKey:
    """Return the key of a batch by its public half.

    :raises FileNotFoundError: if it is destroyed
    """
    held = json.loads(_batch(poll, public).read_bytes())
    keys = KeyPair(private=held["private"], public=held["public"])
    return BatchKey(keys=keys, marks=bytes.fromhex(held["marks"]))


def other_batch_keys(poll: str, public: str) -> list[Path]:
    """Return where the keys of every batch lie but of one."""
    return [one for one in _folder(poll).glob("batch-*") if one != _batch(poll, public)]


def destroy_batch_keys(keys: Iterable[Path]) -> None:
    """Destroy these keys of batches, and no other; who is not there any more does no harm."""
    for one in keys:
        _destroy(one)


def destroy(poll: str) -> bool:
    """Destroy every secret of a vote; tell whether any was left."""
    folder = _folder(poll)
    if not folder.exists():
        return False
    for one in folder.iterdir():
        _destroy(one)
    shutil.rmtree(folder)
    return True


def _home() -> Path:
    return Path(settings.VOTING_KEYS)


def _folder(poll: str) -> Path:
    return _home() / poll


def _batch(poll: str, public: str) -> Path:
    return _folder(poll) / f"batch-{public[:_NAMED]}"


def _signing(poll: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes((_folder(poll) / "signing").read_bytes())


def _write(path: Path, data: bytes) -> None:
    """Write a file that is whole or not there, and on the disk before we go on."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    beside.rename(path)
    _sync(path.parent)


def _destroy(path: Path) -> None:
    """Overwrite a file and remove it. Disks that write elsewhere may keep the old blocks for a
    while: an encrypted disk is what helps against that."""
    with contextlib.suppress(FileNotFoundError):
        with path.open("r+b") as file:
            file.write(secrets.token_bytes(path.stat().st_size))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
    _sync(path.parent)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
