"""Logs: one line of JSON per event on standard error, without personal data."""

from __future__ import annotations

import structlog

_SHARED = [
    # Who acts, and for whom: ids, bound to the request (kernel/acting_sessions.py).
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
]
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processor": structlog.processors.JSONRenderer(ensure_ascii=False),
            "foreign_pre_chain": _SHARED,
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "parvis": {"level": "INFO"},
        "django.server": {"level": "ERROR"},
        # A wrong Host header is a stranger's mistake: answered with 400, not worth a trace each
        # time.
        "django.security.DisallowedHost": {"level": "CRITICAL"},
    },
}
