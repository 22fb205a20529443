"""Codes and tokens, as the OAuth library keeps them, each with the login it belongs to."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from oauth2_provider import models as library


class OfLogin(models.Model):
    """A code or a token of one login; a program that acts for itself has none."""

    login = models.ForeignKey(
        "openid.Login", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )

    class Meta:
        abstract = True


class OfPerson(OfLogin):
    """What always has a person; the library's key to them, without a way back."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    class Meta:
        abstract = True


class OfAnyone(OfLogin):
    """What may have a person; the library's key to them, without a way back."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )

    class Meta:
        abstract = True


class Grant(OfPerson, library.AbstractGrant):
    """An authorization code. `spent_at` once it was redeemed: whoever comes again is a thief, and
    what was issued for it is revoked (RFC 6749, section 4.1.2)."""

    spent_at = models.DateTimeField(null=True, blank=True)

    class Meta(library.AbstractGrant.Meta):
        db_table = "openid_grant"

    def __str__(self) -> str:
        return str(self.pk)


class AccessToken(OfAnyone, library.AbstractAccessToken):
    """An access token; `grant` is the code it was first issued for."""

    grant = models.ForeignKey(
        "openid.Grant", on_delete=models.SET_NULL, null=True, blank=True, related_name="tokens"
    )

    class Meta(library.AbstractAccessToken.Meta):
        db_table = "openid_access_token"

    def __str__(self) -> str:
        return str(self.pk)


class RefreshToken(OfPerson, library.AbstractRefreshToken):
    """A refresh token of a family."""

    class Meta(library.AbstractRefreshToken.Meta):
        db_table = "openid_refresh_token"

    def __str__(self) -> str:
        return str(self.pk)


class IDToken(OfAnyone, library.AbstractIDToken):
    """An ID token."""

    class Meta(library.AbstractIDToken.Meta):
        db_table = "openid_id_token"

    def __str__(self) -> str:
        return str(self.pk)


class DeviceGrant(OfAnyone, library.AbstractDeviceGrant):
    """A device that waits for a person to say yes elsewhere (RFC 8628)."""

    class Meta(library.AbstractDeviceGrant.Meta):
        db_table = "openid_device_grant"

    def __str__(self) -> str:
        return str(self.pk)
