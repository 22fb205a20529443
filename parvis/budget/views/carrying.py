"""What a voter carries from page to page, so that nothing of it is kept by the City.

Who votes travels signed in the page. Receipts stay in a cookie of the vote's own addresses; a
ballot whose session ended waits, encrypted, in another, until its voter has signed in again.
"""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.core import signing
from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from parvis.budget.models import Edition
from parvis.budget.queries.ballots import ref_of
from parvis.kernel.errors import Forbidden
from parvis.kernel.http import CityRequest
from parvis.voting.public import Elector, Receipt

_VOTER = "parvis.budget.voter"
_HELD = "parvis.budget.held"
_REPLACED = "parvis.budget.replaced"
_MARK = 16
_HALF_A_DAY = 12 * 3600
_WHILE_SIGNING_IN = 20 * 60
_UNTIL_RESULTS = 120 * 24 * 3600
# A browser keeps no larger cookie.
_LARGEST = 3800
_NOT_KEPT = {"csrfmiddlewaretoken", "token"}

Held = tuple[str, str, str]
"""A contest, the receipt of the ballot cast in it, and the code to change it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Voter:
    """Who votes in which contests: an account and a civil identity, as one declared them."""

    person_id: str
    identity: str
    contests: tuple[str, ...]

    def signed(self) -> str:
        """Return it as a page carries it."""
        told = [self.person_id, self.identity, list(self.contests)]
        return signing.dumps(told, salt=_VOTER, compress=True)

    def elector(self, request: CityRequest) -> Elector:
        """Return who casts.

        :raises Forbidden: `other_account` if somebody else is signed in by now
        """
        if request.person is None or str(request.person.id) != self.person_id:
            message = _("Somebody else is signed in by now: begin again with your own account.")
            raise Forbidden("other_account", message)
        return Elector(person_id=request.person.id, identity=self.identity, contests=self.contests)


def voter_of(data: QueryDict) -> Voter:
    """Return who votes, from a page.

    :raises Forbidden: `begin_again` for what no page of ours carried, or not today
    """
    try:
        told = signing.loads(data.get("voter", ""), salt=_VOTER, max_age=_HALF_A_DAY)
    except signing.BadSignature:
        message = _("This page is too old: begin again, nothing was cast.")
        raise Forbidden("begin_again", message) from None
    return Voter(person_id=told[0], identity=told[1], contests=tuple(told[2]))


def read_held(request: CityRequest, edition: Edition) -> tuple[Held, ...]:
    """Return the receipts that this device keeps of a vote for who asks: of several people who
    share a device each finds their own; who is signed out finds what was changed signed out."""
    marks = _marks(request)
    return tuple(held for held, mark in _rows(request, edition) if mark in marks)


def hold(
    response: HttpResponse,
    request: CityRequest,
    edition: Edition,
    receipts: Iterable[Receipt],
    *,
    spent: Sequence[Held] = (),
) -> None:
    """Let the device keep new receipts, where no script reads them, beside all it keeps already
    but those that they took the place of."""
    before, mine = _rows(request, edition), _marks(request)[0]
    marks = {held[1]: mark for held, mark in before}
    of_contest = {one[0]: marks.get(one[1], mine) for one in spent}
    rows = {held[1]: (held, mark) for held, mark in before}
    for one in spent:
        rows.pop(one[1], None)
    for new in receipts:
        held = (new.contest, new.receipt, new.change_code)
        rows[new.receipt] = (held, of_contest.get(new.contest, mine))
    _write(response, edition, list(rows.values()))


def forget(response: HttpResponse, request: CityRequest, edition: Edition) -> None:
    """Let the device forget the receipts of who asks; those of others stay."""
    marks = _marks(request)
    _write(response, edition, [row for row in _rows(request, edition) if row[1] not in marks])


def note_replaced(response: HttpResponse, edition: Edition, contests: Iterable[str]) -> None:
    """Let the next page say in which contests a ballot took the place of a former one."""
    told = signing.dumps(sorted(contests), salt=_REPLACED)
    _set(response, "replaced", told, edition, age=_WHILE_SIGNING_IN)


def read_replaced(request: CityRequest, edition: Edition) -> frozenset[str]:
    """Return in which contests a ballot has just taken the place of a former one."""
    try:
        return frozenset(signing.loads(_read(request, "replaced", edition), salt=_REPLACED))
    except signing.BadSignature:
        return frozenset()


def drop_replaced(response: HttpResponse, edition: Edition) -> None:
    """Let the device forget that a ballot was replaced: whoever makes somebody show their receipts
    must not learn it."""
    _drop(response, "replaced", edition)


def _rows(request: CityRequest, edition: Edition) -> list[tuple[Held, str]]:
    """Return all the receipts a device keeps, each with the mark of whose it is."""
    try:
        told = signing.loads(_read(request, "receipts", edition), salt=_HELD)
    except signing.BadSignature:
        return []
    # One that was kept before receipts were marked is nobody's.
    return [((one[0], one[1], one[2]), "".join(one[3:])) for one in told]


def _write(response: HttpResponse, edition: Edition, rows: list[tuple[Held, str]]) -> None:
    if not rows:
        _drop(response, "receipts", edition)
        return
    while len(told := _packed(rows)) > _LARGEST:
        # As many as a browser keeps, the latest: those of some ten people.
        rows = rows[1:]
    _set(response, "receipts", told, edition, age=_UNTIL_RESULTS)


def _packed(rows: Iterable[tuple[Held, str]]) -> str:
    return signing.dumps([[*held, mark] for held, mark in rows], salt=_HELD, compress=True)


def _marks(request: CityRequest) -> list[str]:
    """Return the marks of who asks, that of today first: under each secret of the city, one that
    tells nobody who they are."""
    if request.person is None:
        return [""]
    who = str(request.person.id)
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [salted_hmac(_HELD, who, secret=one).hexdigest()[:_MARK] for one in secrets]


def keep_while_signing_in(response: HttpResponse, edition: Edition, data: QueryDict) -> bool:
    """Let the device keep a filled-in ballot for some minutes, so that only this program can read
    it; return whether it is small enough to be kept."""
    fields = [(name, one) for name in data if name not in _NOT_KEPT for one in data.getlist(name)]
    packed = zlib.compress(json.dumps(fields, separators=(",", ":")).encode(), 9)
    sealed = _box().encrypt(packed).decode()
    if len(sealed) > _LARGEST:
        return False
    _set(response, "ballot", sealed, edition, age=_WHILE_SIGNING_IN)
    return True


def take_back(request: CityRequest, edition: Edition) -> QueryDict | None:
    """Return the ballot that waited while its voter signed in, None if none does."""
    sealed = _read(request, "ballot", edition)
    try:
        packed = _box().decrypt(sealed.encode(), ttl=_WHILE_SIGNING_IN)
    except InvalidToken:
        return None
    found = QueryDict(mutable=True)
    for name, one in json.loads(zlib.decompress(packed)):
        found.appendlist(name, one)
    return found


def drop_ballot(response: HttpResponse, edition: Edition) -> None:
    """Let the device forget the ballot that waited."""
    _drop(response, "ballot", edition)


def _box() -> Fernet:
    key = hashlib.sha256(f"parvis.budget.ballot {settings.SECRET_KEY}".encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))


def _read(request: CityRequest, what: str, edition: Edition) -> str:
    names = (name for name, _path in _cookies(what, edition))
    return next((request.COOKIES[name] for name in names if name in request.COOKIES), "")


def _set(response: HttpResponse, what: str, value: str, edition: Edition, *, age: int) -> None:
    for name, path in _cookies(what, edition):
        response.set_cookie(
            name,
            value,
            max_age=age,
            path=path,
            secure=bool(settings.SESSION_COOKIE_SECURE),
            httponly=True,
            samesite="Lax",
        )


def _drop(response: HttpResponse, what: str, edition: Edition) -> None:
    for name, path in _cookies(what, edition):
        response.delete_cookie(name, path=path, samesite="Lax")


def _cookies(what: str, edition: Edition) -> Iterator[tuple[str, str]]:
    """Yield name and path of a cookie for each language: the vote's pages have an address in
    each, and no other page of the city is sent what a voter holds."""
    for code, _language in settings.LANGUAGES:
        with translation.override(code):
            path = reverse("budget:vote", args=[edition.slug])
        yield f"{what}-{ref_of(edition)}-{code}", path
