"""The demonstration city: everything real, and the mail it sends stays readable on its own page."""

from __future__ import annotations

from config import environment
from config.settings import accounts, base, logs, opendata, security, together

globals().update(together(base, accounts, security, logs, opendata))

PARVIS_DEMO = True
# The public number of the city that is shown.
PARVIS_PHONE = environment.text("PARVIS_PHONE", "39 75")
EMAIL_BACKEND = "parvis.relation.adapters.DemoMailBackend"
# The demonstration speaks plain HTTP on the loopback.
SESSION_COOKIE_SECURE = False
CSRF_COOKIE_SECURE = False

# Each thread of the web server keeps its connection: opening one costs as much as a page's
# questions.
DATABASES = {"default": {**base.DATABASES["default"], "CONN_MAX_AGE": 60}}
