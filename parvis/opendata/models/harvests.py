"""Catalogues of others that we harvest, and which dataset came from which of them."""

from __future__ import annotations

from django.db import models

from parvis.kernel.ids import new_public_id


class HarvestKind(models.TextChoices):
    """What another catalogue speaks."""

    EXPLORE = "explore", "Explore API v2.1"
    DCAT = "dcat", "DCAT"
    FOLDER = "folder", "Folder of files"


class HarvestSource(models.Model):
    """A catalogue that is harvested every so many hours.

    Its datasets are called `prefix` and their name there. `takes_records` says whether their rows
    are published here too, or only described. `running_since` is held while somebody harvests it.
    """

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    name = models.CharField(max_length=100, unique=True)
    kind = models.CharField(max_length=10, choices=HarvestKind)
    address = models.CharField(max_length=1000)
    prefix = models.CharField(max_length=40, blank=True)
    every_hours = models.PositiveIntegerField(default=24)
    takes_records = models.BooleanField(default=False)
    is_enabled = models.BooleanField(default=True)
    running_since = models.DateTimeField(null=True, blank=True)
    last_run_at = models.DateTimeField(null=True, blank=True)
    report = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "opendata_harvest_source"
        constraints = [
            models.UniqueConstraint(
                fields=["address", "prefix"], name="one_source_per_address_and_prefix"
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=HarvestKind.values), name="source_speaks_a_known_kind"
            ),
            models.CheckConstraint(
                condition=models.Q(prefix__regex=r"^([a-z0-9][a-z0-9_-]*)?$"),
                name="source_prefix_is_plain",
            ),
            models.CheckConstraint(
                condition=models.Q(every_hours__gte=1), name="source_is_asked_at_most_hourly"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class HarvestedDataset(models.Model):
    """A dataset that came from a source; it stays noted when it is gone over there.

    `stamp` tells the state of the rows that were last read, and `problem` why they were not
    published, empty if they were.
    """

    source = models.ForeignKey("opendata.HarvestSource", on_delete=models.PROTECT, related_name="+")
    dataset = models.OneToOneField(
        "opendata.Dataset", on_delete=models.PROTECT, related_name="harvested"
    )
    remote_id = models.CharField(max_length=500)
    stamp = models.CharField(max_length=200, blank=True)
    problem = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "opendata_harvested_dataset"
        constraints = [
            models.UniqueConstraint(
                fields=["source", "remote_id"], name="one_dataset_per_source_and_remote_id"
            )
        ]

    def __str__(self) -> str:
        return f"{self.source_id}: {self.remote_id}"
