"""Logs: one line of JSON per event on standard error, without personal data."""

from __future__ import annotations

import structlog

from parvis.kernel.log_lines import trace

_SHARED: list[structlog.typing.Processor] = [
    # Who acts, and for whom: ids, bound to the request (kernel/acting_sessions.py).
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.ExceptionRenderer(trace),
]
# Unless it is told, the library prints to standard output, in colours, and a failure with the
# values of its variables.
structlog.configure(
    processors=[
        structlog.stdlib.filter_by_level,
        *_SHARED,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=structlog.stdlib.BoundLogger,
)
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
    "filters": {"without_keys": {"()": "parvis.kernel.log_lines.WithoutKeys"}},
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "json",
            "filters": ["without_keys"],
        }
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "parvis": {"level": "INFO"},
        "django.server": {"level": "ERROR"},
        # A wrong Host header is a stranger's mistake: answered with 400, not worth a trace each
        # time.
        "django.security.DisallowedHost": {"level": "CRITICAL"},
    },
}
