"""Sign-in: django-allauth, by e-mail, on our own account model."""

from __future__ import annotations

from config import environment

AUTHENTICATION_BACKENDS = ["parvis.account.adapters.CityBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "portal:mine"

ACCOUNT_ADAPTER = "parvis.account.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_FORMS = {
    "login": "parvis.account.adapters.SignIn",
    "reauthenticate": "parvis.account.adapters.ProveAgain",
    "change_password": "parvis.account.adapters.ChangePassword",
    "user_token": "parvis.account.adapters.ResetToken",
    "reset_password_from_key": "parvis.account.adapters.ChooseNewPassword",
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
PASSWORD_RESET_TIMEOUT = 24 * 60 * 60
# How many reverse proxies add the address they hear from to X-Forwarded-For. Whatever a visitor
# wrote there before them is not believed; with none, the header is not read.
ALLAUTH_TRUSTED_PROXY_COUNT = int(environment.text("PARVIS_PROXIES", "0"))
ACCOUNT_RATE_LIMITS = {
    "login": None,
    # The key is an account and a place: a stranger elsewhere keeps nobody out of their account.
    "login_failed": "5/5m/key",
    # What many people do from one place is counted by parvis.account.rules.PACE.
    "signup": None,
    "reset_password": None,
    "reset_password_from_key": "60/m/ip",
    "reauthenticate": "10/m/user",
    "change_password": "5/m/user",
    "manage_email": "20/h/user",
}

# OWASP: argon2id, 19 MiB, two passes, one lane (Password Storage Cheat Sheet).
PASSWORD_HASHERS = ["parvis.account.adapters.CityArgon2Hasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "civil_name", "usual_name")},
    },
]
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
