"""Leading a browser out of the city's site, whatever began the way."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render


def lead_onward(request: HttpRequest, url: str, *, name: str = "") -> HttpResponse:
    """Send the browser on to an address we trust, of any scheme; `name` is whose it is, if they
    came from there.

    Where a form of ours began the chain of redirects, the policy of our pages (`form-action`, CSP
    level 3) ends it here: a page with a link takes over, and goes on by itself.
    """
    if _comes_from_us(request):
        context = {"url": url, "name": name, "host": urlsplit(url).netloc}
        return render(request, "ui/onward.html", context)
    return _Anywhere(url)


def _comes_from_us(request: HttpRequest) -> bool:
    """Tell whether a page of ours began the chain; older browsers say so by the page they name."""
    site = request.headers.get("Sec-Fetch-Site")
    ours = str(settings.PARVIS_SITE_URL).rstrip("/")
    return site == "same-origin" or (
        site is None and request.headers.get("Referer", "").startswith(f"{ours}/")
    )


class _Anywhere(HttpResponseRedirect):
    """A redirect to an address that was registered, whatever its scheme."""

    def __init__(self, redirect_to: str) -> None:
        self.allowed_schemes = [urlsplit(redirect_to).scheme]
        super().__init__(redirect_to)
