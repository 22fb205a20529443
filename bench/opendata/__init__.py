"""The open data beside Datasette and bare DuckDB, over the same rows in one run.

`python -m bench.opendata` writes docs/benchmarks-open-data.md. Each sample asks every rival the
same question one after the other, so that what else the machine does hits them alike.
"""
