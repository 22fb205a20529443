"""Sign-in: django-allauth, by e-mail, on our own account model."""

from __future__ import annotations

from config import environment

AUTHENTICATION_BACKENDS = ["parvis.account.adapters.signing_in.CityBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "portal:mine"

ACCOUNT_ADAPTER = "parvis.account.adapters.signing_in.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_FORMS = {
    "reauthenticate": "parvis.account.adapters.signing_in.ProveAgain",
    "change_password": "parvis.account.adapters.signing_in.ChangePassword",
    "user_token": "parvis.account.adapters.signing_in.ResetToken",
    "reset_password_from_key": "parvis.account.adapters.signing_in.ChooseNewPassword",
}
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
# Links hold a random key, not the number of a row.
ACCOUNT_EMAIL_CONFIRMATION_HMAC = False
ACCOUNT_CHANGE_EMAIL = True
# Our own actions write these mails, in the language of the person.
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
MFA_ADAPTER = "parvis.account.adapters.factors.FactorsAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
# A passkey is always unlocked by a PIN or a biometric trait: by itself it is two factors.
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_FORMS = {
    "authenticate": "parvis.account.adapters.factors.TypeCode",
    "authenticate_webauthn": "parvis.account.adapters.factors.UsePasskey",
    "reauthenticate": "parvis.account.adapters.factors.TypeCodeAgain",
}
PASSWORD_RESET_TIMEOUT = 24 * 60 * 60
# How many reverse proxies add the address they hear from to X-Forwarded-For. Whatever a visitor
# wrote there before them is not believed; with none, the header is not read.
ALLAUTH_TRUSTED_PROXY_COUNT = int(environment.text("PARVIS_PROXIES", "0"))
ACCOUNT_RATE_LIMITS = {
    # Wrong passwords and codes are counted by parvis.account.permissions.
    "login_failed": None,
    "reauthenticate": None,
    # What many people do from one place is counted by parvis.account.rules.PACE.
    "signup": None,
    "reset_password": None,
    "reset_password_from_key": "60/m/ip",
    "change_password": "5/m/user",
    "manage_email": "20/h/user",
    "change_factor": "30/h/user",
    "assist": "60/h/user",
}

# OWASP: argon2id, 19 MiB, two passes, one lane (Password Storage Cheat Sheet).
PASSWORD_HASHERS = ["parvis.account.adapters.hashing.CityArgon2Hasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "parvis.account.adapters.passwords.GuessablePasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "civil_name", "usual_name")},
    },
]
SESSION_ENGINE = "parvis.kernel.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"

# The city's staff: how many days a new role leaves to add a second factor (`never` asks for none),
# how long their sessions stay open without use, and at the longest.
_days = environment.text("PARVIS_AGENTS_SECOND_FACTOR_DAYS", "7")
PARVIS_AGENTS_SECOND_FACTOR_DAYS = None if _days == "never" else int(_days)
PARVIS_AGENTS_IDLE_MINUTES = int(environment.text("PARVIS_AGENTS_IDLE_MINUTES", "30"))
PARVIS_AGENTS_SESSION_HOURS = int(environment.text("PARVIS_AGENTS_SESSION_HOURS", "12"))
