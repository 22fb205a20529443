"""Who is told that a dataset changed: people in their thread and by mail, programs by webhook."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from parvis.kernel.ids import new_public_id


class Watch(models.Model):
    """What some people watch: a dataset, or those of its rows that filters keep (`query`, as an
    address has them; "" for all rows).

    `told_version` is the version up to which its followers were told, `told_on` the day of the city
    when they last were.
    """

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    dataset = models.ForeignKey("opendata.Dataset", on_delete=models.PROTECT, related_name="+")
    query = models.CharField(max_length=2000, blank=True)
    told_version = models.PositiveIntegerField()
    told_on = models.DateField(null=True, blank=True)

    class Meta:
        db_table = "opendata_watch"
        constraints = [
            models.UniqueConstraint(
                fields=["dataset", "query"], name="one_watch_per_dataset_and_query"
            ),
            # What a following points to, its dataset included.
            models.UniqueConstraint(fields=["id", "dataset"], name="watch_with_its_dataset"),
        ]

    def __str__(self) -> str:
        return f"{self.dataset_id}?{self.query}"


class Following(models.Model):
    """A person who follows a dataset, whole or filtered; `since` is the version they knew.

    A key of the database makes sure that the watch is one of the same dataset.
    """

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    dataset = models.ForeignKey("opendata.Dataset", on_delete=models.PROTECT, related_name="+")
    watch = models.ForeignKey(Watch, on_delete=models.PROTECT, related_name="followings")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    since = models.PositiveIntegerField()
    followed_at = models.DateTimeField()

    class Meta:
        db_table = "opendata_following"
        constraints = [
            models.UniqueConstraint(
                fields=["person", "dataset"], name="one_following_per_person_and_dataset"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.watch_id}"


class WebhookState(models.TextChoices):
    """`waiting` until the receiver gives back a challenge, `stopped` until its owner checks it."""

    WAITING = "waiting", "Waiting"
    ACTIVE = "active", "Active"
    STOPPED = "stopped", "Stopped"


class Webhook(models.Model):
    """An address that is told of each version of a dataset.

    Its signing key is derived from the city's secret key and `public_id`: nothing here signs.
    `failures` counts the tries in a row that failed.
    """

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    dataset = models.ForeignKey("opendata.Dataset", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    url = models.CharField(max_length=500)
    state = models.CharField(
        max_length=10, choices=WebhookState, default=WebhookState.WAITING.value
    )
    failures = models.PositiveIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True)
    added_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "opendata_webhook"
        constraints = [
            models.UniqueConstraint(
                fields=["person", "dataset", "url"], name="one_webhook_per_person_and_address"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=WebhookState.values),
                name="webhook_is_in_a_known_state",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=WebhookState.ACTIVE.value)
                | models.Q(answered_at__isnull=False),
                name="an_active_webhook_has_answered",
            ),
        ]
        indexes = [models.Index(fields=["dataset", "state"], name="webhook_by_dataset")]

    def __str__(self) -> str:
        return self.url


class MessageState(models.TextChoices):
    """How far a message is on its way."""

    WAITING = "waiting", "Waiting"
    DELIVERED = "delivered", "Delivered"
    FAILED = "failed", "Failed"


class WebhookMessage(models.Model):
    """One fact on its way to one webhook, once; its body is the same at each try."""

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="messages")
    fact_id = models.UUIDField()
    body = models.TextField()
    state = models.CharField(
        max_length=10, choices=MessageState, default=MessageState.WAITING.value
    )
    tries = models.PositiveSmallIntegerField(default=0)
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField()
    tried_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "opendata_webhook_message"
        constraints = [
            models.UniqueConstraint(
                fields=["webhook", "fact_id"], name="one_message_per_webhook_and_fact"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=MessageState.values),
                name="message_is_in_a_known_state",
            ),
        ]
        indexes = [models.Index(fields=["made_at"], name="webhook_message_by_age")]

    def __str__(self) -> str:
        return f"{self.fact_id} ({self.state})"
