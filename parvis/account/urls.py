"""Addresses of the account. The sign-in library looks its pages up by the names `account_…`."""

from __future__ import annotations

from allauth.account import views as allauth_views
from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.utils.translation import gettext_lazy as _

from parvis.account import views

ours = [
    path(_("my-data/"), views.known, name="known"),
    path(_("my-data/download/"), views.export, name="export"),
    path(_("profile/"), views.profile, name="profile"),
    path(_("close/"), views.close, name="close"),
    path(_("closed/"), views.closed, name="closed"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include((ours, "account"))),
    path(_("sign-up/"), views.sign_up, name="account_signup"),
    path(
        _("sign-up/read-your-mail/"),
        views.confirmation_sent,
        name="account_email_verification_sent",
    ),
    path(_("confirm/<slug:key>/"), views.confirm_address, name="account_confirm_email"),
    path(_("sign-in/"), allauth_views.login, name="account_login"),
    path(_("sign-out/"), login_not_required(allauth_views.logout), name="account_logout"),
    path(_("prove-it-is-you/"), allauth_views.reauthenticate, name="account_reauthenticate"),
    path(_("address/"), views.change_address, name="account_email"),
    path(_("password/"), allauth_views.password_change, name="account_change_password"),
    path(_("password/forgotten/"), views.ask_password, name="account_reset_password"),
    path(
        _("password/read-your-mail/"),
        views.password_mail_sent,
        name="account_reset_password_done",
    ),
    path(
        _("password/chosen/"),
        views.password_chosen,
        name="account_reset_password_from_key_done",
    ),
    re_path(
        _(r"^password/new/(?P<uidb36>[0-9a-f]{32})-(?P<key>[0-9a-z-]{1,80})/$"),
        views.choose_password,
        name="account_reset_password_from_key",
    ),
]
