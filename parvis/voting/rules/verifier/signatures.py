"""Checks Ed25519 signatures (RFC 8032, 5.1): slow and short, for no secret is at hand here."""

from __future__ import annotations

import hashlib

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
KEY, SIGNATURE = 32, 64
Point = tuple[int, int, int, int]


def _added(one: Point, other: Point) -> Point:
    a = (one[1] - one[0]) * (other[1] - other[0]) % P
    b = (one[1] + one[0]) * (other[1] + other[0]) % P
    c, d = 2 * one[3] * other[3] * D % P, 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def _times(factor: int, point: Point) -> Point:
    product: Point = (0, 1, 1, 0)
    while factor:
        if factor & 1:
            product = _added(product, point)
        point, factor = _added(point, point), factor >> 1
    return product


def _point(raw: bytes) -> Point | None:
    """Return the point that 32 bytes stand for, None if they stand for none."""
    y = int.from_bytes(raw, "little")
    odd, y = y >> 255, y & (2**255 - 1)
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if y >= P or (x * x - square) % P or (odd and not x):
        return None
    x = x if x & 1 == odd else P - x
    return (x, y, 1, x * y % P)


def is_signed(key: bytes, signed: bytes, signature: bytes) -> bool:
    """Say whether the signature over these bytes was made with this public key's other half."""
    if len(key) != KEY or len(signature) != SIGNATURE:
        return False
    base = _point((4 * pow(5, P - 2, P) % P).to_bytes(KEY, "little"))
    public, random = _point(key), _point(signature[:KEY])
    s = int.from_bytes(signature[KEY:], "little")
    if base is None or public is None or random is None or s >= ORDER:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:KEY] + key + signed).digest(), "little") % ORDER
    left, right = _times(s, base), _added(random, _times(h, public))
    return all((left[i] * right[2] - right[i] * left[2]) % P == 0 for i in (0, 1))
