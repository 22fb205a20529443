"""An application that signs people in with the account of the city, and its contract."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from oauth2_provider.models import AbstractApplication, ApplicationManager

from parvis.kernel.ids import new_public_id
from parvis.openid.rules.claims import Contract


class Service(AbstractApplication):
    """An application registered by an administrator.

    `purpose_fr` and `purpose_en` say in plain words, to the people who are asked, why it wants what
    it wants, and `operator` who answers for it; `claims` is the contract: the names of the claims
    it may be given, never more, of which a person may keep the `optional_claims`. `sector` is the
    host (or a name of the city's own) whose services know a person under one `sub` (OpenID Connect
    Core 1.0, section 8.1). A closed service keeps its row: consents and lines of the register name
    it.
    """

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    # The library's key to a person: nobody owns a service.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    # Sealed by `rules.secrets`: the library's own field would hash it as slowly as a password.
    client_secret = models.CharField(max_length=255, blank=True, default="")
    hash_client_secret = models.BooleanField(default=False)
    purpose_fr = models.TextField(max_length=1000)
    purpose_en = models.TextField(max_length=1000)
    sector = models.CharField(max_length=253)
    claims = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    optional_claims = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    operator = models.CharField(max_length=200)
    home_url = models.URLField(max_length=2000, blank=True)
    contact = models.EmailField()
    backchannel_logout_uri = models.URLField(max_length=2000, blank=True)
    least_acr = models.CharField(max_length=100, blank=True)
    registered_by = models.UUIDField(null=True, blank=True)
    registered_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = ApplicationManager()

    class Meta(AbstractApplication.Meta):
        db_table = "openid_service"
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="service_has_a_name"),
            models.CheckConstraint(
                condition=~Q(purpose_fr="") & ~Q(purpose_en=""), name="purpose_is_told_to_everybody"
            ),
            models.CheckConstraint(
                condition=Q(sector__regex=r"^[a-z0-9.:-]+$"), name="sector_is_a_host"
            ),
            models.CheckConstraint(
                condition=Q(
                    authorization_grant_type__in=[
                        AbstractApplication.GRANT_AUTHORIZATION_CODE,
                        AbstractApplication.GRANT_DEVICE_CODE,
                        AbstractApplication.GRANT_CLIENT_CREDENTIALS,
                    ]
                ),
                name="service_uses_a_flow_we_offer",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(closed_at__gte=F("registered_at")),
                name="service_closes_after_it_opened",
            ),
            models.CheckConstraint(
                condition=Q(client_secret="", client_type=AbstractApplication.CLIENT_PUBLIC)
                | Q(
                    ("client_secret__regex", r"^sha256\$[0-9a-f]{64}$"),
                    client_type=AbstractApplication.CLIENT_CONFIDENTIAL,
                ),
                name="secret_of_a_service_is_sealed",
            ),
            models.CheckConstraint(
                condition=Q(optional_claims__contained_by=F("claims")),
                name="optional_claims_are_in_the_contract",
            ),
            models.UniqueConstraint(
                Lower("name"), condition=Q(closed_at=None), name="one_open_service_per_name"
            ),
        ]

    def __str__(self) -> str:
        return str(self.name)

    @property
    def contract(self) -> Contract:
        """Return what the service may be told, and why."""
        return Contract(
            operator=self.operator,
            purpose_fr=self.purpose_fr,
            purpose_en=self.purpose_en,
            claims=frozenset(self.claims),
            optional=frozenset(self.optional_claims),
        )

    def is_usable(self, _request: Any) -> bool:
        """Tell whether the library may serve it: not once it is closed."""
        return self.closed_at is None
