"""What a demonstration tells of itself: its accounts, its dates, where its data comes from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt

from parvis.account.public import demo_accounts
from parvis.deliberation.public import ConsultationView, consultations
from parvis.portal.queries.thread import ROLES

_SLIDING = '<div class="scroll" role="region" tabindex="0" aria-label="Sources"><table>'


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """An account anyone may sign in with."""

    name: str
    role: str
    email: str
    password: str


def keys() -> list[Key]:
    """Return the accounts of the demonstration, with their roles in the active language."""
    return [
        Key(
            name=account.name,
            role=str(ROLES[account.role]) if account.role else _("resident"),
            email=account.email,
            password=account.password,
        )
        for account in demo_accounts()
    ]


def staged_consultations() -> list[ConsultationView]:
    """Return the consultations held here, whose dates can be moved; archives are left alone."""
    return [c for c in consultations() if c.origin == "here"]


def mail_url() -> str:
    """Return where the mail of the demonstration is read, "" if nowhere."""
    try:
        return reverse("relation:demo_mail")
    except NoReverseMatch:
        return ""


def texts_url() -> str:
    """Return where the text messages of the demonstration are read, "" if nowhere."""
    return str(getattr(settings, "PARVIS_SMS_URL", ""))


def sources() -> SafeString:
    """Return what the city's folder says of its data and their licences, as a page."""
    file = Path(settings.PARVIS_CITY_DIR) / "SOURCES.md"
    if not file.exists():
        return SafeString("")
    # Our own file, and raw HTML in it stays text.
    page = MarkdownIt("commonmark", {"html": False}).enable("table")
    return SafeString(_lowered(page.render(file.read_text(encoding="utf-8"))))


def _lowered(html: str) -> str:
    """Put the headings of the file under the heading of the page they stand in."""
    for level in (4, 3, 2, 1):
        for mark in ("<", "</"):
            html = html.replace(f"{mark}h{level}>", f"{mark}h{min(level + 2, 6)}>")
    return html.replace("<table>", _SLIDING).replace("</table>", "</table></div>")
