"""One published state of a dataset: a file that never changes."""

from __future__ import annotations

from django.db import models

from parvis.kernel.ids import new_public_id


class DatasetVersion(models.Model):
    """A version as published. Append-only: a trigger refuses update and delete.

    `file` and `index` are names in the storage, made of the content's SHA-256; `profile` holds what
    was computed from the rows when it was published: for each field the nulls, the distinct values,
    the least and the greatest; the period the data reaches; the checks and the points they cost.
    A history that grows goes on in `parts`, files like the first ("file", "index", "sha256",
    "size", "rows"); `live_revision` is the revision of a live series that the version reaches.
    """

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    dataset = models.ForeignKey("opendata.Dataset", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    fields = models.JSONField()
    rows = models.PositiveBigIntegerField()
    file = models.CharField(max_length=300)
    file_size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    index = models.CharField(max_length=300, blank=True)
    parts = models.JSONField(default=list)
    live_revision = models.PositiveBigIntegerField(null=True, blank=True)
    profile = models.JSONField(default=dict)
    note = models.TextField(blank=True)
    origin = models.CharField(max_length=500, blank=True)
    published_by = models.UUIDField(null=True, blank=True)
    published_at = models.DateTimeField()
    shredded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "opendata_version"
        constraints = [
            models.UniqueConstraint(
                fields=["dataset", "number"], name="one_version_per_dataset_and_number"
            ),
            models.CheckConstraint(
                condition=models.Q(sha256__regex=r"^[0-9a-f]{64}$"), name="version_has_a_sha256"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dataset_id} v{self.number}"
