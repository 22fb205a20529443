"""Open data: which engine answers, and what a query, a caller, a download may cost at most."""

from __future__ import annotations

from config import environment

PARVIS_OPENDATA_ENGINE = environment.text("PARVIS_OPENDATA_ENGINE", "duckdb")
# Per web process: threads beside those that ask, memory before sorting goes to disk.
PARVIS_OPENDATA_THREADS = int(environment.text("PARVIS_OPENDATA_THREADS", "2"))
PARVIS_OPENDATA_MEMORY = environment.text("PARVIS_OPENDATA_MEMORY", "512MB")
# Seconds before a query is interrupted; for an export, before each of its pieces.
PARVIS_OPENDATA_SECONDS = float(environment.text("PARVIS_OPENDATA_SECONDS", "20"))
# Calls of one caller on one day (UTC); an export is one call.
PARVIS_OPENDATA_DAILY_CALLS = int(environment.text("PARVIS_OPENDATA_DAILY_CALLS", "50000"))
# A file that is fetched from another server.
PARVIS_OPENDATA_FETCH_SECONDS = float(environment.text("PARVIS_OPENDATA_FETCH_SECONDS", "600"))
PARVIS_OPENDATA_FETCH_BYTES = int(environment.text("PARVIS_OPENDATA_FETCH_BYTES", "1000000000"))
