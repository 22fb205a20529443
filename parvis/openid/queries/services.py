"""What administrators see of the services that are registered."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, QuerySet
from django.utils.translation import gettext as _, gettext_lazy

from parvis.kernel.errors import NotFound
from parvis.openid.models import Consent, Login, LogoutMessage, Service
from parvis.openid.queries import wording
from parvis.openid.queries.logins import service_by_client_id
from parvis.openid.rules import claims as rules, kinds

KIND_LABELS = {
    kinds.WEB: gettext_lazy("A web site with its own server"),
    kinds.APP: gettext_lazy("A page or an app that runs on people's own devices"),
    kinds.DEVICE: gettext_lazy("A device without a keyboard, such as a display"),
    kinds.PROGRAM: gettext_lazy("A program that acts for itself, without a person"),
}
_RECENT = dt.timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A service in the list. `connected` counts persons; `unheard` the sign-outs of the last seven
    days that it never answered."""

    id: uuid.UUID
    name: str
    operator: str
    kind: str
    connected: int
    last_sign_in: dt.datetime | None
    unheard: int
    closed_at: dt.datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A service as its administrators see it; the secret is known to nobody."""

    line: Line
    service: Service
    kind: str
    knows: tuple[str, ...]
    may_know: tuple[str, ...]
    sector_shared_with: tuple[str, ...]

    @property
    def redirect_uris(self) -> list[str]:
        """Return where it may be answered."""
        return str(self.service.redirect_uris).split()

    @property
    def post_logout_redirect_uris(self) -> list[str]:
        """Return where people may come back to after they signed out."""
        return str(self.service.post_logout_redirect_uris).split()


def listed(*, now: dt.datetime) -> list[Line]:
    """Return every service, the open ones first, in the order of their names."""
    services = list(Service.objects.order_by("name"))
    connected = _counts(Consent.objects.filter(withdrawn_at=None), "service")
    unheard = _counts(_given_up(now), "login__service")
    seen = dict(Login.objects.values_list("service").annotate(Max("began_at")))
    lines = [
        Line(
            id=one.public_id,
            name=one.name,
            operator=one.operator,
            kind=str(KIND_LABELS[kind_of(one)]),
            connected=connected.get(one.pk, 0),
            last_sign_in=seen.get(one.pk),
            unheard=unheard.get(one.pk, 0),
            closed_at=one.closed_at,
        )
        for one in services
    ]
    return sorted(lines, key=lambda line: line.closed_at is not None)


def page(service_id: uuid.UUID, *, now: dt.datetime) -> Page:
    """Return one service.

    :raises NotFound: `no_service`
    """
    service = of_id(service_id)
    line = next(one for one in listed(now=now) if one.id == service_id)
    others = Service.objects.filter(sector=service.sector, closed_at=None).exclude(pk=service.pk)
    claims = [claim for claim in rules.AGREED_TO if claim in service.claims]
    return Page(
        line=line,
        service=service,
        kind=kind_of(service),
        knows=tuple(_label(one) for one in claims if one not in service.optional_claims),
        may_know=tuple(_label(one) for one in claims if one in service.optional_claims),
        sector_shared_with=tuple(others.order_by("name").values_list("name", flat=True)),
    )


def of_id(service_id: uuid.UUID) -> Service:
    """Return a service, open or closed.

    :raises NotFound: `no_service`
    """
    return _found(Service.objects.filter(public_id=service_id).first())


def of_client(client_id: str) -> Service:
    """Return the open service that calls itself so.

    :raises NotFound: `no_service`
    """
    return _found(service_by_client_id(client_id))


def kind_of(service: Service) -> str:
    """Return which kind of program a service is."""
    return kinds.kind_of(service.client_type, service.authorization_grant_type)


def wish_of(service: Service) -> kinds.Wish:
    """Return what an administrator typed to register a service."""
    return kinds.Wish(
        kind=kind_of(service),
        name=service.name,
        operator=service.operator,
        purpose_fr=service.purpose_fr,
        purpose_en=service.purpose_en,
        contact=service.contact,
        home_url=service.home_url,
        redirect_uris=tuple(str(service.redirect_uris).split()),
        post_logout_redirect_uris=tuple(str(service.post_logout_redirect_uris).split()),
        backchannel_logout_uri=service.backchannel_logout_uri,
        sector=service.sector,
        claims=frozenset(service.claims),
        optional_claims=frozenset(service.optional_claims),
        least_acr=service.least_acr,
    )


def unheard(now: dt.datetime) -> int:
    """Return how many services did not answer when somebody signed out, in the last seven days."""
    return _given_up(now).values("login__service").distinct().count()


def name_of(service_id: uuid.UUID) -> str:
    """Return what a service is called, "" if it is unknown."""
    names = Service.objects.filter(public_id=service_id).values_list("name", flat=True)
    return str(names.first() or "")


def _given_up(now: dt.datetime) -> QuerySet[LogoutMessage]:
    return LogoutMessage.objects.filter(
        state=LogoutMessage.State.GIVEN_UP, created_at__gt=now - _RECENT
    )


def _counts(rows: QuerySet[Any], of: str) -> dict[int, int]:
    return dict(rows.values_list(of).annotate(Count("pk")))


def _label(claim: str) -> str:
    """Return what a claim is called when one speaks about other people."""
    return str(wording.NAMES[claim])


def _found(service: Service | None) -> Service:
    if service is None:
        raise NotFound("no_service", _("There is no open service at this address."))
    return service
