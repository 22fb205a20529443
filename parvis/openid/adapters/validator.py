"""What the OAuth library asks of the city at the token endpoint."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from django.db.models import F
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauthlib.oauth2.rfc6749 import errors
from oauthlib.oauth2.rfc8628.grant_types.device_code import DeviceCodeGrant

from parvis.kernel import clock
from parvis.kernel.prepared import Prepared
from parvis.openid.actions import device, tokens
from parvis.openid.models import RefreshToken, Service
from parvis.openid.queries import clients, logins
from parvis.openid.queries.keys import signing_kid
from parvis.openid.rules.claims import OPENID, SCOPES
from parvis.openid.rules.secrets import fingerprint, fits

_handed_in: Prepared[RefreshToken] = Prepared(
    lambda checksum, service_pk, now: (
        RefreshToken.objects.filter(token_checksum=checksum, application_id=service_pk)
        .select_related("user", "login", "access_token__grant")
        .annotate(signing_kid=signing_kid(now))
        .order_by(F("revoked").desc(nulls_first=True))[:1]
    ),
    str,
    int,
    dt.datetime,
)


class CityValidator(OAuth2Validator):
    """Who may have a token. The library knows the protocol, we know services, codes and logins.

    `request` is the library's; what is found out about it is kept on it as `city`, an `Issue`.
    Of a name that nobody has set it gives what was sent under it: such names are read by `_found`.
    """

    def _check_secret(self, provided_secret: str, stored_secret: str) -> bool:
        return fits(provided_secret, stored_secret)

    def client_authentication_required(self, request: Any, *_args: Any, **_options: Any) -> bool:
        """Ask every service for its secret that has one, and whoever sends one."""
        if _header(request) or request.client_secret:
            return True
        request.client = logins.service_by_client_id(request.client_id or "")
        return request.client is None or request.client.client_type == Service.CLIENT_CONFIDENTIAL

    def authenticate_client(self, request: Any, *_args: Any, **_options: Any) -> bool:
        """Tell whether the service showed its secret, and keep which one it is."""
        # A code comes with the service it was issued to: mostly the one that asks.
        grant = _found(request, "grant")
        request.client = clients.authenticated(
            authorization=_header(request),
            client_id=request.client_id or "",
            secret=request.client_secret or "",
            seen=grant.application if grant else None,
        )
        return request.client is not None

    def authenticate_client_id(
        self, client_id: str, request: Any, *_args: Any, **_options: Any
    ) -> bool:
        """Tell whether a service without a secret is one that has none."""
        del client_id
        return bool(request.client and request.client.client_type == Service.CLIENT_PUBLIC)

    def is_origin_allowed(self, *_args: Any, **_options: Any) -> bool:
        """Leave the headers for other origins to our own door."""
        return False

    # --- codes --------------------------------------------------------------------------------

    def get_authorization_code_scopes(
        self, client_id: str, code: str, redirect_uri: str, request: Any
    ) -> list[str]:
        """Return the scopes of a code, and keep the code for what follows."""
        del client_id, redirect_uri
        request.grant = tokens.code_row(code, now=clock.now())
        return request.grant.scope.split() if request.grant else []

    def validate_code(
        self, client_id: str, code: str, client: Any, request: Any, *_args: Any, **_options: Any
    ) -> bool:
        """Tell whether a code is good for this service; spent before, it revokes what it bought."""
        del client_id, code
        grant, now = request.grant, clock.now()
        if grant is None or grant.application_id != client.pk:
            return False
        if grant.spent_at is not None:
            tokens.revoke_issued_for(grant, now=now)
            return False
        if grant.expires <= now or grant.user.closed_at is not None:
            return False
        request.scopes, request.user = grant.scope.split(), grant.user
        request.nonce = grant.nonce
        request.city = tokens.Issue(
            service=client,
            scope=grant.scope,
            person_id=grant.user_id,
            login=grant.login,
            grant=grant,
        )
        return logins.stands(grant.login, grant.scope, now=now)

    def get_code_challenge(self, code: str, request: Any) -> str:
        """Return what the verifier has to hash to."""
        del code
        return str(request.grant.code_challenge)

    def get_code_challenge_method(self, code: str, request: Any) -> str:
        """Return how: S256, always."""
        del code
        return str(request.grant.code_challenge_method)

    def get_default_redirect_uri(self, *_args: Any, **_options: Any) -> None:
        """Have none: a service says where it asked from."""

    def confirm_redirect_uri(
        self,
        client_id: str,
        code: str,
        redirect_uri: str,
        client: Any,
        request: Any,
        *_args: Any,
        **_options: Any,
    ) -> bool:
        """Tell that the code was asked for from the same address.

        :raises InvalidGrantError: if it was not
        """
        del client_id, code, client
        if redirect_uri != request.grant.redirect_uri:
            raise errors.InvalidGrantError(request=request)
        return True

    def get_authorization_code_nonce(
        self, client_id: str, code: str, redirect_uri: str, request: Any
    ) -> str:
        """Return the nonce that came with the request."""
        del client_id, code, redirect_uri
        return str(request.grant.nonce)

    def invalidate_authorization_code(self, *_args: Any, **_options: Any) -> None:
        """Do nothing: the code was spent before anything was issued for it."""

    # --- refresh tokens -----------------------------------------------------------------------

    def validate_refresh_token(
        self, refresh_token: str, client: Any, request: Any, *_args: Any, **_options: Any
    ) -> bool:
        """Tell whether a refresh token is good for this service; used before, its family ends."""
        now = clock.now()
        row = _handed_in.first(fingerprint(refresh_token), client.pk, now)
        if row is None:
            return False
        if row.revoked is not None:
            tokens.revoke_family(row, now=now)
            return False
        access, login = row.access_token, row.login
        if access is None or login is None or row.user.closed_at is not None:
            return False
        began = access.grant.created if access.grant else login.began_at
        if began + tokens.REFRESH_LIFETIME <= now:
            return False
        request.user, request.refresh_token_instance = row.user, row
        request.city = tokens.Issue(
            service=client,
            scope=access.grant.scope if access.grant else access.scope,
            person_id=row.user_id,
            login=login,
            grant=access.grant,
            replaced=row,
        )
        return logins.stands(login, request.city.scope, now=now)

    def get_original_scopes(
        self, refresh_token: str, request: Any, *_args: Any, **_options: Any
    ) -> str:
        """Return the scopes the person agreed to."""
        del refresh_token
        return str(request.city.scope)

    # --- programs and devices -----------------------------------------------------------------

    def validate_scopes(
        self, client_id: str, scopes: Any, client: Any, request: Any, *_args: Any, **_options: Any
    ) -> bool:
        """Leave out the scopes we do not know; a program that acts for itself has none of ours."""
        del client_id, client
        known = [scope for scope in scopes or [] if scope in SCOPES]
        request.scopes = [] if request.grant_type == "client_credentials" else known
        return True

    def get_default_scopes(self, *_args: Any, **_options: Any) -> list[str]:
        """Give nothing that was not asked for."""
        return []

    def validate_device_code(self, client_id: str, device_code: str, request: Any) -> str | None:
        """Return how far a device got."""
        del client_id
        now = clock.now()
        status, issue = device.poll(device_code, request.client, now=now)
        if issue is not None:
            request.city, request.user = issue, issue.person_id
            request.scopes = issue.scope.split()
        known = {
            device.PENDING: DeviceCodeGrant.DEVICE_CODE_PENDING,
            device.TOO_FAST: DeviceCodeGrant.DEVICE_CODE_SLOW_DOWN,
            device.DENIED: DeviceCodeGrant.DEVICE_CODE_DENIED,
            device.EXPIRED: DeviceCodeGrant.DEVICE_CODE_EXPIRED,
            device.ALLOWED: DeviceCodeGrant.DEVICE_CODE_AUTHORIZED,
        }
        return known.get(status)

    # --- issuing ------------------------------------------------------------------------------

    def save_bearer_token(
        self, token: dict[str, Any], request: Any, *_args: Any, **_options: Any
    ) -> None:
        """Spend what was handed in and keep what is issued for it.

        :raises InvalidGrantError: if somebody else was faster with the same code or refresh token:
            what they got for it is worth nothing any more
        """
        now = clock.now()
        issue = _found(request, "city") or tokens.Issue(service=request.client, scope="")
        scope = token.get("scope", "")
        if issue.login is not None and OPENID in scope.split() and "id_token" not in token:
            token["id_token"] = self.get_id_token(token, None, request)
        access, refresh = token["access_token"], token.get("refresh_token", "")
        kept = tokens.keep(replace(issue, scope=scope), access=access, refresh=refresh, now=now)
        if not kept:
            tokens.revoke_for(issue, now=now)
            raise errors.InvalidGrantError(request=request)

    def get_id_token(self, token: dict[str, Any], token_handler: Any, request: Any) -> str:
        """Return the ID token that goes with an access token."""
        del token_handler
        nonce = request.grant.nonce if request.grant_type == "authorization_code" else ""
        return tokens.id_token(
            request.city, access=token["access_token"], nonce=nonce, now=clock.now()
        )


def _found(request: Any, name: str) -> Any:
    return vars(request).get(name)


def _header(request: Any) -> str:
    return str(request.headers.get("Authorization") or "")
