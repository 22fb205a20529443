"""Addresses of the module; those of the demonstration's mail box exist only in a demonstration."""

from __future__ import annotations

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path
from django.utils.translation import gettext_lazy as _

from parvis.relation import desk, views

app_name = "relation"

messages: list[URLPattern | URLResolver] = [
    path("", views.thread, name="thread"),
    path(_("by-mail/"), views.preferences, name="preferences"),
    path(_("unsubscribe/<str:token>/"), views.unsubscribe, name="unsubscribe"),
]
desks: list[URLPattern | URLResolver] = [
    path(_("uncertain-mail/"), desk.uncertain_mails, name="uncertain_mails"),
    path(_("uncertain-mail/<uuid:mail_id>/"), desk.settle_mail, name="settle_mail"),
    path(_("failed-deliveries/"), desk.failed, name="failed_deliveries"),
    path(_("failed-deliveries/retry/"), desk.retry, name="retry_delivery"),
]
demonstration: list[URLPattern | URLResolver] = [
    path(_("demo/mail.json"), views.demo_mail_json, name="demo_mail_json"),
    path(_("demo/mail/"), views.demo_mail, name="demo_mail"),
    path(_("demo/mail/<uuid:mail_id>/"), views.demo_letter, name="demo_letter"),
    path(_("demo/mail/<uuid:mail_id>/html/"), views.demo_letter_html, name="demo_letter_html"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path(_("messages/"), include(messages)),
    path(_("desk/deliveries/"), include(desks)),
    *(demonstration if settings.PARVIS_DEMO else []),
]
