"""What relation remembers: each person's thread with the city, and what they want mailed."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from parvis.kernel.ids import new_public_id


class TimelineEntry(models.Model):
    """One fact told to one person; its words are written anew each time it is read."""

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    fact_id = models.UUIDField()
    notice_key = models.CharField(max_length=100)
    topic = models.CharField(max_length=100)
    mailed = models.BooleanField(default=False)
    happened_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "relation_timeline_entry"
        constraints = [
            models.UniqueConstraint(
                fields=["person", "fact_id", "notice_key"], name="a_fact_is_told_once_to_a_person"
            )
        ]
        indexes = [
            models.Index(
                fields=["person", "-happened_at", "-public_id"], name="timeline_newest_first"
            ),
            models.Index(
                fields=["person"], condition=models.Q(read_at=None), name="timeline_not_read_yet"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.notice_key} {self.fact_id}"


class Preference(models.Model):
    """Whether a person wants a topic by mail; no row means yes."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    topic = models.CharField(max_length=100)
    mail = models.BooleanField()
    chosen_at = models.DateTimeField()

    class Meta:
        db_table = "relation_preference"
        constraints = [
            models.UniqueConstraint(
                fields=["person", "topic"], name="one_preference_per_person_and_topic"
            )
        ]

    def __str__(self) -> str:
        return f"{self.topic}: {self.mail}"


class DemoMail(models.Model):
    """A mail the demonstration city would have sent. Never written in production."""

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    message_id = models.CharField(max_length=250)
    recipient = models.CharField(max_length=254)
    subject = models.CharField(max_length=250)
    text = models.TextField()
    html = models.TextField(blank=True)
    headers = models.JSONField(default=dict)
    received_at = models.DateTimeField()

    class Meta:
        db_table = "relation_demo_mail"
        constraints = [
            models.UniqueConstraint(fields=["message_id"], name="a_demo_mail_arrives_once")
        ]
        indexes = [models.Index(fields=["recipient", "-id"], name="demo_mail_by_recipient")]

    def __str__(self) -> str:
        return self.subject
