"""Sign-in: django-allauth, by e-mail, on our own account model."""

from __future__ import annotations

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
# A town hall, a school or a library is one address for a hundred people: what succeeds is not
# counted. What fails is, by account and, more widely, by address.
ACCOUNT_RATE_LIMITS = {
    "login": None,
    "login_failed": "60/m/ip,5/5m/key",
    "signup": "60/m/ip",
    "reset_password": "60/m/ip,5/h/key",
    "reset_password_from_key": "60/m/ip",
    "reauthenticate": "10/m/user",
    "change_password": "5/m/user",
    "manage_email": "10/m/user",
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
