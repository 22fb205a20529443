"""Versions in an object storage: a server that speaks S3, over a socket."""

from __future__ import annotations

from pathlib import Path

import boto3
import pytest
from django.core.files.storage import default_storage
from moto.server import ThreadedMotoServer

from parvis.opendata.actions import publishing
from parvis.opendata.actions.cataloguing import catalogue_version
from parvis.opendata.queries import auditing, diffs, versions
from parvis.opendata.queries.engine import engine, files
from parvis.opendata.rules.odsql.parsing import parse_where
from parvis.opendata.rules.odsql.tree import Query
from parvis.opendata.testing import BUDGET, BUDGET_ROWS, MONDAY, TUESDAY, a_version

pytestmark = pytest.mark.django_db
BUCKET = "paris"


@pytest.fixture(scope="module")
def server():
    running = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    yield f"http://{host}:{port}"
    running.stop()


@pytest.fixture(autouse=True)
def bucket(server, settings, monkeypatch):
    """The files of the city in a bucket, as `config.settings.files` has them."""
    for name, value in {
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_DEFAULT_REGION": "eu-west-3",
    }.items():
        monkeypatch.setenv(name, value)
    bucket = boto3.resource("s3", endpoint_url=server).Bucket(BUCKET)
    bucket.create(CreateBucketConfiguration={"LocationConstraint": "eu-west-3"})
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "storages.backends.s3.S3Storage",
            "OPTIONS": {
                "bucket_name": BUCKET,
                "endpoint_url": server,
                "location": "city",
                "file_overwrite": False,
                "default_acl": None,
            },
        },
    }
    yield bucket
    bucket.objects.delete()
    bucket.delete()


def names(bucket):
    return sorted(one.key for one in bucket.objects.all())


def test_versions_lie_in_the_bucket_and_are_read_through_copies(bucket, settings):
    first = a_version()
    second = a_version(BUDGET_ROWS[:4], now=TUESDAY)
    assert names(bucket) == sorted(
        f"city/{name}" for one in (first, second) for name in (one.file, one.index)
    )
    found = engine().rows(second, Query(where=parse_where('"écoles"'), limit=9)).rows
    assert [row["cle"] for row in found] == ["b"]
    assert diffs.diff(first, second).removed == 2
    copies = Path(settings.MEDIA_ROOT) / "opendata-cache"
    assert all(files.local_path(one.file).is_relative_to(copies) for one in (first, second))
    assert [one.holds for one in auditing.verify(BUDGET)] == [True, True]


def test_what_no_version_names_is_swept_and_nothing_else(bucket):
    version = a_version()
    orphan = files.parquet_name(BUDGET, "f" * 64)
    bucket.put_object(Key=f"city/{orphan}", Body=b"half")
    assert publishing.sweep() == 1
    assert not default_storage.exists(orphan)
    assert files.stored_files(BUDGET) == sorted([version.file, version.index])
    assert versions.current(BUDGET).rows == len(BUDGET_ROWS)


def test_the_catalogue_is_there_too(bucket):
    a_version()
    assert catalogue_version(now=MONDAY).rows == 1
    assert sum(name.startswith("city/opendata/_catalogue/") for name in names(bucket)) == 2
    assert files.stored_datasets() == [BUDGET]
