"""The demonstration city: everything real, and the mail it sends stays readable on its own page."""

from __future__ import annotations

from config import environment
from config.settings import base
from config.settings.common import EVERYTHING

globals().update(EVERYTHING)

PARVIS_DEMO = True
# The public number of the city that is shown.
PARVIS_PHONE = environment.text("PARVIS_PHONE", "39 75")
# Agents of the demonstration sign in with an address and a password; the desk invites them to more.
PARVIS_AGENTS_SECOND_FACTOR_DAYS = None
EMAIL_BACKEND = "parvis.relation.adapters.DemoMailBackend"
# The services of the demonstration run on this machine.
PARVIS_OPENID_PRIVATE_NETWORKS = ["127.0.0.0/8", "::1/128"]
# The demonstration speaks plain HTTP on the loopback.
SESSION_COOKIE_SECURE = False
CSRF_COOKIE_SECURE = False

DATABASES = {"default": environment.pooled(base.DATABASES["default"])}
