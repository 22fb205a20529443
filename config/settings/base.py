"""What every Parvis has in common."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from config import environment
from config.settings import files

BASE_DIR = environment.ROOT
SECRET_KEY = environment.text("PARVIS_SECRET_KEY", "only-for-tests-and-tools")
DEBUG = False
ALLOWED_HOSTS = environment.words("PARVIS_HOSTS", "localhost,127.0.0.1,[::1]")

PARVIS_CITY = environment.text("PARVIS_CITY", "paris")
PARVIS_CITY_DIR = BASE_DIR / "cities" / PARVIS_CITY
PARVIS_CITY_NAME = environment.text("PARVIS_CITY_NAME", "Ville de Paris")
PARVIS_SITE_URL = environment.text("PARVIS_SITE_URL", "http://localhost:8000")
PARVIS_SOURCE_URL = environment.text("PARVIS_SOURCE_URL", "https://github.com/parvis-city/parvis")
PARVIS_DEMO = False
PARVIS_STRICT_UI = False

# Who answers for this site, as the law asks (LCEN, article 1-1; RGPD, article 13).
PARVIS_PUBLISHER = environment.text("PARVIS_PUBLISHER", "")
PARVIS_PUBLICATION_DIRECTOR = environment.text("PARVIS_PUBLICATION_DIRECTOR", "")
PARVIS_HOSTING = environment.text("PARVIS_HOSTING", "")
PARVIS_CONTACT = environment.text("PARVIS_CONTACT", "")
PARVIS_PHONE = environment.text("PARVIS_PHONE", "")
PARVIS_DATA_PROTECTION_CONTACT = environment.text("PARVIS_DATA_PROTECTION_CONTACT", "")
PARVIS_SECURITY_CONTACT = environment.text("PARVIS_SECURITY_CONTACT", "")

# Closes the site with a clear page: always, or while the named file exists.
PARVIS_MAINTENANCE = environment.flag("PARVIS_MAINTENANCE")
PARVIS_MAINTENANCE_FILE = environment.text("PARVIS_MAINTENANCE_FILE", "")
PARVIS_FILE_SCANNER = environment.text("PARVIS_FILE_SCANNER", "")
# Photos of the street: days their originals stay once an agent has looked at them, and what
# proposes the boxes that cover faces and plates.
PARVIS_PHOTO_DAYS = int(environment.text("PARVIS_PHOTO_DAYS", "30"))
PARVIS_PHOTO_DETECTOR = environment.text("PARVIS_PHOTO_DETECTOR", "")
# The national address base (BAN) completes our own suggestions only where a city switches it on.
PARVIS_BAN_URL = environment.text("PARVIS_BAN_URL", "")

# Secrets of votes: in no database and in no backup of one, shared by web servers and workers.
VOTING_KEYS = environment.text("PARVIS_VOTING_KEYS", str(environment.home() / "voting-keys"))
# A time-stamping authority (RFC 3161) that dates each signed root of a vote's log.
VOTING_TIMESTAMP_URL = environment.text("PARVIS_VOTING_TIMESTAMP_URL", "")

INSTALLED_APPS = [
    "parvis.portal",
    "parvis.opendata",
    "parvis.ideas",
    "parvis.budget",
    "parvis.streets",
    "parvis.missions",
    "parvis.relation",
    "parvis.deliberation",
    "parvis.voting",
    "parvis.plan",
    "parvis.openid",
    "parvis.mandates",
    "parvis.account",
    "parvis.territory",
    "parvis.ui",
    "parvis.kernel",
    "django_cotton.apps.SimpleAppConfig",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "oauth2_provider",
    "django_htmx",
    "csp",
    "procrastinate.contrib.django",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "parvis.account.adapters.readers.ReadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "parvis.ui.weight.WeighAndCompress",
    "parvis.kernel.content_policy.ContentPolicy",
    "parvis.portal.adapters.Maintenance",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "parvis.kernel.programs.ProgramDoors",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "parvis.kernel.http.ReadableBodyMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "parvis.account.adapters.signing_in.LoginRequired",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "parvis.account.adapters.signing_in.PersonMiddleware",
    "parvis.account.adapters.agents.StaffSessions",
    "parvis.kernel.acting_sessions.ActingMiddleware",
    "parvis.kernel.http.RefusalMiddleware",
]

# Where programs knock: views that are marked for them see nothing of what pages need.
PARVIS_PROGRAMS = ("/openid/", "/.well-known/")

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": ["django_cotton.templatetags.cotton", "parvis.ui.templatetags.parvis_ui"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "parvis.account.adapters.signing_in.person",
                "parvis.ui.context.chrome",
            ],
        },
    }
]
FORM_RENDERER = "parvis.ui.forms.ParvisRenderer"
COTTON_DIR = "cotton"

DATABASES = {
    "default": environment.database(environment.text("DATABASE_URL", "postgresql:///parvis"))
}
PARVIS_HOME = str(environment.home())
# So many threads of a web process may wait for a password to be weighed; pages get the others.
PARVIS_MOST_AT_THE_SCALES = environment.CONNECTIONS * 3 // 4
PARVIS_PASSWORDS_SHARE = environment.share("PARVIS_PASSWORDS_SHARE", "0.04")
# The sign-in library holds the label `account`; our own app is labelled `residents`.
AUTH_USER_MODEL = "residents.Resident"
# The OAuth library keeps its things in our own models.
_provider = "openid"
OAUTH2_PROVIDER_APPLICATION_MODEL = f"{_provider}.Service"
OAUTH2_PROVIDER_GRANT_MODEL = f"{_provider}.Grant"
OAUTH2_PROVIDER_ACCESS_TOKEN_MODEL = f"{_provider}.AccessToken"
OAUTH2_PROVIDER_REFRESH_TOKEN_MODEL = f"{_provider}.RefreshToken"
OAUTH2_PROVIDER_ID_TOKEN_MODEL = f"{_provider}.IDToken"
OAUTH2_PROVIDER_DEVICE_GRANT_MODEL = f"{_provider}.DeviceGrant"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Languages: French speaks first, without a prefix; English stands under /en/.
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", _("French")), ("en", _("English"))]
TIME_ZONE = "Europe/Paris"
USE_I18N = True
LOCALE_PATHS = [BASE_DIR / "config" / "locale"]
USE_TZ = True

# Static files: hashed names, compressed once, kept by browsers for ever.
STATIC_URL = "static/"
STATIC_ROOT = environment.home() / "static"
STATICFILES_FINDERS = [
    "parvis.ui.bundles.BundleFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
STORAGES = {
    "default": files.storage(),
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = environment.home() / "files"

# Limits against haste count for all web processes together; nothing else is kept here.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "parvis_cache",
        # Past this many the oldest counts go: who makes up keys must not wipe everybody's limits.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# Jobs travel in the same database and the same transactions as the facts that cause them.
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "tasks"
PROCRASTINATE_IMPORT_PATHS = ["parvis.kernel.facts", "parvis.kernel.outbox", "parvis.kernel.sms"]

# Nothing typed by a person is worth more than this; files have their own intake.
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
FILE_UPLOAD_HANDLERS = [
    "parvis.kernel.uploads.AtMost",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
DEFAULT_FROM_EMAIL = environment.text(
    "PARVIS_MAIL_FROM", "Parvis <ne-pas-repondre@parvis.localhost>"
)
SILENCED_SYSTEM_CHECKS: list[str] = []
