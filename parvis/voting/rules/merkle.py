"""The log of receipts as a Merkle tree: its root, and the proof that a receipt is in it.

The tree of RFC 9162, section 2.1: leaf = SHA-256(0x00 ‖ data), node = SHA-256(0x01 ‖ left ‖
right), and a left side that is the largest full tree smaller than the whole.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

EMPTY = hashlib.sha256(b"").digest()


def leaf(data: bytes) -> bytes:
    """Return the hash of one entry."""
    return hashlib.sha256(b"\x00" + data).digest()


def node(left: bytes, right: bytes) -> bytes:
    """Return the hash of what stands over two."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(hashes: Sequence[bytes]) -> bytes:
    """Return the root over these hashes of leaves, in order; that of the empty tree for none."""
    level = list(hashes)
    while len(level) > 1:
        level = _above(level)
    return level[0] if level else EMPTY


def path(hashes: Sequence[bytes], index: int) -> list[bytes]:
    """Return the hashes that lead from a leaf to the root, lowest first (RFC 9162, section 2.1.3).

    :raises IndexError: if there is no such leaf
    """
    level, proof = list(hashes), []
    if not 0 <= index < len(level):
        raise IndexError(index)
    while len(level) > 1:
        beside = index ^ 1
        if beside < len(level):
            proof.append(level[beside])
        level, index = _above(level), index // 2
    return proof


def root_by(leaf_hash: bytes, *, index: int, size: int, proof: Sequence[bytes]) -> bytes | None:
    """Return the root to which a proof leads, None if it cannot be one for this place (RFC 9162,
    section 2.1.3.2)."""
    if not 0 <= index < size:
        return None
    here, last, found = index, size - 1, leaf_hash
    for beside in proof:
        if last == 0:
            return None
        if here % 2 or here == last:
            found = node(beside, found)
            while here % 2 == 0 and here:
                here, last = here // 2, last // 2
        else:
            found = node(found, beside)
        here, last = here // 2, last // 2
    return found if last == 0 else None


def _above(level: list[bytes]) -> list[bytes]:
    """Return the level above: neighbours joined, the last one alone carried up as it is."""
    pairs = [node(level[n], level[n + 1]) for n in range(0, len(level) - 1, 2)]
    return pairs + level[len(pairs) * 2 :]
