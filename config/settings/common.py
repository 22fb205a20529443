"""What the demonstration, the tests and a city in service have in common."""

from __future__ import annotations

from config.settings import (
    accounts,
    base,
    logs,
    opendata,
    openid,
    security,
    sms,
    together,
    upstream,
)

EVERYTHING = together(base, accounts, security, logs, opendata, openid, sms, upstream)
