"""Who may push rows into a dataset, and what a source that is asked answered last."""

from __future__ import annotations

from django.db import models

from parvis.kernel.ids import new_public_id


class PushKey(models.Model):
    """A key with which a program may write the rows of one dataset. Only its digest is kept.

    `label` names the program, `used_at` says when it last pushed, to the minute.
    """

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    dataset = models.ForeignKey("opendata.Dataset", on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    label = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "opendata_push_key"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(digest__regex=r"^[0-9a-f]{64}$"), name="push_key_is_a_digest"
            )
        ]

    def __str__(self) -> str:
        return self.label


class SourceDocument(models.Model):
    """What an address answered when a live dataset last asked it.

    `tag` and `modified` are what it is asked with next time, so that it need not say the same
    twice; until `fresh_until` it promised to say the same. `stamp` identifies what it said, and
    `updated_at` is when it says that last changed. `content` is kept of the documents that are
    needed again when another one changes.
    """

    series = models.ForeignKey("opendata.LiveSeries", on_delete=models.CASCADE, related_name="+")
    url = models.CharField(max_length=2000)
    tag = models.CharField(max_length=500, blank=True)
    modified = models.CharField(max_length=100, blank=True)
    stamp = models.CharField(max_length=64, blank=True)
    content = models.BinaryField(null=True, blank=True)
    updated_at = models.DateTimeField(null=True, blank=True)
    fresh_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "opendata_source_document"
        constraints = [
            models.UniqueConstraint(
                fields=["series", "url"], name="one_document_per_series_and_address"
            )
        ]

    def __str__(self) -> str:
        return self.url
