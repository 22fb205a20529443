"""What a role reaches, when it asks for a second factor, how long an agent's session lasts: pure
rules."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

REASON_MIN_LENGTH = 10
REASON_MAX_LENGTH = 500

# A role for every service, and for the whole city.
WHOLE_CITY = ""
# Asked by pages that belong to no service, such as the desk itself.
ANY_SERVICE = "*"
# Asked by pages that show of every arrondissement what a role reaches, and no more.
ANYWHERE = -1

# What cannot be left behind when a day ends: an agent helps one person in one sitting.
ASSISTANCE_LASTS = dt.timedelta(minutes=30)
# The register of what agents did for others is kept as long as the logs (CNIL, 2021-122).
ASSISTANCE_KEPT = dt.timedelta(days=365)
# Clocks of several machines may differ by this much; a moment further ahead cannot be believed.
SKEW = dt.timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleHeld:
    """A role as somebody holds it now.

    `service` is the key of the one service it opens, "" for all; `territory` the number of the one
    arrondissement, None for the whole city.
    """

    role: str
    service: str = WHOLE_CITY
    territory: int | None = None
    since: dt.datetime
    until: dt.datetime | None = None

    def covers(self, role: str, service: str, territory: int | None = None) -> bool:
        """Tell whether this role reaches a service (`ANY_SERVICE`: any) and an arrondissement.

        Without one, the matter is the whole city's: a role for a part of it does not reach it.
        `ANYWHERE` where any part will do, and what is shown or done there is `Reach` alone.
        """
        return (
            self.role == role
            and (service == ANY_SERVICE or self.service in (WHOLE_CITY, service))
            and (territory == ANYWHERE or self.territory in (None, territory))
        )


@dataclass(frozen=True, slots=True)
class Reach:
    """The numbers of the arrondissements that roles reach; None for the whole city."""

    territories: frozenset[int] | None

    def covers(self, territory: int | None) -> bool:
        """Tell whether an arrondissement is reached; None lies in none: the whole city's alone."""
        return self.territories is None or territory in self.territories

    @property
    def is_whole_city(self) -> bool:
        """Tell whether nothing of the city is out of reach."""
        return self.territories is None


def reach_of(held: Iterable[RoleHeld], roles: Iterable[str], service: str) -> Reach:
    """Return the arrondissements in which any of these roles is held for a service."""
    wanted = tuple(roles)
    found = [
        one.territory for one in held if any(one.covers(role, service, ANYWHERE) for role in wanted)
    ]
    if None in found:
        return Reach(None)
    return Reach(frozenset(one for one in found if one is not None))


def is_second_factor_due(held: Iterable[RoleHeld], *, days: int | None, now: dt.datetime) -> bool:
    """Tell whether the time to add a second factor is over; `days` None never asks for one.

    The days run from the moment the oldest of the roles was given.
    """
    due = second_factor_due_at(held, days=days)
    return due is not None and now >= due


def second_factor_due_at(held: Iterable[RoleHeld], *, days: int | None) -> dt.datetime | None:
    """Return from when on a second factor is asked for; None for who holds no role, or never."""
    begun = [one.since for one in held]
    return min(begun) + dt.timedelta(days=days) if begun and days is not None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionLimits:
    """How long a session of an agent stays open: without use, and whatever is done in it."""

    idle: dt.timedelta
    absolute: dt.timedelta


def why_session_is_over(
    *, began_at: dt.datetime, seen_at: dt.datetime, now: dt.datetime, limits: SessionLimits
) -> str | None:
    """Return "idle" or "too_long" if an agent's session has come to its end, or None.

    Moments are in UTC: summer time changes nothing. "clock": one of them lies ahead, so that
    nobody can tell how much time has gone by since.
    Source: NIST SP 800-63B-4, AAL2: reauthentication; OWASP ASVS 5.0, 7.3.1 and 7.3.2.
    """
    if max(began_at, seen_at) > now + SKEW:
        return "clock"
    if now - began_at >= limits.absolute:
        return "too_long"
    if now - seen_at >= limits.idle:
        return "idle"
    return None


def why_period_is_refused(
    *, since: dt.datetime, until: dt.datetime | None, now: dt.datetime
) -> str | None:
    """Return "ends_before_it_begins" or "already_over" if a role cannot be held then, or None."""
    if until is None:
        return None
    if until <= since:
        return "ends_before_it_begins"
    return "already_over" if until <= now else None


def is_reason(said: str) -> bool:
    """Tell whether what was said is a reason somebody could check later."""
    return REASON_MIN_LENGTH <= len(said.strip()) <= REASON_MAX_LENGTH
