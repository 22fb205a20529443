"""Who may, and how often: pages kept for roles, and limits against haste."""

from __future__ import annotations

import datetime as dt
import hashlib
import ipaddress
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode

from allauth.account import app_settings as account_settings
from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from allauth.account.utils import get_next_redirect_url
from allauth.decorators import rate_limit
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _, ngettext

from parvis.account.queries.identities import identities_of
from parvis.account.queries.people import Person
from parvis.account.queries.recovery import asked_by_owner
from parvis.account.queries.sessions import proof_of, token_of
from parvis.account.rules import opening as rules
from parvis.account.rules.roles import WHOLE_CITY, RoleHeld
from parvis.kernel import clock, pace
from parvis.kernel.errors import Forbidden, Refused
from parvis.kernel.http import CityRequest, came_from, wants_json

P = ParamSpec("P")
# The library does not say what its decorator takes.
_count: Callable[..., Any] = rate_limit
_NEED = "needs"
# What tells the door to outside that a redirect led there, and not a link.
LED = "led"
_CHOSEN, _PLACE = "parvis_chosen_password", "parvis_place"
View = Callable[Concatenate[CityRequest, P], HttpResponseBase]


@dataclass(frozen=True, slots=True)
class Need:
    """What a page asks of who opens it: one of these roles, for a service; in the whole city, or
    anywhere where the page itself keeps to what the role reaches."""

    roles: tuple[str, ...]
    service: str
    territory: int | None = None

    def is_met_by(self, held: Iterable[RoleHeld]) -> bool:
        """Tell whether one of the roles held opens the page."""
        return any(
            one.covers(role, self.service, self.territory) for one in held for role in self.roles
        )


def need_of(view: Callable[..., Any]) -> Need | None:
    """Return what a guarded view asks for, None for a view that `needs_role` does not guard."""
    found: Need | None = getattr(view, _NEED, None)
    return found


def needs_role(
    *roles: str, service: str = WHOLE_CITY, territory: int | None = None
) -> Callable[[View[P]], View[P]]:
    """Keep a view for persons with one of these roles, for a service: by its key, `ANY_SERVICE`
    where any will do; a page of no service takes a role for all of them.

    A role for one arrondissement opens a page only where `territory` is `ANYWHERE`: such a page
    asks `person.reach` what it shows and does. Who is signed out is sent to sign in; who has none
    of the roles gets a 403 refusal; whose roles are dormant is asked for a second factor first.
    """
    need = Need(roles=roles, service=service, territory=territory)

    def guard(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: CityRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if request.person is None:
                return redirect_to_login(request.get_full_path())
            if need.is_met_by(request.person.grants):
                return view(request, *args, **kwargs)
            if need.is_met_by(request.person.dormant):
                return _ask_second_factor(request)
            raise _role_needed(request.person)

        # Whoever wants to know what a role opens asks the guard itself.
        setattr(guarded, _NEED, need)
        return guarded

    return guard


def _role_needed(person: Person) -> Forbidden:
    if person.is_staff_member:
        message = _("Your role does not open this page. Ask your administrator for one that does.")
    else:
        message = _("This page is kept for city staff. Ask your administrator for access.")
    return Forbidden("role_needed", message)


def _ask_second_factor(request: CityRequest) -> HttpResponseBase:
    if request.method not in ("GET", "HEAD") or wants_json(request):
        raise Forbidden(
            "second_factor_needed",
            _("Your role asks for a second factor. Open the desk, show it, then do this again."),
        )
    asked = {REDIRECT_FIELD_NAME: request.get_full_path()}
    return redirect(f"{reverse('account:second_factor')}?{urlencode(asked)}")


def proves_again(view: View[P]) -> View[P]:
    """Ask for the password again before a sensitive page, unless it was typed again minutes ago.

    Whoever has none, and signs in with FranceConnect or ProConnect, is sent there once more.
    """
    asked: View[P] = reauthentication_required(app="allauth.account")(view)

    @wraps(view)
    def guarded(request: CityRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        user = request.user
        if isinstance(user, AbstractBaseUser) and not get_reauthentication_flows(user):
            elsewhere = _prove_elsewhere(request, now=clock.now())
            if elsewhere:
                return elsewhere
        return asked(request, *args, **kwargs)

    return guarded


def _prove_elsewhere(request: CityRequest, *, now: dt.datetime) -> HttpResponseBase | None:
    """Send who is vouched for from outside back there, unless they were there minutes ago; what
    they sent is not kept meanwhile: they come back to the page it was sent from."""
    known = identities_of(request.person.id)
    since = now - dt.timedelta(seconds=account_settings.REAUTHENTICATION_TIMEOUT)
    if not known or proof_of(request).auth_time > since:
        return None
    back = came_from(request) if request.method == "POST" else request.get_full_path()
    return redirect(_elsewhere(known[-1].vouched_by, back=back))


def _elsewhere(vouched_by: str, *, back: str) -> str:
    asked = {"process": "prove", REDIRECT_FIELD_NAME: back, LED: "1"}
    return f"{reverse(f'account:{vouched_by}')}?{urlencode(asked)}"


def prove_again_url(request: CityRequest, *, back: str) -> str:
    """Return the page on which who is signed in shows once more that it is them, then goes `back`:
    that of FranceConnect or ProConnect for who has nothing to show here."""
    user = request.user
    if isinstance(user, AbstractBaseUser) and not get_reauthentication_flows(user):
        known = identities_of(request.person.id)
        if known:
            return _elsewhere(known[-1].vouched_by, back=back)
    return f"{reverse('account_reauthenticate')}?{urlencode({REDIRECT_FIELD_NAME: back})}"


def counted_as(action: str) -> Callable[[View[P]], View[P]]:
    """Refuse what one person sends too often (429), by the limits of ACCOUNT_RATE_LIMITS."""

    def limit(view: View[P]) -> View[P]:
        limited: View[P] = _count(action=action)(view)
        return limited

    return limit


def place_of(request: HttpRequest) -> str:
    """Return where a request comes from: an IPv4 address, or the /64 that IPv6 gives one home;
    found out once for each request."""
    known: str | None = getattr(request, _PLACE, None)
    if known is None:
        known = _place(get_adapter().get_client_ip(request))
        setattr(request, _PLACE, known)
    return known


def _place(said: str) -> str:
    address = ipaddress.ip_address(said)
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, 64), strict=False))


