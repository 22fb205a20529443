"""The plan for programs: JSON with stable ids, open to every origin, and its schema."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from parvis.kernel.errors import Refused
from parvis.kernel.http import CityRequest
from parvis.plan import queries, rules
from parvis.plan.forms import VersionForm


def _open(response: HttpResponse) -> HttpResponse:
    """Let programs of any origin read the answer."""
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Expose-Headers"] = "ETag, Link"
    response["Cache-Control"] = "public, no-cache"
    return response


@login_not_required
@require_safe
def plan_json(request: CityRequest) -> HttpResponseBase:
    """Hand over the plan, every language, or 304 to who already has this version."""
    try:
        etag, content = queries.plan_document(VersionForm(request.GET).asked())
    except Refused as refusal:
        body = {"code": refusal.code, "message": refusal.message}
        params = {"ensure_ascii": False}
        return _open(JsonResponse(body, status=refusal.status, json_dumps_params=params))
    response = _open(JsonResponse(content, json_dumps_params={"ensure_ascii": False}))
    response["ETag"] = etag
    response["Link"] = f'<{reverse("plan:schema")}>; rel="describedby"'
    return get_conditional_response(request, etag=etag, response=response) or response


@login_not_required
@require_safe
def plan_schema(_request: CityRequest) -> HttpResponse:
    """Hand over the JSON Schema of the plan's document."""
    response = JsonResponse(rules.SCHEMA, content_type="application/schema+json")
    return _open(response)
