"""What every template of the house may call: typography, dates, figures, icons, checks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django import template
from django.contrib.messages.storage.base import Message
from django.core.paginator import Page
from django.forms import BoundField
from django.http import QueryDict
from django.template import Context, Node, TemplateSyntaxError
from django.template.base import Parser, Token
from django.template.defaultfilters import stringfilter
from django.utils.html import conditional_escape, escape, format_html, format_html_join
from django.utils.safestring import SafeData, SafeString

from parvis.kernel.typography import french
from parvis.ui import controls, drawings, stacking, wording
from parvis.ui.checks import complain
from parvis.ui.icons import ICONS
from parvis.ui.remembering import remember

register = template.Library()
_BLANK_LINES = re.compile(r"\n\s*\n+")

# Words


@register.filter(is_safe=True)
@stringfilter
def typo(text: str) -> str:
    """Give a sentence the typography of the language of the page."""
    if not wording.is_french():
        return text
    mended = french(text)
    return SafeString(mended) if isinstance(text, SafeData) else mended


@register.filter
def paragraphs(text: str) -> SafeString:
    """Write plain text as escaped paragraphs; a line break stays one, an address stays text."""
    blocks = _BLANK_LINES.split(str(text).replace("\r\n", "\n").strip())
    return format_html_join(
        "\n",
        "<p>{}</p>",
        ((SafeString(escape(block.strip()).replace("\n", "<br>")),) for block in blocks if block),
    )


@register.filter
def foldable(text: str) -> SafeString:
    """Write an e-mail address so that a narrow column breaks it after its @, not inside a word."""
    return SafeString(escape(text).replace("@", "@<wbr>"))


def _like(text: str, part: str) -> str:
    return SafeString(part) if isinstance(text, SafeData) else part


@register.filter
def first_sentence(text: str) -> str:
    """Return the first sentence of a text: what a heading says of it."""
    return _like(text, wording.first_and_rest(str(text))[0])


@register.filter
def other_sentences(text: str) -> str:
    """Return what follows the first sentence of a text, "" for nothing."""
    return _like(text, wording.first_and_rest(str(text))[1])


register.tag("remember", remember)
register.filter("number", wording.number)
register.filter("percent", wording.percent)
register.filter("euros", wording.euros)
register.filter("arrondissement", wording.arrondissement)
register.filter("clock_time", wording.clock_time)
register.filter("day_number", wording.day_number)
register.filter("month_short", wording.month_short)


@register.filter
def in_language(words: str, language: str) -> str:
    """Mark words inside a sentence as read in a language; "" where that is the page's."""
    return format_html('<span lang="{}">{}</span>', language, words) if language else words


@register.filter
def to_int(value: str | int) -> int:
    """Read a whole number that a template wrote as text."""
    return int(value)


def _now(context: Context, now: datetime | None) -> datetime | None:
    found = now or context.get("now")
    return found if isinstance(found, datetime) else None


@register.simple_tag(takes_context=True)
def day(context: Context, value: date, now: datetime | None = None) -> str:
    """Say a day; the year is left out in the year of `now` (argument, or context)."""
    return wording.day(value, now=_now(context, now))


@register.simple_tag(takes_context=True)
def moment(context: Context, value: datetime, now: datetime | None = None) -> str:
    """Say when something happened, as near as `now` (argument, or context) allows."""
    return wording.moment(value, now=_now(context, now))


@register.simple_tag(takes_context=True)
def time_left(context: Context, end: datetime, now: datetime | None = None) -> str:
    """Say what is left before `end`; nothing where there is no `now`."""
    known = _now(context, now)
    return wording.time_left(end, now=known) if known else ""


@register.simple_tag(takes_context=True)
def is_urgent(context: Context, end: datetime, now: datetime | None = None) -> bool:
    """Say whether `end` is within three days: `{% is_urgent end as urgent %}`."""
    known = _now(context, now)
    return bool(known and wording.is_urgent(end, now=known))


