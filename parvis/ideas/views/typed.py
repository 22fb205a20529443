"""What a person typed before signing in: kept in their session, given back where they typed it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.utils.translation import gettext as _

from parvis.kernel.errors import Refused
from parvis.kernel.http import CityRequest

_KEY = "ideas.typed"
# Longer than any text the rules take: more would only fill the sessions.
_KEPT_AT_MOST = 12_000
_NEVER_KEPT = frozenset({"csrfmiddlewaretoken"})


def sign_in_first(request: CityRequest) -> HttpResponse:
    """Send a signed-out person to sign in, and keep what they typed for their return.

    :raises Refused: `text_too_long` (422) if it is too much to keep; the text is given back
    """
    fields = {k: v for k, v in request.POST.items() if k not in _NEVER_KEPT}
    if sum(map(len, fields.values())) > _KEPT_AT_MOST:
        message = _("This text is too long to be kept while you sign in: sign in first.")
        raise Refused("text_too_long", message, status=422)
    request.session[_KEY] = {"path": request.get_full_path(), "fields": fields}
    messages.info(request, _("Sign in to send your text: it is kept, and you will find it again."))
    return redirect_to_login(request.get_full_path())


def given_back(request: CityRequest) -> dict[str, str]:
    """Return what was typed at this address before signing in, nothing otherwise."""
    kept = request.session.get(_KEY)
    if not kept or kept["path"] != request.get_full_path():
        return {}
    return dict(kept["fields"])


def forget(request: CityRequest) -> None:
    """Forget what was typed, once it is sent."""
    if _KEY in request.session:
        del request.session[_KEY]
