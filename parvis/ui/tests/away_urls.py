"""A service with one form that may be filled in without network, and what it received."""

from __future__ import annotations

import time

from django.conf.urls.i18n import i18n_patterns
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import engines
from django.urls import include, path
from django_cotton.compiler_regex import CottonCompiler

from parvis.kernel.errors import Refused
from parvis.ui import installable
from parvis.ui.tests import urls as face

received: list[dict[str, str]] = []
"""What came in, in order: the fields, and `photo` with the length and type of the file."""
trouble: list[str] = []
"""What the next answers are instead: « lost » (it was taken in, nobody hears of it), « busy »,
« refused », « slow » (taken in, after half a second)."""
PAGE = """{% extends "ui/base.html" %}{% load parvis_ui %}
{% block scripts %}<c-offline-kit worker="/street/sw.js" keep />{% endblock %}
{% block main %}<div class="wrap"><c-head title="Report" /><c-outbox />
<form method="post" action="/street/send/" enctype="multipart/form-data" data-offline="report"
 data-text-waiting="It will be sent." data-text-refused="Not taken:">{% csrf_token %}
<label for="text">What?</label><input id="text" name="text">
<label><input type="checkbox" name="kind" value="big"> big</label>
<label for="photo">Photo</label><input id="photo" type="file" name="photo">
<p role="status" data-offline-status></p><c-btn>Send</c-btn></form></div>{% endblock %}"""

LEAVING = """{% extends "ui/base.html" %}{% load parvis_ui static %}
{% block scripts %}<script type="module" src="{% static "ui/leaving.js" %}"></script>{% endblock %}
{% block main %}{% if is_done %}<h1>Good-bye</h1>{% else %}
<form method="post" data-leaving>{% csrf_token %}<c-btn>Sign out</c-btn></form>{% endif %}
{% endblock %}"""


@login_not_required
def form(request: HttpRequest) -> HttpResponse:
    """Show the form."""
    page = engines["django"].from_string(CottonCompiler().process(PAGE))
    return HttpResponse(page.render({}, request))


@login_not_required
def send(request: HttpRequest) -> HttpResponse:
    """Take it in, or not."""
    what = trouble.pop(0) if trouble else ""
    if what == "slow":
        time.sleep(0.5)
    if what == "busy":
        return HttpResponse(status=503)
    if what == "refused":
        raise Refused("in_the_water", "This is in the river.")
    photo = request.FILES.get("photo")
    fields = {name: request.POST[name] for name in request.POST}
    received.append(fields | ({"photo": f"{photo.size} {photo.content_type}"} if photo else {}))
    if what == "lost":
        return HttpResponse(status=502)
    return JsonResponse({"url": "/street/thanks/"}, status=201)


@login_not_required
def thanks(request: HttpRequest) -> HttpResponse:
    """Thank."""
    page = engines["django"].from_string(
        '{% extends "ui/base.html" %}{% block main %}<h1>Thanks</h1>{% endblock %}'
    )
    return HttpResponse(page.render({}, request))


@login_not_required
def leave(request: HttpRequest) -> HttpResponse:
    """Sign out, on a page that is none of the service's."""
    page = engines["django"].from_string(CottonCompiler().process(LEAVING))
    return HttpResponse(page.render({"is_done": request.method == "POST"}, request))


street = [
    path("form/", form, name="form"),
    path("send/", send, name="send"),
    path("thanks/", thanks, name="thanks"),
    *installable.patterns(name="Street", start="street:form"),
]
urlpatterns = [
    *i18n_patterns(path("street/", include((street, "street"))), prefix_default_language=False),
    path("leave/", leave),
    *face.urlpatterns,
]
handler404 = "parvis.ui.views.not_found"
