"""Who vouches for people from outside: FranceConnect for residents, ProConnect for agents.

One that has no address here is not offered.
"""

from __future__ import annotations

from config import environment

SOCIALACCOUNT_ADAPTER = "parvis.account.adapters.upstream.UpstreamAdapter"
# What is sent to a party outside is asked for this many seconds, then people are told to enter
# another way.
SOCIALACCOUNT_REQUESTS_TIMEOUT = float(environment.text("PARVIS_UPSTREAM_SECONDS", "4"))
SOCIALACCOUNT_STORE_TOKENS = False

# The issuer: https://<host>/api/v2. The level is eidas1, or eidas2 and eidas3 of FranceConnect+.
PARVIS_FRANCECONNECT_URL = environment.text("PARVIS_FRANCECONNECT_URL", "")
PARVIS_FRANCECONNECT_CLIENT_ID = environment.text("PARVIS_FRANCECONNECT_CLIENT_ID", "")
PARVIS_FRANCECONNECT_CLIENT_SECRET = environment.text("PARVIS_FRANCECONNECT_CLIENT_SECRET", "")
PARVIS_FRANCECONNECT_LEVEL = environment.text("PARVIS_FRANCECONNECT_LEVEL", "eidas1")
# A file with the private key (JWK) to which FranceConnect+ encrypts what it tells.
PARVIS_FRANCECONNECT_KEY = environment.text("PARVIS_FRANCECONNECT_KEY", "")

# Ask whether a professional of Aidants Connect acts for who comes. Off only if FranceConnect has
# not opened the question to this city: a professional would then pass for the person.
PARVIS_FRANCECONNECT_AIDANTS = environment.flag("PARVIS_FRANCECONNECT_AIDANTS", default=True)

PARVIS_PROCONNECT_URL = environment.text("PARVIS_PROCONNECT_URL", "")
PARVIS_PROCONNECT_CLIENT_ID = environment.text("PARVIS_PROCONNECT_CLIENT_ID", "")
PARVIS_PROCONNECT_CLIENT_SECRET = environment.text("PARVIS_PROCONNECT_CLIENT_SECRET", "")
# Whose agents are the city's: SIRET numbers, or the nine digits of a SIREN for all of its own.
PARVIS_PROCONNECT_SIRETS = environment.words("PARVIS_PROCONNECT_SIRETS")
