"""What a voter carries from page to page, so that nothing of it is kept by the City.

Who votes travels signed in the page. Receipts stay in a cookie of the vote's own addresses; a
ballot on its way waits, encrypted, in another, until it is cast.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.core import signing
from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _, gettext_lazy

from parvis.budget.models import Edition
from parvis.budget.queries.ballots import ref_of
from parvis.kernel.errors import Forbidden
from parvis.kernel.http import CityRequest
from parvis.kernel.sealing import box, secrets
from parvis.voting.public import Elector, Receipt

_VOTER = "parvis.budget.voter"
_HELD = "parvis.budget.held"
_REPLACED = "parvis.budget.replaced"
_BALLOT = "budget.ballot"
_MARK = 16
_HALF_A_DAY = 12 * 3600
_UNTIL_CAST = 2 * 3600
_UNTIL_SHOWN = 20 * 60
_UNTIL_RESULTS = 120 * 24 * 3600
# A browser keeps no larger cookie.
_LARGEST = 3800
_NOT_KEPT = {"csrfmiddlewaretoken", "token"}

OTHER_ACCOUNT = gettext_lazy(
    "Somebody else is signed in by now: begin again with your own account."
)
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
            raise Forbidden("other_account", str(OTHER_ACCOUNT))
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
    _set(response, "replaced", told, edition, age=_UNTIL_SHOWN)


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
    """Return the marks of who asks, that of today first; who is signed out has none."""
    return _marks_of(str(request.person.id)) if request.person else [""]


def _marks_of(who: str) -> list[str]:
    """Return the marks of an account: under each secret of the city, one that tells nobody whose
    it is."""
    return [salted_hmac(_HELD, who, secret=one).hexdigest()[:_MARK] for one in secrets()]


def keep_ballot(
    response: HttpResponse, request: CityRequest, edition: Edition, data: QueryDict
) -> bool:
    """Let the device keep a ballot as it is filled in so far, so that only this program can read
    it, and only for its voter; return whether it is small enough to be kept.

    :raises Forbidden: `begin_again` for a voter that no page of ours carried
    """
    mark = _marks_of(voter_of(data).person_id)[0] if "voter" in data else _marks(request)[0]
    # A field left empty says no more than one that is not there.
    fields = [(name, one) for name in data if name not in _NOT_KEPT for one in data.getlist(name)]
    told = [mark, [pair for pair in fields if pair[1]]]
    packed = zlib.compress(json.dumps(told, separators=(",", ":")).encode(), 9)
    sealed = box(_BALLOT).encrypt(packed).decode()
    if len(sealed) > _LARGEST:
        return False
    _set(response, "ballot", sealed, edition, age=_UNTIL_CAST)
    return True


def kept_ballot(request: CityRequest, edition: Edition) -> QueryDict | None:
    """Return the ballot that this device keeps for who asks, None if it keeps none of theirs."""
    mark, fields = _unsealed(request, edition) or (None, [])
    if mark not in _marks(request):
        return None
    found = QueryDict(mutable=True)
    for name, one in fields:
        found.appendlist(name, one)
    return found


def is_waiting(request: CityRequest, edition: Edition) -> bool:
    """Tell whether this device keeps a ballot, whosever it is."""
    return _unsealed(request, edition) is not None


def _unsealed(request: CityRequest, edition: Edition) -> tuple[str, list[tuple[str, str]]] | None:
    sealed = _read(request, "ballot", edition)
    try:
        packed = box(_BALLOT).decrypt(sealed.encode(), ttl=_UNTIL_CAST)
    except InvalidToken:
        return None
    mark, fields = json.loads(zlib.decompress(packed))
    return mark, [(name, one) for name, one in fields]


def drop_ballot(response: HttpResponse, edition: Edition) -> None:
    """Let the device forget the ballot that it kept."""
    _drop(response, "ballot", edition)


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