def refuse_haste(request: HttpRequest, action: str, *, now: dt.datetime, address: str = "") -> None:
    """Refuse what was done too often from one place in a minute, or for one address in an hour.

    The limits are those of `rules.PACE`; `count_try` counts.

    :raises Refused: `too_many_tries` (429)
    """
    counters = _counters(request, action, address, now)
    _refuse_full(counters, pace.counted([key for key, *_limit in counters], now=now))


def _refuse_full(counters: list[tuple[str, int, int]], done: dict[str, int]) -> None:
    full = [seconds for key, allowed, seconds in counters if done.get(key, 0) >= allowed]
    if full:
        raise _too_many_tries(max(full))


def _too_many_tries(seconds: int) -> Refused:
    minutes = seconds // 60
    message = ngettext(
        "Too many tries in a short time. Wait %(n)s minute, then try again.",
        "Too many tries in a short time. Wait %(n)s minutes, then try again.",
        minutes,
    )
    told = message % {"n": minutes}
    return Refused("too_many_tries", told, status=HTTPStatus.TOO_MANY_REQUESTS)


def keep_pace(request: HttpRequest, action: str, *, now: dt.datetime, address: str) -> None:
    """Count what is about to be done, unless it was done too often.

    :raises Refused: `too_many_tries` (429)
    """
    refuse_haste(request, action, now=now, address=address)
    count_try(request, action, now=now, address=address)


def count_try(request: HttpRequest, action: str, *, now: dt.datetime, address: str = "") -> None:
    """Count what was done."""
    for key, _allowed, seconds in _counters(request, action, address, now):
        pace.count(key, lasts=dt.timedelta(seconds=seconds), now=now)


def try_account(request: HttpRequest, account: str, *, now: dt.datetime) -> str:
    """Count a try at the password of an account from the place of a request, before it is made;
    return what to `pace.take_back` if it was the right one.

    Wrong ones are bounded from each place, for an account and for all of them, and for an account
    from all places together; a device that its owner signed in with before knows the first bound
    alone, so that strangers lock nobody out. Of tries that are made at the same instant none knows
    yet how the others end: they may be twice as many as the wrong ones.

    :raises Refused: `too_many_tries` for the place, `too_many_attempts` for the account (429)
    """
    key = account_key(request, account)
    counters = _counters(request, "login_failed", "", now)
    here = {f"wrong:{key}": rules.MOST_ACCOUNT_TRIES}
    elsewhere = {one: allowed for one, allowed, _seconds in counters}
    elsewhere[_of_strangers(account)] = rules.MOST_TRIES_OF_STRANGERS
    lasts = rules.ACCOUNT_TRIES_END
    tries, done = pace.count_unless(key, full=here | elsewhere, lasts=lasts, now=now)
    if any(done.get(one, 0) >= most for one, most in elsewhere.items()) and _is_known_device(
        request, account
    ):
        tries, done = pace.count_unless(key, full=here, lasts=lasts, now=now)
    _refuse_full(counters, done)
    if tries is None or tries > 2 * rules.MOST_ACCOUNT_TRIES:
        if tries is not None:
            pace.take_back(key)
        raise _too_many_attempts(request)
    return key


def _too_many_attempts(request: HttpRequest) -> Refused:
    if request.user.is_authenticated:
        message = _(
            "Too many wrong passwords in a row. Wait five minutes, or choose a new "
            "password: that works at once."
        )
        way = (_("Choose a new password"), reverse("account_reset_password"))
    else:
        # Strangers may be trying, and the password of the owner be the right one.
        message = _(
            "Too many wrong passwords in a row. Wait five minutes, or sign in with a code that "
            "we send to your mailbox: that works at once."
        )
        way = (_("Receive a code"), _with_next(request, "account:ask_code"))
    return Refused("too_many_attempts", message, status=HTTPStatus.TOO_MANY_REQUESTS, way=way)