# Pictures and controls


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    """Draw the icon `name`; `extra` adds a class."""
    drawing = ICONS.get(name)
    if drawing is None:
        complain(f"There is no icon named {name!r}.")
        return SafeString("")
    if extra:
        named = f'class="i {escape(extra)}"'
        return SafeString(drawing.replace('class="i"', named, 1))
    return drawing


@register.simple_tag
def control(field: BoundField, hint: str = "", rows: int | str = "") -> SafeString:
    """Draw the control of a form field; `hint` is any true value when a hint stands above it."""
    return controls.control(field, hint=bool(hint), rows=rows)


register.filter("field_kind", controls.kind)
register.filter("has_options", controls.has_options)
register.simple_tag(drawings.bars, name="bars")
register.simple_tag(drawings.curves, name="curves")
register.simple_tag(drawings.grade_bar, name="grade_bar")
register.filter("spark", drawings.spark)
register.filter("anchor", drawings.anchor)
register.filter("with_column_names", stacking.with_column_names)


@register.simple_tag
def described_by(field: BoundField, hint: str = "") -> str:
    """Return the ids of a field's hint and error."""
    return controls.described_by(field, hint=bool(hint))


_TONES = {"success": "ok", "warning": "warn", "error": "urgent"}


@register.simple_tag
def message_tone(message: Message) -> str:
    """Return the tone of a notice that says `message`."""
    return _TONES.get(message.level_tag, "")


# Pages of a list


@register.filter
def page_numbers(page: Page[Any]) -> list[int]:
    """Return the ranks to show around the present page; 0 stands for the ones left out."""
    shown = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return [rank if isinstance(rank, int) else 0 for rank in shown]


@register.simple_tag(takes_context=True)
def query(context: Context, *pairs: object) -> str:
    """Return the address's parameters changed: `{% query "page" 3 "sort" None %}`; None removes."""
    request = context.get("request")
    kept = request.GET.copy() if request is not None else QueryDict(mutable=True)
    for name, value in zip(pairs[::2], pairs[1::2], strict=True):
        kept.pop(str(name), None)
        if value not in (None, ""):
            kept[str(name)] = str(value)
    return f"?{kept.urlencode()}"


# Options of components


@register.filter
def passed_on(attrs: Mapping[str, Any]) -> SafeString:
    """Write the attributes a component does not know, each value escaped, with a leading space."""
    known = getattr(attrs, "attrs_dict", None)
    pairs: Iterable[tuple[str, Any]] = (known() if known else attrs).items()
    return SafeString(
        "".join(
            f" {escape(name)}"
            if value is True or value == ""
            else f' {escape(name)}="{conditional_escape(value)}"'
            for name, value in pairs
            if value is not False and value is not None
        )
    )


class AllowNode(Node):
    """Complains when an option has a value that the component does not have."""

    def __init__(self, option: str, allowed: Sequence[str]) -> None:
        self.option = option
        self.allowed = frozenset(allowed)

    def render(self, context: Context) -> SafeString:
        value = context.get(self.option, "")
        if value and str(value) not in self.allowed:
            choices = ", ".join(sorted(self.allowed))
            complain(f"{self.option}={value!r} is not one of: {choices}.")
        return SafeString("")


class NeedNode(Node):
    """Complains when an option that the component cannot do without is absent or empty."""

    def __init__(self, options: Sequence[str]) -> None:
        self.options = tuple(options)

    def render(self, context: Context) -> SafeString:
        for option in self.options:
            if context.get(option) in (None, ""):
                complain(f"The option {option!r} is required.")
        return SafeString("")


@register.tag
def allow(_parser: Parser, token: Token) -> AllowNode:
    """`{% allow tone "ok warn urgent" %}`: an empty option is always allowed."""
    match token.split_contents():
        case [_, option, values]:
            return AllowNode(option, values.strip("\"'").split())
    raise TemplateSyntaxError("{% allow option 'one two' %} takes an option and its values.")


@register.tag
def need(_parser: Parser, token: Token) -> NeedNode:
    """`{% need "title href" %}`: these options must not be empty."""
    match token.split_contents():
        case [_, names]:
            return NeedNode(names.strip("\"'").split())
    raise TemplateSyntaxError("{% need 'title href' %} takes the names of options.")
