"""HTML of archives: a small safe subset, and nothing that a browser could run, load or restyle."""

from __future__ import annotations

import re

import nh3

from parvis.deliberation.rules import texts

TAGS = {
    "a", "blockquote", "br", "del", "em", "h3", "h4", "hr", "ins", "li", "ol", "p", "strong", "ul",
}  # fmt: skip
_HEADING = re.compile(r"<(/?)h[12](?=[\s>/])", re.IGNORECASE)
_EMPTY = re.compile(r"<p>(?:\s|&nbsp;|<br>)*</p>")


def sanitised(html: str) -> str:
    """Return HTML reduced to what an archive may show; sanitising twice is once.

    The headings of a page belong to the page: those of an archive begin at the third level.
    """
    html = _HEADING.sub(r"<\1h3", texts.archived(html))
    cleaned = nh3.clean(
        html,
        tags=TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noopener noreferrer",
        strip_comments=True,
    )
    return texts.archived(_EMPTY.sub("", cleaned))
