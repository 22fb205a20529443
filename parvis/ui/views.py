"""The gallery of components, and the pages that say that something went wrong."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from parvis.kernel import clock
from parvis.kernel.http import wants_json
from parvis.ui.contact import contact
from parvis.ui.gallery import samples

_TYPED = ("title", "body", "text")
# What programs are told, where people get a page.
_SAID = {
    "bad_request": gettext_lazy("We did not understand this request."),
    "too_heavy": gettext_lazy("This is too heavy for us: one megabyte at most."),
    "forbidden": gettext_lazy("This door is not open to you."),
    "form_expired": gettext_lazy("This form does not come from one of our pages: load it again."),
    "not_found": gettext_lazy("There is nothing at this address."),
    "server_error": gettext_lazy("Something broke on our side. Try again in a few minutes."),
    "unavailable": gettext_lazy("The site is closed for a moment. Try again in a few minutes."),
}


def typed_text(request: HttpRequest) -> str:
    """Return the prose a person sent with this request, to give it back when it is refused."""
    return "\n\n".join(filter(None, (request.POST.get(name, "") for name in _TYPED)))


@login_not_required
@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    """Show every component in every state."""
    return render(request, "ui/gallery.html", samples(now=clock.now()))


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer a request that makes no sense, or is too heavy."""
    heavy = isinstance(exception, RequestDataTooBig)
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE if heavy else HTTPStatus.BAD_REQUEST
    if wants_json(request):
        return _to_a_program("too_heavy" if heavy else "bad_request", status)
    return render(request, "400.html", {"heavy": heavy, "code": int(status)}, status=status)


def forbidden(request: HttpRequest, *_args: object, **_exception: object) -> HttpResponse:
    """Answer who may not come in."""
    status = HTTPStatus.FORBIDDEN
    if wants_json(request):
        return _to_a_program("forbidden", status)
    return render(request, "403.html", {"code": int(status)}, status=status)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form that does not come from one of our pages, giving back what was typed."""
    status = HTTPStatus.FORBIDDEN
    if wants_json(request):
        return _to_a_program("form_expired", status)
    fields = _to_send_again(request)
    given_back = "" if fields else typed_text(request)
    context = {"code": int(status), "reason": reason, "given_back": given_back, "fields": fields}
    return render(request, "403_csrf.html", context, status=status)


def _to_send_again(request: HttpRequest) -> list[tuple[str, str]]:
    """Return the fields of a form that lacks nothing but a fresh token, as after signing in on
    another page: what another site sends, passwords and files are never carried on."""
    if request.headers.get("Origin") != f"{request.scheme}://{request.get_host()}" or request.FILES:
        return []
    fields = [(name, one) for name, values in request.POST.lists() for one in values]
    if any("password" in name for name, _value in fields):
        return []
    return [(name, one) for name, one in fields if name != "csrfmiddlewaretoken"]


def not_found(request: HttpRequest, *_args: object, **_exception: object) -> HttpResponse:
    """Answer an address that leads nowhere."""
    if wants_json(request):
        return _to_a_program("not_found", HTTPStatus.NOT_FOUND)
    parts = request.path.replace("-", " ").replace("_", " ").split("/")
    words = " ".join(part for part in parts if part not in ("", translation.get_language()))
    status = HTTPStatus.NOT_FOUND
    return render(request, "404.html", {"code": int(status), "words": words[:100]}, status=status)


def _to_a_program(code: str, status: HTTPStatus) -> HttpResponse:
    return JsonResponse({"code": code, "message": str(_SAID[code])}, status=status)


def _bare(template: str, status: HTTPStatus) -> HttpResponse:
    context = {"language": translation.get_language() or "fr", "contact": contact()}
    return HttpResponse(render_to_string(template, context), status=status)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer when the program failed, without a database and without a context."""
    if wants_json(request):
        return _to_a_program("server_error", HTTPStatus.INTERNAL_SERVER_ERROR)
    return _bare("500.html", HTTPStatus.INTERNAL_SERVER_ERROR)


def unavailable(request: HttpRequest) -> HttpResponse:
    """Answer while the city is being repaired, without a database and without a context."""
    if wants_json(request):
        return _to_a_program("unavailable", HTTPStatus.SERVICE_UNAVAILABLE)
    return _bare("503.html", HTTPStatus.SERVICE_UNAVAILABLE)
