"""Every address of the city: French without a prefix, English under /en/."""

from __future__ import annotations

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path
from django.utils.translation import gettext_lazy as _

urlpatterns = i18n_patterns(
    path("", include("parvis.portal.urls")),
    path(_("my-account/"), include("parvis.account.urls")),
    path(_("plan/"), include("parvis.plan.urls")),
    path(_("consultations/"), include("parvis.ideas.urls")),
    path(_("addresses/"), include("parvis.territory.urls")),
    path("", include("parvis.relation.urls")),
    path("ui/", include("parvis.ui.urls")),
    prefix_default_language=False,
)
handler400 = "parvis.ui.views.bad_request"
handler403 = "parvis.ui.views.forbidden"
handler404 = "parvis.ui.views.not_found"
handler500 = "parvis.ui.views.server_error"
