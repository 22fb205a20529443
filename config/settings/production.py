"""A city in service: HTTPS, secrets from the environment, mail over SMTP."""

from __future__ import annotations

from config import environment
from config.settings import base
from config.settings.common import EVERYTHING

globals().update(EVERYTHING)

SECRET_KEY = environment.text("PARVIS_SECRET_KEY")
# Older keys, as long as what they signed is to hold.
SECRET_KEY_FALLBACKS = environment.words("PARVIS_OLD_SECRET_KEYS")
ALLOWED_HOSTS = environment.words("PARVIS_HOSTS")
CSRF_TRUSTED_ORIGINS = [environment.text("PARVIS_SITE_URL")]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = True
SECURE_HSTS_SECONDS = 63_072_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = environment.text("PARVIS_SMTP_HOST", "localhost")
EMAIL_PORT = int(environment.text("PARVIS_SMTP_PORT", "25"))
EMAIL_HOST_USER = environment.text("PARVIS_SMTP_USER", "")
EMAIL_HOST_PASSWORD = environment.text("PARVIS_SMTP_PASSWORD", "")
EMAIL_USE_TLS = environment.flag("PARVIS_SMTP_TLS")
EMAIL_TIMEOUT = 20

DATABASES = {"default": environment.pooled(base.DATABASES["default"])}
