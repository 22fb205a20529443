"""What an answer may load: the usual policy, one of its own, none."""

from __future__ import annotations

import pytest
from csp.constants import NONCE, SELF
from csp.decorators import csp_exempt, csp_replace
from csp.middleware import CSPMiddleware
from django.http import HttpResponse
from django.test import RequestFactory

from parvis.kernel.content_policy import ContentPolicy

HEADER = "Content-Security-Policy"


def page(request):
    return HttpResponse("good morning")


def with_a_header(request):
    return HttpResponse("good morning", headers={HEADER: "default-src 'none'"})


def with_a_nonce(request):
    return HttpResponse(str(request.csp_nonce))


@pytest.mark.parametrize(
    "view",
    [page, csp_replace({"frame-ancestors": ["*"]})(page), csp_exempt()(page), with_a_header],
    ids=["usual", "its own", "exempt", "written"],
)
@pytest.mark.parametrize("name", ["CONTENT_SECURITY_POLICY", "CONTENT_SECURITY_POLICY_REPORT_ONLY"])
def test_every_answer_has_the_policy_the_library_would_give_it(settings, view, name):
    setattr(settings, name, {"DIRECTIVES": {"default-src": [SELF], "img-src": [SELF, "data:"]}})
    ours, theirs = (
        middleware(view)(RequestFactory().get("/")) for middleware in (ContentPolicy, CSPMiddleware)
    )
    assert dict(ours.items()) == dict(theirs.items())


def test_a_nonce_is_of_one_answer(settings):
    settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": {"script-src": [SELF, NONCE]}}
    answer = ContentPolicy(with_a_nonce)(RequestFactory().get("/"))
    assert f"script-src 'self' 'nonce-{answer.content.decode()}'" in answer[HEADER]


def test_the_policy_is_not_worked_out_for_each_answer(settings, monkeypatch):
    middleware = ContentPolicy(page)
    monkeypatch.setattr("csp.middleware.build_policy", None)
    assert "default-src" in middleware(RequestFactory().get("/"))[HEADER]
