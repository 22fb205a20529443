"""Open data: which engine answers, and what a query, a caller, a download may cost at most."""

from __future__ import annotations

from config import environment

PARVIS_OPENDATA_ENGINE = environment.text("PARVIS_OPENDATA_ENGINE", "duckdb")
# With "clickhouse": the server or cluster that answers, and how it reads the files of versions.
PARVIS_OPENDATA_CLICKHOUSE = environment.text("PARVIS_OPENDATA_CLICKHOUSE", "")
PARVIS_OPENDATA_CLICKHOUSE_FILES = environment.text("PARVIS_OPENDATA_CLICKHOUSE_FILES", "")
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
# One answer of a live source, which is asked every minute or so.
PARVIS_OPENDATA_PULL_SECONDS = float(environment.text("PARVIS_OPENDATA_PULL_SECONDS", "20"))
PARVIS_OPENDATA_PULL_BYTES = int(environment.text("PARVIS_OPENDATA_PULL_BYTES", "50000000"))
# Private networks that may be asked all the same, as 10.1.0.0/16: the city's own servers.
PARVIS_OPENDATA_PRIVATE_NETWORKS = environment.words("PARVIS_OPENDATA_PRIVATE_NETWORKS")
# What a file may hold, as rows=20000000,columns=2000; what is not named keeps its limit.
PARVIS_OPENDATA_LIMITS = {
    name.strip(): int(number)
    for name, _sign, number in (
        one.partition("=") for one in environment.words("PARVIS_OPENDATA_LIMITS")
    )
}
# How long one run of a harvest may take; what it leaves, the next one takes.
PARVIS_OPENDATA_HARVEST_SECONDS = float(environment.text("PARVIS_OPENDATA_HARVEST_SECONDS", "7200"))
# What agents send: how large at most, where it lies (beside the city's files, nothing is served
# from there), how many days after it is settled.
PARVIS_OPENDATA_UPLOAD_BYTES = int(environment.text("PARVIS_OPENDATA_UPLOAD_BYTES", "1000000000"))
PARVIS_OPENDATA_KEEP_DAYS = int(environment.text("PARVIS_OPENDATA_KEEP_DAYS", "7"))
PARVIS_PRIVATE_ROOT = environment.text("PARVIS_PRIVATE_ROOT", "")
