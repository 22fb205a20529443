"""GeoReport v2 (Open311): services, requests, tokens, and the updates of partners.

Programs read without a key and write with one. `service_request_id` is the code of a case, `token`
the id of a report, which leads to its case wherever that went.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.http import JsonResponse
from django.urls import URLPattern, URLResolver, re_path
from django.utils.translation import gettext as _

from parvis.kernel import clock, idempotency
from parvis.kernel.errors import NotFound
from parvis.kernel.http import CityRequest
from parvis.streets.actions import georeport as actions
from parvis.streets.actions.api_keys import Caller
from parvis.streets.api import georeport_shown as shown, keys
from parvis.streets.api.georeport_door import Answer, georeport
from parvis.streets.forms import georeport as forms
from parvis.streets.queries import georeport as queries
from parvis.streets.rules import georeport as rules


@georeport("GET")
def services(request: CityRequest) -> Answer:
    """List what may be reported."""
    del request
    return Answer(root="services", content=[shown.service(one) for one in queries.services()])


@georeport("GET")
def service(request: CityRequest, service_code: str) -> Answer:
    """Say what more is asked of a service."""
    del request
    asks = queries.definition(service_code)
    return Answer(root="service_definition", content=shown.definition(service_code, asks))


@georeport("GET", "POST")
def requests(request: CityRequest) -> Answer:
    """List the requests that are asked for, or take one in."""
    if request.method == "POST":
        return _take(request)
    found, has_more = queries.requests(rules.asked(request.GET.dict(), now=clock.now()))
    content = [shown.request(one, request) for one in found]
    return Answer(root="service_requests", content=content, has_more=has_more)


@georeport("GET")
def request(request: CityRequest, service_request_id: str) -> Answer:
    """Show one request."""
    found = queries.request(service_request_id)
    return Answer(root="service_requests", content=[shown.request(found, request)])


@georeport("GET")
def token(request: CityRequest, token: str) -> Answer:
    """Say which request a report is of by now."""
    del request
    code = queries.request_of_token(_uuid(token))
    return Answer(root="service_requests", content=[{"service_request_id": code, "token": token}])


@georeport("GET", "POST")
def updates(request: CityRequest) -> Answer:
    """List what happened to requests, or hear from a partner what it did (extension)."""
    if request.method == "POST":
        return _update(request)
    found, has_more = queries.updates(rules.updates_asked(request.GET.dict(), now=clock.now()))
    content = [shown.update(one) for one in found]
    return Answer(root="service_requests_updates", content=content, has_more=has_more)


def _take(request: CityRequest) -> Answer:
    caller, now = keys.caller(request), clock.now()
    posted = forms.posted(request.POST, request.FILES)

    def do() -> list[dict[str, Any]]:
        taken = actions.take(posted, caller=caller, client_key=_draft(request, caller), now=now)
        told = {
            "service_request_id": taken.code,
            "service_notice": taken.notice or None,
            "account_id": taken.account_id or None,
            "token": str(taken.token),
        }
        return [told]

    return _once(request, caller, "service_requests", do)


def _update(request: CityRequest) -> Answer:
    caller, now = keys.caller(request), clock.now()
    told = forms.told(request.POST, request.FILES)

    def do() -> list[dict[str, Any]]:
        step = actions.update(told, caller=caller, now=now)
        return [{"update_id": str(step.pk), "service_request_id": told.code}]

    return _once(request, caller, "service_request_updates", do)


def _once(
    request: CityRequest, caller: Caller, root: str, do: Callable[[], list[dict[str, Any]]]
) -> Answer:
    """Do it; once per `Idempotency-Key` where the program sends one."""
    if "Idempotency-Key" not in request.headers:
        return Answer(root=root, content=do(), status=HTTPStatus.CREATED)
    answer = idempotency.once(
        request,
        scope=f"streets.georeport:{caller.key_id}",
        now=clock.now(),
        do=lambda: JsonResponse(do(), safe=False, status=HTTPStatus.CREATED),
        body=_fingerprint(request),
    )
    return Answer(root=root, content=json.loads(answer.content), status=answer.status_code)


def _draft(request: CityRequest, caller: Caller) -> uuid.UUID | None:
    """Return the id of a draft that may be sent again after days, when answers are forgotten."""
    key = request.headers.get("Idempotency-Key", "")
    return uuid.uuid5(caller.key_id, key) if key else None


def _fingerprint(request: CityRequest) -> bytes:
    """Return what tells one form from another; what was sent as multipart cannot be read twice."""
    whole = hashlib.sha256()
    for name, values in sorted(request.POST.lists()):
        whole.update(json.dumps([name, values]).encode())
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            whole.update(json.dumps([name, file.size]).encode())
            for chunk in file.chunks():
                whole.update(chunk)
            file.seek(0)
    return whole.digest()


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError as fault:
        raise NotFound("no_token", _("No report has this token.")) from fault


_FORMAT = r"\.(?P<format_name>xml|json)$"
urlpatterns: list[URLPattern | URLResolver] = [
    re_path(rf"^services{_FORMAT}", services, name="services"),
    re_path(rf"^services/(?P<service_code>[^/\n\x00]+){_FORMAT}", service, name="service"),
    re_path(rf"^requests{_FORMAT}", requests, name="requests"),
    re_path(rf"^requests/(?P<service_request_id>[^/\n\x00]+){_FORMAT}", request, name="request"),
    re_path(rf"^tokens/(?P<token>[^/\n\x00]+){_FORMAT}", token, name="token"),
    re_path(rf"^servicerequestupdates{_FORMAT}", updates, name="updates"),
]
