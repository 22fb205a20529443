"""Text messages: the gateway they go through, none unless a city names one."""

from __future__ import annotations

from config import environment

# A class with `send(to, text, reference)`: another protocol is another class.
PARVIS_SMS_GATEWAY = environment.text("PARVIS_SMS_GATEWAY", "parvis.kernel.sms.OneApi")
PARVIS_SMS_URL = environment.text("PARVIS_SMS_URL", "")
PARVIS_SMS_USER = environment.text("PARVIS_SMS_USER", "")
PARVIS_SMS_PASSWORD = environment.text("PARVIS_SMS_PASSWORD", "")
# With it, user and password buy a token there (OAuth 2.0 client credentials); without, they are
# given to the gateway itself (HTTP Basic).
PARVIS_SMS_TOKEN_URL = environment.text("PARVIS_SMS_TOKEN_URL", "")
PARVIS_SMS_SENDER = environment.text("PARVIS_SMS_SENDER", "")
PARVIS_SMS_SENDER_NAME = environment.text("PARVIS_SMS_SENDER_NAME", "")
# Where a number typed without its country is at home (ISO 3166-1).
PARVIS_PHONE_REGION = environment.text("PARVIS_PHONE_REGION", "FR")
