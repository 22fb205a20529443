"""What comes next between a request and its code. Source: OpenID Connect Core 1.0, section
3.1.2.3."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Callable
from dataclasses import dataclass

from parvis.openid.rules.assurance import reaches
from parvis.openid.rules.requests import AuthorizationRequest, Problem


class Step(enum.Enum):
    """What the person does next."""

    SIGN_IN = "sign_in"
    CHOOSE = "choose"
    PROVE_AGAIN = "prove_again"
    SECOND_FACTOR = "second_factor"
    ENROL = "enrol"
    CONSENT = "consent"
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """Who is there, when a request arrives.

    `auth_time` and `acr` are None and "" while nobody is signed in; `asked_at` is when this request
    first arrived; `is_expected` tells whether the person is the one the request names, if it names
    one; `has_chosen` that they have just chosen this account. The last two are asked only when it
    matters.
    """

    now: dt.datetime
    asked_at: dt.datetime
    auth_time: dt.datetime | None = None
    acr: str = ""
    least_acr: str = ""
    is_expected: bool = True
    has_chosen: bool = False
    has_second_factor: Callable[[], bool]
    consents: Callable[[dt.datetime | None], bool]


def next_step(request: AuthorizationRequest, now: Situation) -> Step:
    """Return what the person does next.

    :raises Problem: what the service is answered, where nothing may be asked or nothing would help
    """
    step = _identity(request, now) or _assurance(request, now) or _consent(request, now)
    if step and "none" in request.prompt:
        raise _silent(step)
    return step or Step.DONE


def _identity(request: AuthorizationRequest, now: Situation) -> Step | None:
    if now.auth_time is None:
        return Step.SIGN_IN
    if not now.is_expected:
        if now.has_chosen:
            raise Problem(
                error="login_required", description="Somebody else is signed in at the City."
            )
        return Step.CHOOSE
    # Whoever proved it after the request arrived has proved it for the request.
    if now.auth_time >= now.asked_at:
        return None
    if "select_account" in request.prompt and not now.has_chosen:
        return Step.CHOOSE
    too_old = request.max_age is not None and now.now - now.auth_time > dt.timedelta(
        seconds=request.max_age
    )
    return Step.PROVE_AGAIN if too_old or "login" in request.prompt else None


def _assurance(request: AuthorizationRequest, now: Situation) -> Step | None:
    if not reaches(now.acr, now.least_acr):
        return Step.SECOND_FACTOR if now.has_second_factor() else Step.ENROL
    if not reaches(now.acr, request.least_acr):
        if now.has_second_factor():
            return Step.SECOND_FACTOR
        raise Problem(
            error="unmet_authentication_requirements",
            description="The person has no second factor.",
        )
    # A wish is fulfilled where it can be, unless nothing may be asked.
    if "none" in request.prompt or reaches(now.acr, request.wished_acr):
        return None
    return Step.SECOND_FACTOR if now.has_second_factor() else None


def _consent(request: AuthorizationRequest, now: Situation) -> Step | None:
    since = now.asked_at if "consent" in request.prompt else None
    return None if now.consents(since) else Step.CONSENT


_SILENT = {
    Step.SIGN_IN: ("login_required", "Nobody is signed in."),
    Step.PROVE_AGAIN: ("login_required", "The person has to sign in again."),
    Step.CHOOSE: ("login_required", "Somebody else is signed in at the City."),
    Step.SECOND_FACTOR: ("interaction_required", "The person has to show a second factor."),
    Step.ENROL: ("interaction_required", "The person has no second factor yet."),
    Step.CONSENT: ("consent_required", "The person has not agreed to this yet."),
}


def _silent(step: Step) -> Problem:
    error, description = _SILENT[step]
    return Problem(error=error, description=description)
