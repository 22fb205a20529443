"""How a browser is called in plain words, how long a device is known and trusted: pure rules."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache

# A session says it is in use at most this often.
SEEN_EVERY = dt.timedelta(minutes=5)
# On a device its owner trusts, the second step is not asked again for this long.
TRUSTED_FOR = dt.timedelta(days=30)
# CNIL: a year at most for what only serves security; the cookie lives as long.
DEVICE_KNOWN_FOR = dt.timedelta(days=365)

# The first that fits is it: most browsers claim to be the others as well.
_BROWSERS = (
    ("Edge", r"\bEdg(?:e|A|iOS)?/"),
    ("Opera", r"\b(?:OPR|Opera)/"),
    ("Samsung Internet", r"\bSamsungBrowser/"),
    ("Firefox", r"\b(?:Firefox|FxiOS)/"),
    ("Chrome", r"\b(?:Chrome|CriOS|Chromium|HeadlessChrome)/"),
    ("Safari", r"\bSafari/"),
)
_SYSTEMS = (
    ("iPhone", r"\biPhone\b"),
    ("iPad", r"\biPad\b"),
    ("Android", r"\bAndroid\b"),
    ("ChromeOS", r"\bCrOS\b"),
    ("Windows", r"\bWindows\b"),
    ("macOS", r"\bMac(?:intosh| OS X)\b"),
    ("Linux", r"\bLinux\b"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """What a browser says of itself; "" where it says nothing we know."""

    browser: str
    system: str


@lru_cache(maxsize=1_000)
def client_of(user_agent: str) -> Client:
    """Return the browser and the system that a User-Agent names."""
    return Client(browser=_first(_BROWSERS, user_agent), system=_first(_SYSTEMS, user_agent))


def is_ref(typed: str) -> bool:
    """Tell whether a text can be the name of a session."""
    return bool(re.fullmatch(r"[0-9a-f]{64}", typed))


def _first(known: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((name for name, sign in known if re.search(sign, user_agent)), "")
