"""Every address of the city: French without a prefix, English under /en/."""

from __future__ import annotations

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path
from django.utils.translation import gettext_lazy as _

from parvis.opendata import urls as opendata
from parvis.openid import urls as openid
from parvis.streets import urls as streets

urlpatterns: list[URLPattern | URLResolver] = [
    # Programs ask in one language, at the addresses their clients already know.
    path("api/explore/v2.1/", include((opendata.explore, "explore"))),
    path("explore/dataset/", include((opendata.legacy, "explore_v1"))),
    path("api/push/1.0/", include((opendata.pushes, "push"))),
    path("open311/v2/", include((streets.georeport, "georeport"))),
    path("openid/", include((openid.protocol, "oidc"))),
    path("", include((openid.well_known, "well_known"))),
]
if settings.PARVIS_DEMO:
    urlpatterns += [path("demo/gbfs/", include((opendata.replays, "demo_gbfs")))]
urlpatterns += i18n_patterns(
    path(_("my-account/household/"), include("parvis.mandates.urls")),
    path(_("my-account/"), include("parvis.account.urls")),
    path(_("connected-services/"), include((openid.pages, "openid"))),
    path(_("plan/"), include("parvis.plan.urls")),
    path(_("consultations/"), include("parvis.ideas.urls")),
    path(_("reports/"), include((streets.pages, "streets"))),
    path(_("missions/"), include("parvis.missions.urls")),
    path(_("participatory-budget/"), include("parvis.budget.urls")),
    path(_("data/"), include((opendata.pages, "opendata"))),
    path(_("votes/"), include("parvis.voting.urls")),
    path(_("addresses/"), include("parvis.territory.urls")),
    path("ui/", include("parvis.ui.urls")),
    # What stands at the root is asked last: it looks at every address.
    path("", include("parvis.portal.urls")),
    path("", include("parvis.relation.urls")),
    prefix_default_language=False,
)
handler400 = "parvis.ui.views.bad_request"
handler403 = "parvis.ui.views.forbidden"
handler404 = "parvis.ui.views.not_found"
handler500 = "parvis.ui.views.server_error"
