"""What the kernel remembers: facts, the register, answers already given, files taken in."""

from __future__ import annotations

from django.db import models

from parvis.kernel.ids import new_public_id


class FactRecord(models.Model):
    """A fact as announced. Append-only: a database trigger refuses update and delete, except to
    shred."""

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    name = models.CharField(max_length=100)
    aggregate = models.CharField(max_length=200)
    payload = models.JSONField()
    # Filled by the database where an older version of the program still writes.
    actor_ref = models.CharField(max_length=100, blank=True, default="", db_default="")
    on_behalf_of_ref = models.CharField(max_length=100, blank=True, default="", db_default="")
    announced_at = models.DateTimeField()
    shredded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "kernel_fact"
        indexes = [
            models.Index(fields=["name", "announced_at"], name="fact_by_name"),
            models.Index(fields=["aggregate", "id"], name="fact_by_aggregate"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.aggregate})"


class Channel(models.TextChoices):
    """By which way a person reached the city."""

    WEB = "web", "Web"
    MAIL = "mail", "Mail"
    PHONE = "phone", "Phone"
    COUNTER = "counter", "Counter"
    POST = "post", "Post"
    API = "api", "API"
    PROGRAM = "program", "Program"


class RegisterEntry(models.Model):
    """Who did what to which object, on whose behalf, by which channel. Append-only like facts."""

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    action = models.CharField(max_length=100)
    object_ref = models.CharField(max_length=200)
    actor_ref = models.CharField(max_length=100, blank=True)
    on_behalf_of_ref = models.CharField(max_length=100, blank=True)
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.WEB)
    details = models.JSONField(default=dict)
    personal = models.JSONField(default=dict)
    recorded_at = models.DateTimeField()
    shredded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "kernel_register"
        indexes = [
            models.Index(fields=["object_ref", "id"], name="register_by_object"),
            models.Index(fields=["actor_ref", "id"], name="register_by_actor"),
            models.Index(fields=["on_behalf_of_ref", "id"], name="register_by_person"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.object_ref}"


class AnsweredRequest(models.Model):
    """The answer already given to a request that carried an idempotency key."""

    scope = models.CharField(max_length=200)
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.TextField(blank=True)
    content_type = models.CharField(max_length=100, blank=True)
    received_at = models.DateTimeField()

    class Meta:
        db_table = "kernel_answered_request"
        constraints = [
            models.UniqueConstraint(fields=["scope", "key"], name="one_answer_per_idempotency_key")
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.key}"


class MailState(models.TextChoices):
    """How far a mail is on its way out; `uncertain` waits for a person, never for a program."""

    WAITING = "waiting", "Waiting"
    HANDING_OVER = "handing_over", "Handing over"
    SENT = "sent", "Sent"
    UNCERTAIN = "uncertain", "Uncertain"


class OutgoingMail(models.Model):
    """A mail the city owes somebody, once per message key; its words go when they are no longer
    needed."""

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    message_key = models.CharField(max_length=200)
    person_id = models.UUIDField(null=True, blank=True)
    recipient = models.CharField(max_length=254, blank=True)
    subject = models.CharField(max_length=250, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    headers = models.JSONField(default=dict)
    state = models.CharField(max_length=12, choices=MailState, default=MailState.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=500, blank=True)
    posted_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "kernel_outgoing_mail"
        constraints = [
            models.UniqueConstraint(fields=["message_key"], name="one_mail_per_message_key"),
            models.CheckConstraint(
                condition=models.Q(state__in=MailState.values), name="mail_is_in_a_known_state"
            ),
        ]
        indexes = [
            models.Index(
                fields=["changed_at"],
                condition=~models.Q(state=MailState.SENT),
                name="mail_not_sent_yet",
            ),
            models.Index(fields=["person_id"], name="mail_by_person"),
        ]

    def __str__(self) -> str:
        return f"{self.message_key} ({self.state})"


class ReadingEntry(models.Model):
    """An agent read something about a person. Append-only, but a line may go after a year."""

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    person_ref = models.CharField(max_length=100)
    reader_ref = models.CharField(max_length=100)
    what = models.CharField(max_length=100)
    object_ref = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    read_at = models.DateTimeField()
    shredded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "kernel_reading"
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(person_ref="") & ~models.Q(reader_ref=models.F("person_ref")),
                name="somebody_reads_about_somebody_else",
            )
        ]
        indexes = [
            models.Index(fields=["person_ref", "id"], name="reading_by_person"),
            models.Index(fields=["reader_ref", "read_at"], name="reading_by_reader"),
            models.Index(fields=["read_at"], name="reading_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.person_ref}"


class TextState(models.TextChoices):
    """How far a text message is on its way; `uncertain` and `lost` are shown to a person, who
    settles them."""

    WAITING = "waiting", "Waiting"
    HANDING_OVER = "handing_over", "Handing over"
    SENT = "sent", "Sent"
    UNCERTAIN = "uncertain", "Uncertain"
    LOST = "lost", "Lost"
    SETTLED = "settled", "Settled"


class OutgoingText(models.Model):
    """A text message the city owes a phone, once per message key; its words go when it has left."""

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    message_key = models.CharField(max_length=200)
    person_id = models.UUIDField(null=True, blank=True)
    recipient = models.CharField(max_length=16, blank=True)
    text = models.TextField(blank=True)
    state = models.CharField(max_length=12, choices=TextState, default=TextState.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=500, blank=True)
    gateway_ref = models.CharField(max_length=300, blank=True)
    posted_at = models.DateTimeField()
    useless_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "kernel_outgoing_text"
        constraints = [
            models.UniqueConstraint(fields=["message_key"], name="one_text_per_message_key"),
            models.CheckConstraint(
                condition=models.Q(state__in=TextState.values), name="text_is_in_a_known_state"
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["sent", "lost", "settled"]) | models.Q(text=""),
                name="a_text_that_left_keeps_no_words",
            ),
        ]
        indexes = [
            models.Index(
                fields=["changed_at"],
                condition=~models.Q(state=TextState.SENT),
                name="text_not_sent_yet",
            ),
            models.Index(fields=["person_id"], name="text_by_person"),
        ]

    def __str__(self) -> str:
        return f"{self.message_key} ({self.state})"


class Count(models.Model):
    """How often something was done in a window that ends: see `kernel.pace`. A key names nobody."""

    key = models.CharField(max_length=200, primary_key=True)
    number = models.PositiveIntegerField()
    ends_at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "kernel_count"

    def __str__(self) -> str:
        return f"{self.key}: {self.number}"
