"""Who may: pages reserved to those the city gave a role."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from allauth.account.decorators import reauthentication_required
from allauth.decorators import rate_limit
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponseBase
from django.utils.translation import gettext as _

from parvis.kernel.errors import Forbidden
from parvis.kernel.http import CityRequest

P = ParamSpec("P")
# The library does not say what its decorator takes.
_count: Callable[..., Any] = rate_limit
View = Callable[Concatenate[CityRequest, P], HttpResponseBase]


def needs_role(*roles: str) -> Callable[[View[P]], View[P]]:
    """Keep a view for persons with one of these roles.

    Who is signed out is sent to sign in; who has none of the roles gets a 403 refusal.
    """

    def guard(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: CityRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if request.person is None:
                return redirect_to_login(request.get_full_path())
            if not request.person.roles & set(roles):
                raise Forbidden(
                    "role_needed",
                    _("This page is kept for city staff. Ask your administrator for access."),
                )
            return view(request, *args, **kwargs)

        return guarded

    return guard


def proves_again(view: View[P]) -> View[P]:
    """Ask for the password again before a sensitive page, unless it was asked minutes ago."""
    guarded: View[P] = reauthentication_required(app="allauth.account")(view)
    return guarded


def counted_as(action: str) -> Callable[[View[P]], View[P]]:
    """Refuse what is sent too often (429), by the limits of ACCOUNT_RATE_LIMITS."""

    def limit(view: View[P]) -> View[P]:
        limited: View[P] = _count(action=action)(view)
        return limited

    return limit
