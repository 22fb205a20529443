"""Makes the roots of the log, a Merkle tree (RFC 9162, 2.1) of which every root was signed."""

from __future__ import annotations

import hashlib


def roots_of(log: list[str], sizes: set[int]) -> dict[int, str]:
    """Return the root of the first n receipts, for each n asked for."""
    found: dict[int, str] = {}
    peaks: list[tuple[int, bytes]] = []
    for size in range(len(log) + 1):
        if size in sizes:
            root = peaks[-1][1] if peaks else hashlib.sha256().digest()
            for _width, peak in reversed(peaks[:-1]):
                root = hashlib.sha256(b"\1" + peak + root).digest()
            found[size] = root.hex()
        if size < len(log):
            width, node = 1, hashlib.sha256(b"\0" + bytes.fromhex(log[size])).digest()
            while peaks and peaks[-1][0] == width:
                node = hashlib.sha256(b"\1" + peaks.pop()[1] + node).digest()
                width *= 2
            peaks.append((width, node))
    return found
