"""Who called the API how often: one row per caller and day."""

from __future__ import annotations

from django.db import models

from parvis.kernel.ids import new_public_id


class ApiKey(models.Model):
    """A key one calls the API with. Only its digest is kept; `datasets` are the restricted ones it
    opens."""

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    digest = models.CharField(max_length=64, unique=True)
    label = models.CharField(max_length=200)
    person_id = models.UUIDField(null=True, blank=True)
    daily_limit = models.PositiveIntegerField(null=True, blank=True)
    datasets = models.ManyToManyField(
        "opendata.Dataset", related_name="+", blank=True, db_table="opendata_api_key_dataset"
    )
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "opendata_api_key"
        indexes = [models.Index(fields=["person_id"], name="api_key_by_person")]

    def __str__(self) -> str:
        return self.label


class DayCalls(models.Model):
    """How often one caller called on one day (UTC); `caller` is a key's id or a salted digest of an
    address."""

    caller = models.CharField(max_length=80)
    day = models.DateField()
    calls = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "opendata_day_calls"
        constraints = [
            models.UniqueConstraint(fields=["caller", "day"], name="one_count_per_caller_and_day")
        ]
        indexes = [models.Index(fields=["day"], name="day_calls_by_day")]

    def __str__(self) -> str:
        return f"{self.caller} {self.day}: {self.calls}"
