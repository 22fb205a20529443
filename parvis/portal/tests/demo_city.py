"""The addresses of a demonstration, for tests of pages that exist nowhere else."""

from __future__ import annotations

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path
from django.utils.module_loading import import_string

from parvis.portal.urls import demonstration, everywhere

urlpatterns = [
    *i18n_patterns(
        path("", include(([*everywhere, *demonstration], "portal"))),
        prefix_default_language=False,
    ),
    *import_string("config.urls.urlpatterns"),
]
