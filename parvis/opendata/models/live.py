"""Rows that arrive one by one, before they are sealed into a version's files."""

from __future__ import annotations

from django.db import models


class SeriesKind(models.TextChoices):
    """What a series holds: how things are now, or everything that was observed."""

    STATE = "state", "State"
    HISTORY = "history", "History"


class LiveSeries(models.Model):
    """A dataset whose rows arrive one by one.

    `revision` counts the batches that changed a row, and `sealed` is the revision that the current
    version holds: what readers see is that version and the rows changed since. `pull` says where
    the rows are asked for ("kind", "url", "every" seconds, "options"); null for those that are
    pushed or declared by a module.
    """

    dataset = models.OneToOneField(
        "opendata.Dataset", on_delete=models.PROTECT, related_name="live"
    )
    kind = models.CharField(max_length=10, choices=SeriesKind)
    key_fields = models.JSONField()
    fields = models.JSONField()
    revision = models.PositiveBigIntegerField(default=0)
    sealed = models.PositiveBigIntegerField(default=0)
    ttl_seconds = models.PositiveIntegerField(null=True, blank=True)
    pull = models.JSONField(null=True, blank=True)
    tried_at = models.DateTimeField(null=True, blank=True)
    heard_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)
    opened_at = models.DateTimeField()

    class Meta:
        db_table = "opendata_live_series"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=SeriesKind.values), name="series_is_of_a_known_kind"
            ),
            models.CheckConstraint(
                condition=models.Q(sealed__lte=models.F("revision")), name="sealed_up_to_a_revision"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dataset_id} ({self.kind})"


class LiveRow(models.Model):
    """A row as it was last heard; `row` is null once it is gone.

    A state keeps every row, a history those that were sealed a short while ago or not yet.
    `revision` is the batch that last changed it; `key` is the JSON list of its key's values.
    """

    series = models.ForeignKey(LiveSeries, on_delete=models.CASCADE, related_name="rows")
    key = models.TextField()
    row = models.JSONField(null=True)
    observed_at = models.DateTimeField()
    heard_at = models.DateTimeField()
    revision = models.PositiveBigIntegerField()

    class Meta:
        db_table = "opendata_live_row"
        constraints = [
            models.UniqueConstraint(fields=["series", "key"], name="one_row_per_series_and_key")
        ]
        indexes = [models.Index(fields=["series", "revision"], name="live_row_by_revision")]

    def __str__(self) -> str:
        return self.key
