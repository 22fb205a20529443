"""The words a deliberation chooses from, each with the label a resident reads."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _, pgettext_lazy


class VoteStyle(models.TextChoices):
    """How people say what they think of a contribution."""

    SUPPORT = "support", pgettext_lazy("vote", "Support")
    THREE_WAY = "three_way", pgettext_lazy("vote", "Agree, mixed or disagree")


class Origin(models.TextChoices):
    """Where a consultation was held."""

    HERE = "here", pgettext_lazy("consultation", "Held here")
    ARCHIVE = "archive", pgettext_lazy("consultation", "Archive")


class Kind(models.TextChoices):
    """What a contribution is."""

    COMMENT = "comment", pgettext_lazy("contribution", "Comment")
    COMPLEMENT = "complement", pgettext_lazy("contribution", "Addition")
    MEASURE = "measure", pgettext_lazy("contribution", "Proposed measure")
    ARTICLE = "article", pgettext_lazy("contribution", "Article of the text")


class State(models.TextChoices):
    """Who can read a text: everyone, its author and the moderators, or nobody any more."""

    PUBLIC = "public", pgettext_lazy("contribution", "Public")
    HIDDEN = "hidden", pgettext_lazy("contribution", "Hidden")
    WITHDRAWN = "withdrawn", pgettext_lazy("contribution", "Withdrawn")


class BodyFormat(models.TextChoices):
    """How a body is written: `html` only in archives, sanitised when they were taken in."""

    TEXT = "text", pgettext_lazy("body", "Plain text")
    HTML = "html", pgettext_lazy("body", "Sanitised HTML")


class Stance(models.TextChoices):
    """What a remark is: an argument for, an argument against, or a plain reply."""

    REPLY = "", pgettext_lazy("remark", "Reply")
    FOR = "for", pgettext_lazy("remark", "Argument for")
    AGAINST = "against", pgettext_lazy("remark", "Argument against")


class Opinion(models.TextChoices):
    """One person's vote; where one can only support, it is `ok`."""

    OK = "ok", pgettext_lazy("vote", "Agree")
    MIXED = "mixed", pgettext_lazy("vote", "Mixed")
    NOT_OK = "not_ok", pgettext_lazy("vote", "Disagree")


class AnswerStance(models.TextChoices):
    """What the city makes of a contribution."""

    ADOPTED = "adopted", pgettext_lazy("answer", "Adopted")
    PARTLY = "partly", pgettext_lazy("answer", "Adopted in part")
    NOT_ADOPTED = "not_adopted", pgettext_lazy("answer", "Not adopted")
    NOTED = "noted", pgettext_lazy("answer", "Noted")


class Reason(models.TextChoices):
    """Why a text is flagged or hidden."""

    INSULT = "insult", _("Insult or personal attack")
    HATE = "hate", _("Hateful or discriminating words")
    PERSONAL_DATA = "personal_data", _("Private information about someone")
    ILLEGAL = "illegal", _("Content against the law")
    ADVERTISING = "advertising", _("Advertising or spam")
    OFF_TOPIC = "off_topic", _("Nothing to do with the consultation")
    OTHER = "other", _("Another reason")


class Ruling(models.TextChoices):
    """What a moderator decided."""

    HIDE = "hide", pgettext_lazy("moderation", "Hidden")
    RESTORE = "restore", pgettext_lazy("moderation", "Made visible again")
    KEEP = "keep", pgettext_lazy("moderation", "Kept, flags dismissed")
