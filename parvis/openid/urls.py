"""Addresses of the OpenID provider: what people see, and what programs ask."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext_lazy as _

from parvis.openid.desk import registered, trying
from parvis.openid.views import consents, devices, endpoints, leaving, protocol as views

well_known: list[URLPattern | URLResolver] = [
    path(".well-known/openid-configuration", endpoints.discovery, name="openid_configuration"),
    path(
        ".well-known/oauth-authorization-server",
        endpoints.discovery,
        name="oauth_authorization_server",
    ),
]
protocol: list[URLPattern | URLResolver] = [
    path("authorize", views.authorize, name="authorize"),
    path("choose", views.choose, name="choose"),
    path("other-account", views.other_account, name="other_account"),
    path("stronger", views.stronger, name="stronger"),
    path("token", endpoints.token, name="token"),
    path("userinfo", endpoints.userinfo, name="userinfo"),
    path("jwks", endpoints.jwks, name="jwks"),
    path("introspect", endpoints.introspect, name="introspect"),
    path("revoke", endpoints.revoke, name="revoke"),
    path("device-authorization", endpoints.device_authorization, name="device_authorization"),
    path("device", devices.device, name="device"),
    path("logout", leaving.logout, name="logout"),
    path("leave", leaving.leave, name="leave"),
    path("left", leaving.left, name="left"),
]
pages: list[URLPattern | URLResolver] = [
    path("", consents.connected, name="connected"),
    path(_("agree/"), consents.ask, name="consent"),
    path(_("<uuid:service_id>/disconnect/"), consents.withdraw, name="withdraw"),
    path(_("desk/"), registered.listed, name="services"),
    path(_("desk/new/"), registered.add, name="add"),
    path(_("desk/tried/"), trying.tried, name="tried"),
    path(_("desk/tried/device/"), trying.device_tried, name="device_tried"),
    path(_("desk/<uuid:service_id>/"), registered.shown, name="service"),
    path(_("desk/<uuid:service_id>/change/"), registered.change, name="change"),
    path(_("desk/<uuid:service_id>/secret/"), registered.secret, name="secret"),
    path(_("desk/<uuid:service_id>/close/"), registered.close, name="close"),
    path(_("desk/<uuid:service_id>/try/"), trying.trial, name="trial"),
    path(_("desk/<uuid:service_id>/try/open/"), registered.open_trial, name="open_trial"),
]
"""What people and administrators see, in their language."""
