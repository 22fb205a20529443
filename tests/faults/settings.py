"""A city for rehearsing accidents: real SMTP to our port, workers found dead within seconds."""

from __future__ import annotations

from config import environment
from config.settings import accounts, base, logs, security, together

globals().update(together(base, accounts, security, logs))

INSTALLED_APPS = [*base.INSTALLED_APPS, "tests.faults.rehearsal"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = "127.0.0.1"
EMAIL_PORT = int(environment.text("PARVIS_SMTP_PORT", "25"))
EMAIL_TIMEOUT = 20
PROCRASTINATE_WORKER_DEFAULTS = {
    "update_heartbeat_interval": 0.5,
    "stalled_worker_timeout": 2.0,
    "fetch_job_polling_interval": 1.0,
}
