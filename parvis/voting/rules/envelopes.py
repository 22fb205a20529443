"""The two envelopes of a ballot: hybrid public key encryption (RFC 9180), one inside the other."""

from __future__ import annotations

from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
_LENGTH = 4  # bytes that say how long a ballot is before it is filled up
_RECEIPT = 32  # bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPair:
    """An X25519 key pair, both halves as hexadecimal figures."""

    private: str
    public: str


def new_keys() -> KeyPair:
    """Return a key pair nobody had before."""
    return _pair(X25519PrivateKey.generate())


def keys_of(private: str) -> KeyPair:
    """Return the pair a private half belongs to.

    :raises ValueError: if it is no private half
    """
    return _pair(X25519PrivateKey.from_private_bytes(bytes.fromhex(private)))


def seal_ballot(ballot: bytes, *, room: int, key: str, place: str) -> bytes:
    """Return a ballot, filled up to `room` bytes, sealed to the opening key of its vote.

    `place` names the vote and the contest: what was sealed for one place opens in no other.

    :raises ValueError: if it is larger than the room
    """
    if len(ballot) > room:
        raise ValueError("the ballot is larger than its room")
    filled = len(ballot).to_bytes(_LENGTH, "big") + ballot.ljust(room, b"\0")
    return _SUITE.encrypt(filled, _public(key), _info("ballot", place))


def open_ballot(inner: bytes, *, private: str, place: str) -> bytes:
    """Return the ballot that `seal_ballot` sealed.

    :raises ValueError: if the key is another one, or the envelope was changed
    """
    filled = _opened(inner, private=private, info=_info("ballot", place))
    length = int.from_bytes(filled[:_LENGTH], "big")
    return filled[_LENGTH : _LENGTH + length]


def seal_envelope(*, receipt: str, inner: bytes, key: str, place: str) -> bytes:
    """Return a sealed ballot with its receipt, sealed once more to the key of a batch."""
    held = bytes.fromhex(receipt) + inner
    return _SUITE.encrypt(held, _public(key), _info("batch", place))


def open_envelope(outer: bytes, *, private: str, place: str) -> tuple[str, bytes]:
    """Return the receipt and the sealed ballot that `seal_envelope` sealed.

    :raises ValueError: if the key is another one, or the envelope was changed
    """
    held = _opened(outer, private=private, info=_info("batch", place))
    return held[:_RECEIPT].hex(), held[_RECEIPT:]


def place(poll: str, contest: str) -> str:
    """Return how the envelopes of one contest are told from those of any other."""
    return f"{poll}/{contest}"


def _opened(sealed: bytes, *, private: str, info: bytes) -> bytes:
    key = X25519PrivateKey.from_private_bytes(bytes.fromhex(private))
    try:
        return _SUITE.decrypt(sealed, key, info)
    except InvalidTag:
        raise ValueError("this envelope does not open with this key") from None


def _pair(private: X25519PrivateKey) -> KeyPair:
    public = private.public_key().public_bytes_raw().hex()
    return KeyPair(private=private.private_bytes_raw().hex(), public=public)


def _public(key: str) -> X25519PublicKey:
    return X25519PublicKey.from_public_bytes(bytes.fromhex(key))


def _info(layer: str, place: str) -> bytes:
    return f"parvis.voting 1 {layer} {place}".encode()
