"""Addresses of the module."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext_lazy as _

from parvis.territory import api, views

app_name = "territory"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.find, name="find"),
    path(_("suggestions/"), views.suggestions, name="suggestions"),
    path(_("arrondissements/<int:number>/"), views.arrondissement, name="arrondissement"),
    # Named by the format of the national address base, the same in every language.
    path("search/", api.search, name="search"),
    path("reverse/", api.reverse, name="reverse"),
    path("names/", api.names, name="names"),
]
