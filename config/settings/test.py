"""Tests: the same city in the same database engine, faster passwords, mail in memory."""

from __future__ import annotations

from config import environment
from config.settings import base
from config.settings.common import EVERYTHING

globals().update(EVERYTHING)

PARVIS_DEMO = False
# An unknown option of a component is an error, not a line in a log.
PARVIS_STRICT_UI = True
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
# What the desk asks of agents is asked by the tests that are about it.
PARVIS_AGENTS_SECOND_FACTOR_DAYS = None
# A test may be the hundredth from one address in a minute.
ACCOUNT_RATE_LIMITS = False

# The empty database made for tests has a locale of its own; Django copies it.
DATABASES = {
    "default": {
        **base.DATABASES["default"],
        "TEST": {"TEMPLATE": environment.text("PARVIS_TEST_TEMPLATE", "") or None},
    }
}
