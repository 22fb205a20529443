"""French typography of plain sentences: the spaces that do not break, the apostrophe that curls."""

from __future__ import annotations

import re

NO_BREAK = "\u00a0"
NARROW = "\u202f"
APOSTROPHE = "\u2019"

_SPACE = f"[ {NO_BREAK}{NARROW}]+"
_LETTER = r"[^\W\d_]"

# What is not prose is handed back untouched: code, tags, placeholders, addresses. The bounds keep
# the time linear in the length of a text that somebody typed on purpose to be slow.
_KEPT = r"""
    ```.{0,4000}?``` | `[^`\n]{0,400}`
  | <(?P<tag>code|pre|script|style)\b.{0,4000}?</(?P=tag)\s*>
  | <[A-Za-z/!][^<>]{0,2000}>
  | \{\{[^{}]*\}\} | \{%[^%]*%\} | %\(\w+\)[a-z]
  | \b[A-Za-z][A-Za-z+.-]{1,20}://\S+ | \b(?:mailto|tel|data):\S+ | \bwww\.\S+
  | [^\s<>@]{1,64}@[^\s<>@]+
"""

_RULES = rf"""
    (?P<hour> (?: (?<=\d) | (?<=\)[sd]) ) {_SPACE} h (?: {_SPACE} (?=\d\d(?!\d)) | (?!\w) ) )
  | (?P<number> (?<!\d) \d{{1,3}} (?: {_SPACE} \d{{3}} )+ (?!\d) )
  | (?P<narrow> {_SPACE} (?= [?!;] (?!=) ) )
  | (?P<wide>
        {_SPACE} (?= [:»€] | % (?![\w(]) )
      | (?<=\d) {_SPACE} (?= [kM]€ )
      | (?<=«) {_SPACE}
      | (?<=n°) {_SPACE} (?=\d)
    )
  | (?P<curl> (?<={_LETTER}) (?: ' | &\#x27; | &\#39; ) (?= {_LETTER} | [\d«“"<%{{&] ) )
"""

_PATTERN = re.compile(f"(?P<kept>{_KEPT}) | {_RULES}", re.VERBOSE | re.DOTALL)
_ANY_SPACE = re.compile(_SPACE)
_INSIDE_QUOTES = re.compile(rf"(?<=«){_SPACE}|{_SPACE}(?=»)")


_PUT = {"narrow": NARROW, "wide": NO_BREAK, "curl": APOSTROPHE}
_SPACED = {"hour": NO_BREAK, "number": NARROW}


def _mend(match: re.Match[str]) -> str:
    found, rule = match.group(), match.lastgroup or ""
    if rule in _SPACED:
        return _ANY_SPACE.sub(_SPACED[rule], found)
    return _PUT.get(rule, found)


def french(text: str) -> str:
    """Return `text` with the spaces and apostrophes that French printing asks for.

    Only spaces and apostrophes that are already there change, none is added: a narrow no-break
    space before `? ! ;` and inside grouped numbers, a no-break space before `: » % €`, after `«`
    and around the `h` of an hour, a curled apostrophe between letters. Addresses, code, tags and
    placeholders come back as they were, and a second pass changes nothing.

    Source: Lexique des règles typographiques en usage à l'Imprimerie nationale.
    """
    return _PATTERN.sub(_mend, text)


def quoted(text: str) -> str:
    """Return `text` with no line ever broken between « » and what they quote, in any language."""
    return _INSIDE_QUOTES.sub(NO_BREAK, text)
