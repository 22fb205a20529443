"""Where files lie: in a folder of this machine, or in a bucket of an object storage (S3)."""

from __future__ import annotations

from typing import Any

from config import environment

FOLDER: dict[str, Any] = {"BACKEND": "django.core.files.storage.FileSystemStorage"}


def storage() -> dict[str, Any]:
    """Return the storage of files that the environment names.

    The keys of a bucket come from where every program of its provider looks for them:
    AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or the role of the machine.
    """
    bucket = environment.text("PARVIS_S3_BUCKET", "")
    if not bucket:
        return FOLDER
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": bucket,
            "endpoint_url": environment.text("PARVIS_S3_ENDPOINT", "") or None,
            "location": environment.text("PARVIS_S3_FOLDER", ""),
            # A file never changes under its name: nobody is to write over one.
            "file_overwrite": False,
            "default_acl": None,
        },
    }
