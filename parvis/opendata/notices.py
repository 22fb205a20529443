"""What people are told: what changed in a dataset they follow, what became of their webhooks, of
the reuses they proposed and of the questions they asked."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy, ngettext

from parvis.kernel.declarations import Notice, Told, Topic, notices, topics
from parvis.kernel.errors import NotFound
from parvis.kernel.fact_types import Fact
from parvis.kernel.facts import Delivered
from parvis.opendata import events
from parvis.opendata.models.reuses import QuestionState, ReuseState
from parvis.opendata.queries import following, reuses, webhooks
from parvis.ui.wording import number

FOLLOWED = "opendata.followed"
WEBHOOKS = "opendata.webhooks"
SAID = "opendata.said"
_LONGEST = 240


def _followers(fact: Any) -> set[uuid.UUID]:
    return following.followers(fact.watch_id, version=fact.version)


def changed(delivered: Delivered, person_id: uuid.UUID) -> Told | None:
    """Say what changed in a dataset, in the rows they watch if they watch some."""
    fact: events.DatasetNews = delivered.fact
    title = following.title_of(fact.dataset_id)
    if not title:
        return None
    standing = following.standing(fact.dataset_id, person_id)
    query = standing.query if standing else ""
    sentence = (
        _("Rows that you watch have changed: %(title)s")
        if query
        else _("A dataset that you follow has changed: %(title)s")
    )
    return Told(
        title=sentence % {"title": title},
        body=_what_changed(fact),
        url=following.address_of_news(
            fact.dataset_id, since=fact.since, version=fact.version, query=query
        ),
        icon="data",
    )


def _what_changed(fact: events.DatasetNews) -> str:
    sentences = [_versions(fact), _rows(fact)]
    if fact.fields_added:
        names = {"names": ", ".join(fact.fields_added)}
        sentences.append(_("New columns: %(names)s.") % names)
    if fact.fields_removed:
        names = {"names": ", ".join(fact.fields_removed)}
        sentences.append(_("Columns that are gone: %(names)s.") % names)
    sentences += following.notes(fact.dataset_id, since=fact.since, version=fact.version)
    return " ".join(one for one in sentences if one)


def _versions(fact: events.DatasetNews) -> str:
    if fact.version == fact.since + 1:
        return _("Version %(number)s is published.") % {"number": fact.version}
    first = {"first": fact.since + 1, "last": fact.version}
    return _("Versions %(first)s to %(last)s are published.") % first


def _rows(fact: events.DatasetNews) -> str:
    """Return how many rows differ: « 12 lignes ajoutées, 3 modifiées. »"""
    if fact.added is None or fact.removed is None or fact.changed is None:
        return _("Both versions are too large, or too different, to count what changed.")
    said = [
        ngettext("%(count)s row added", "%(count)s rows added", fact.added)
        % {"count": number(fact.added)}
        if fact.added
        else "",
        ngettext("%(count)s row removed", "%(count)s rows removed", fact.removed)
        % {"count": number(fact.removed)}
        if fact.removed
        else "",
        ngettext("%(count)s row changed", "%(count)s rows changed", fact.changed)
        % {"count": number(fact.changed)}
        if fact.changed
        else "",
    ]
    told = ", ".join(one for one in said if one)
    return f"{told}." if told else _("The rows are the same.")


def _owner(fact: Any) -> set[uuid.UUID]:
    found = webhooks.owner_of(fact.webhook_id)
    return {found[0]} if found else set()


def stopped(delivered: Delivered, _person_id: uuid.UUID) -> Told | None:
    """Say that a webhook failed too often and is told nothing any more."""
    fact: events.WebhookStopped = delivered.fact
    found = webhooks.owner_of(fact.webhook_id)
    title = following.title_of(fact.dataset_id)
    if found is None or not title:
        return None
    body = _(
        "%(address)s has not taken our messages. Mend it, then have it checked again on its page:"
        " nothing is sent to it meanwhile."
    )
    return Told(
        title=_("A webhook is stopped: %(title)s") % {"title": title},
        body=body % {"address": found[1]},
        url=reverse("opendata:webhooks", args=[fact.dataset_id]),
        icon="data",
        tone="warn",
    )


def _proposer(fact: Any) -> set[uuid.UUID]:
    return reuses.proposer(fact.reuse_id)


def _asker(fact: Any) -> set[uuid.UUID]:
    return reuses.asker(fact.question_id)


def published(delivered: Delivered, _person_id: uuid.UUID) -> Told | None:
    """Say that a reuse is public."""
    shown = _reuse(delivered)
    if shown is None or shown.state != ReuseState.PUBLIC:
        return None
    return Told(
        title=_("Your reuse is public: %(title)s") % {"title": shown.title},
        body=_("Everyone can see it on the page of the dataset “%(title)s”.")
        % {"title": shown.dataset_title},
        url=reverse("opendata:reuses", args=[shown.dataset_id]),
        icon="ok",
        tone="ok",
    )


def refused(delivered: Delivered, _person_id: uuid.UUID) -> Told | None:
    """Say that a reuse is not shown, and why."""
    shown = _reuse(delivered)
    if shown is None or shown.state != ReuseState.REFUSED:
        return None
    return Told(
        title=_("Your reuse is not shown: %(title)s") % {"title": shown.title},
        body=shown.message,
        url=reverse("opendata:reuses", args=[shown.dataset_id]),
        icon="hide",
        tone="warn",
    )


def answered(delivered: Delivered, _person_id: uuid.UUID) -> Told | None:
    """Say what the City answered."""
    asked = _question(delivered)
    if asked is None or asked.state != QuestionState.PUBLIC:
        return None
    sentence = _("The City has answered your question about: %(title)s")
    return Told(
        title=sentence % {"title": asked.dataset_title},
        body=_cut(asked.answer),
        url=reverse("opendata:questions", args=[asked.dataset_id]),
        icon="reply",
        tone="ok",
    )


def hidden(delivered: Delivered, _person_id: uuid.UUID) -> Told | None:
    """Say that a question is hidden, and why."""
    asked = _question(delivered)
    if asked is None or asked.state != QuestionState.HIDDEN:
        return None
    sentence = _("Moderators have hidden your question about: %(title)s")
    return Told(
        title=sentence % {"title": asked.dataset_title},
        body=asked.message,
        url=reverse("opendata:questions", args=[asked.dataset_id]),
        icon="hide",
        tone="warn",
    )


def _reuse(delivered: Delivered) -> reuses.ReuseView | None:
    try:
        return reuses.reuse(delivered.fact.reuse_id)
    except NotFound:
        return None


def _question(delivered: Delivered) -> reuses.QuestionView | None:
    try:
        return reuses.question(delivered.fact.question_id)
    except NotFound:
        return None


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST].rsplit(' ', 1)[0]}…"


def _notice(
    key: str,
    fact_type: type[Fact],
    topic: str,
    who: Callable[[Any], set[uuid.UUID]],
    tell: Callable[[Delivered, uuid.UUID], Told | None],
) -> Notice:
    return Notice(
        key=f"opendata.{key}", fact_type=fact_type, topic=topic, mail=True, who=who, tell=tell
    )


topics.declare(
    Topic(key=FOLLOWED, label=gettext_lazy("Datasets that I follow")),
    Topic(key=WEBHOOKS, label=gettext_lazy("My webhooks that are stopped")),
    Topic(key=SAID, label=gettext_lazy("My reuses and my questions about data")),
)
notices.declare(
    _notice("dataset_changed", events.DatasetNews, FOLLOWED, _followers, changed),
    _notice("webhook_stopped", events.WebhookStopped, WEBHOOKS, _owner, stopped),
    _notice("reuse_published", events.ReusePublished, SAID, _proposer, published),
    _notice("reuse_refused", events.ReuseRefused, SAID, _proposer, refused),
    _notice("question_answered", events.QuestionAnswered, SAID, _asker, answered),
    _notice("question_hidden", events.QuestionHidden, SAID, _asker, hidden),
)
