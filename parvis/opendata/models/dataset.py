"""A dataset of the catalogue: its description, and which version is current."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from parvis.kernel.ids import new_public_id


class Dataset(models.Model):
    """A dataset as the catalogue describes it; it may be described and not held.

    `fields` are those of the catalogue while nothing is held; a version brings its own. `metas`
    keeps every metadata template as the API shows it ("default", "dcat", …); the columns beside it
    are those one searches and sorts by. The rows of a `restricted` dataset are for the keys that
    open it; what is said of it is for everybody.
    """

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    dataset_id = models.CharField(max_length=200, unique=True)
    dataset_uid = models.CharField(max_length=40, unique=True)
    title = models.CharField(max_length=500)
    description = models.TextField(blank=True)
    themes = ArrayField(models.CharField(max_length=200), default=list)
    keywords = ArrayField(models.CharField(max_length=200), default=list)
    publisher = models.CharField(max_length=300, blank=True)
    license = models.CharField(max_length=200, blank=True)
    license_url = models.CharField(max_length=500, blank=True)
    features = ArrayField(models.CharField(max_length=30), default=list)
    fields = models.JSONField(default=list)
    metas = models.JSONField(default=dict)
    attachments = models.JSONField(default=list)
    key_fields = ArrayField(models.CharField(max_length=200), default=list)
    sort_fields = ArrayField(models.CharField(max_length=200), default=list)
    # Fields somebody else than the publisher added, and what readers must know before they quote.
    enriched_fields = ArrayField(models.CharField(max_length=200), default=list)
    warnings = models.JSONField(default=list)
    source_url = models.CharField(max_length=1000, blank=True)
    restricted = models.BooleanField(default=False, db_default=False)
    current = models.OneToOneField(
        "opendata.DatasetVersion", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    order = models.PositiveIntegerField(default=1000)
    search = SearchVectorField(null=True, editable=False)
    created_at = models.DateTimeField()
    modified_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "opendata_dataset"
        indexes = [
            GinIndex(fields=["search"], name="dataset_by_words"),
            GinIndex(fields=["themes"], name="dataset_by_theme"),
            models.Index(fields=["order", "dataset_id"], name="dataset_in_order"),
        ]

    def __str__(self) -> str:
        return self.dataset_id
