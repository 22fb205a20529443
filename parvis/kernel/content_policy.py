"""The policy of what a page may load, written once and not for every answer."""

from __future__ import annotations

from typing import Any

from csp.constants import HEADER
from csp.middleware import CSPMiddleware, PolicyParts
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

_USUAL = PolicyParts()


class ContentPolicy(CSPMiddleware):
    """Gives an answer the policy of the settings; one with a policy of its own, a nonce or an
    exemption is left to the library.

    Source: Content Security Policy Level 3.
    """

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        only_reported = getattr(settings, "CONTENT_SECURITY_POLICY_REPORT_ONLY", None)
        self._usual = "" if only_reported or settings.DEBUG else build_policy()

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Write the header, unless the answer has one."""
        is_exempt = getattr(response, "_csp_exempt", False)
        own = self.get_policy_parts(request, response) != _USUAL
        if not self._usual or is_exempt or own or HEADER in response:
            answer: HttpResponseBase = super().process_response(request, response)
            return answer
        response[HEADER] = self._usual
        return response
