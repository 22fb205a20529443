"""Addresses of the plan."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path, re_path
from django.utils.translation import gettext_lazy as _

from parvis.plan import api, views
from parvis.plan.rules import ANY_NUMBER

app_name = "plan"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.read, name="read"),
    path("plan.pdf", views.pdf, name="pdf"),
    path("plan.json", api.plan_json, name="json"),
    path("plan.schema.json", api.plan_schema, name="schema"),
    path(_("versions/"), views.versions, name="versions"),
    path(_("versions/<int:number>/"), views.read_version, name="version"),
    path(_("compare/"), views.compare, name="compare"),
    re_path(rf"^(?P<number>{ANY_NUMBER})/$", views.section, name="section"),
]