def _with_next(request: HttpRequest, page: str) -> str:
    wanted = get_next_redirect_url(request)
    return reverse(page) + (f"?{urlencode({REDIRECT_FIELD_NAME: wanted})}" if wanted else "")


def _is_known_device(request: HttpRequest, account: str) -> bool:
    if _has_chosen_password(request, account):
        return True
    email, place = account.strip().lower(), place_of(request)
    return asked_by_owner(email, token=token_of(request), place=place).has_device


def note_chosen_password(request: HttpRequest, account: str, *, now: dt.datetime) -> None:
    """Note that the owner of an account, as they have shown, chose its password in this browser:
    what was tried is forgotten, and for an hour it counts as a device they signed in with before.

    Strangers who go on trying would keep them out of the account they have just got back.
    """
    forget_tries(request, account)
    until = now + rules.CHOSEN_COUNTS
    request.session[_CHOSEN] = {"account": _of_strangers(account), "until": until.timestamp()}


def _has_chosen_password(request: HttpRequest, account: str) -> bool:
    kept = request.session.get(_CHOSEN) or {}
    is_theirs = kept.get("account") == _of_strangers(account)
    return is_theirs and kept["until"] > clock.now().timestamp()


def count_wrong(request: HttpRequest, account: str, *, now: dt.datetime) -> None:
    """Count a wrong password of an account from the place of a request, and from all places unless
    it was typed on a device of its owner."""
    pace.count(wrong_key(request, account), lasts=rules.ACCOUNT_TRIES_END, now=now)
    if not _is_known_device(request, account):
        pace.count(_of_strangers(account), lasts=rules.ACCOUNT_TRIES_END, now=now)


def forget_tries(request: HttpRequest, account: str) -> None:
    """Forget what was tried at an account: from the place of a request, and by strangers."""
    for key in (
        wrong_key(request, account),
        account_key(request, account),
        _of_strangers(account),
    ):
        pace.begin_again(key)


def _of_strangers(account: str) -> str:
    said = account.strip().lower()
    return f"wrong:strangers:{hashlib.sha256(said.encode()).hexdigest()}"


def wrong_key(request: HttpRequest, account: str) -> str:
    """Return what the wrong passwords of an account are counted under."""
    return f"wrong:{account_key(request, account)}"


def account_key(request: HttpRequest, account: str) -> str:
    """Return what the tries at an account are counted under: a stranger elsewhere keeps nobody out
    of theirs."""
    said = f"{account.strip().lower()}:{place_of(request)}"
    return f"account_tries:{hashlib.sha256(said.encode()).hexdigest()}"


def _counters(
    request: HttpRequest, action: str, address: str, now: dt.datetime
) -> list[tuple[str, int, int]]:
    """Return the key, the limit and the length in seconds of each count that applies."""
    limit = rules.PACE[action]
    counted = [(place_of(request), limit.from_place, 60)]
    if address:
        counted.append((address, limit.for_address, 60 * 60))
    return [
        (_counter(action, who, int(now.timestamp()) // seconds), allowed, seconds)
        for who, allowed, seconds in counted
    ]


def _counter(action: str, who: str, window: int) -> str:
    # No address is kept that could be read.
    return f"pace:{action}:{window}:{hashlib.sha256(who.encode()).hexdigest()}"


def keep_pace_of_owner(
    request: HttpRequest, action: str, *, address: str, now: dt.datetime
) -> rules.Share:
    """Count that a way into the account of an address is asked for, and return the share of the
    mails to that address which this one belongs to.

    A stranger uses up nobody else's: as many an hour as the pace of the action says for an address
    are heard from each network, and as many, wherever they are, from devices its account was opened
    with. What strangers cause is bounded once more, for all networks together, by the mails that
    leave: one address gets no more than `rules.MOST_MAILS_OF_STRANGERS` an hour because of them,
    and as many as are heard for each network where its account is open and for those devices.

    The second bound is not told: from the network of an account it would tell whether there is one.

    :raises Refused: `too_many_tries` (429), the same for a known and an unknown address unless the
        request comes from the owner's own device
    """
    refuse_haste(request, action, now=now)
    email, place = address.strip().lower(), place_of(request)
    owner = asked_by_owner(email, token=token_of(request), place=place)
    door = _hidden(action, email, "device" if owner.has_device else place)
    most = rules.PACE[action].for_address
    if pace.count(door, lasts=rules.WAYS_BACK_END, now=now) > most:
        raise _too_many_tries(int(rules.WAYS_BACK_END.total_seconds()))
    count_try(request, action, now=now)
    if owner.has_device or owner.is_at_home:
        return rules.Share(key=f"{door}:mails", allowed=most)
    key = _hidden(action, email, "strangers")
    return rules.Share(key=key, allowed=rules.MOST_MAILS_OF_STRANGERS)


def _hidden(action: str, *said: str) -> str:
    return f"way_back:{action}:{hashlib.sha256(' '.join(said).encode()).hexdigest()}"
