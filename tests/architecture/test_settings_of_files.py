"""Where a city's files lie is told by the environment."""

from __future__ import annotations

from config.settings import files


def test_files_lie_in_a_folder_unless_a_bucket_is_named(monkeypatch):
    monkeypatch.delenv("PARVIS_S3_BUCKET", raising=False)
    assert files.storage() == files.FOLDER
    monkeypatch.setenv("PARVIS_S3_BUCKET", "paris")
    monkeypatch.setenv("PARVIS_S3_ENDPOINT", "https://s3.example")
    found = files.storage()
    assert found["BACKEND"] == "storages.backends.s3.S3Storage"
    assert found["OPTIONS"]["bucket_name"] == "paris"
    assert found["OPTIONS"]["endpoint_url"] == "https://s3.example"
    # A file never changes under its name.
    assert found["OPTIONS"]["file_overwrite"] is False
