"""What one can do with the open data: describe, ingest, publish."""
