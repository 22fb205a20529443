"""What people are told: answers, replies and moderation by mail too, their own acts on the
timeline.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from typing import Any

from django.utils.translation import gettext, gettext_lazy as _

from parvis.deliberation import events
from parvis.deliberation.models.choices import Opinion
from parvis.deliberation.queries import pages, recipients
from parvis.kernel.declarations import Notice, Told, Topic, notices, topics
from parvis.kernel.fact_types import Fact
from parvis.kernel.facts import Delivered

ANSWERS = "deliberation.answers"
REPLIES = "deliberation.replies"
MODERATION = "deliberation.moderation"
FOLLOWED = "deliberation.followed"
OWN = "deliberation.own"


def _only(person_id: uuid.UUID | None) -> set[uuid.UUID]:
    return {person_id} if person_id else set()


def _author(fact: Any) -> set[uuid.UUID]:
    return _only(recipients.author_of(fact.contribution_id))


def _other_followers(fact: Any) -> set[uuid.UUID]:
    return recipients.followers_of(fact.contribution_id) - _author(fact)


def _replied_to(fact: Any) -> set[uuid.UUID]:
    return recipients.replied_to(fact.remark_id)


def _followers_of_discussion(fact: Any) -> set[uuid.UUID]:
    followers = recipients.followers_of(fact.contribution_id)
    return followers - recipients.replied_to(fact.remark_id) - {fact.author_id}


def _writer(fact: Any) -> set[uuid.UUID]:
    return _only(recipients.author_of_text(fact.contribution_id, fact.remark_id))


def _flaggers(fact: Any) -> set[uuid.UUID]:
    return recipients.flaggers(fact.decision_id)


def _actor(fact: Any) -> set[uuid.UUID]:
    return {getattr(fact, "author_id", None) or fact.person_id}


def _about(
    fact: Any, person_id: uuid.UUID, sentence: str, body: str, *, icon: str, tone: str = ""
) -> Told | None:
    quoted = recipients.quoted(fact.contribution_id)
    # What moderators have hidden is quoted to its author alone.
    if quoted is None or not (quoted.public or quoted.author_id == person_id):
        return None
    title = sentence % {"title": quoted.heading}
    url = pages.contribution_url(fact.contribution_id)
    return Told(title=title, body=body, url=url, icon=icon, tone=tone)


def answered(delivered: Delivered, person_id: uuid.UUID) -> Told | None:
    """Say that the City answered, in other words to the author than to those who follow."""
    fact = delivered.fact
    own = recipients.author_of(fact.contribution_id) == person_id
    sentence = (
        gettext("The City has answered your contribution: %(title)s")
        if own
        else gettext("The City has answered a contribution you follow: %(title)s")
    )
    return _about(
        fact,
        person_id,
        sentence,
        recipients.answer_excerpt(fact.answer_id),
        icon="reply",
        tone="ok",
    )


def answer_revised(delivered: Delivered, person_id: uuid.UUID) -> Told | None:
    """Say that the City changed its answer."""
    fact = delivered.fact
    sentence = gettext("The City has revised its answer: %(title)s")
    return _about(
        fact, person_id, sentence, recipients.answer_excerpt(fact.answer_id), icon="reply"
    )


def remarked(delivered: Delivered, person_id: uuid.UUID) -> Told | None:
    """Say that somebody argued or replied."""
    fact = delivered.fact
    body = recipients.remark_excerpt(fact.remark_id)
    if body is None:
        return None
    return _about(fact, person_id, gettext("Somebody replied about: %(title)s"), body, icon="reply")


def hidden(delivered: Delivered, person_id: uuid.UUID) -> Told | None:
    """Tell the author that a text was hidden, why, and what the moderators say."""
    fact = delivered.fact
    words = recipients.hiding_words(fact.decision_id)
    if words is None:
        return None
    reason, message = words
    sentence = (
        gettext("Moderators have hidden your contribution: %(title)s")
        if fact.remark_id is None
        else gettext("Moderators have hidden what you wrote about: %(title)s")
    )
    body = gettext("Reason: %(reason)s. %(message)s") % {"reason": reason, "message": message}
    return _about(fact, person_id, sentence, body, icon="hide", tone="warn")


def restored(delivered: Delivered, person_id: uuid.UUID) -> Told | None:
    """Tell the author that a text is visible again."""
    fact = delivered.fact
    sentence = (
        gettext("Your contribution is visible again: %(title)s")
        if fact.remark_id is None
        else gettext("What you wrote is visible again, about: %(title)s")
    )
    return _about(
        fact, person_id, sentence, gettext("Everyone can read it."), icon="eye", tone="ok"
    )


def flag_upheld(delivered: Delivered, _person_id: uuid.UUID) -> Told | None:
    """Tell who flagged a text that it was hidden; its words are not repeated."""
    if recipients.hiding_words(delivered.fact.decision_id) is None:
        return None
    url = pages.consultation_url(delivered.fact.consultation)
    body = gettext("Thank you for your flag.")
    title = gettext("Moderators have hidden a text you flagged")
    return Told(title=title, body=body, url=url, icon="flag")


def flag_dismissed(delivered: Delivered, person_id: uuid.UUID) -> Told | None:
    """Tell who flagged a text that it stays."""
    sentence = gettext("Moderators have kept a text you flagged, about: %(title)s")
    body = gettext("They read it and found nothing against the rules.")
    return _about(delivered.fact, person_id, sentence, body, icon="flag")


def _own(sentence: Callable[[], str], icon: str) -> Callable[[Delivered, uuid.UUID], Told | None]:
    def tell(delivered: Delivered, person_id: uuid.UUID) -> Told | None:
        return _about(delivered.fact, person_id, sentence(), "", icon=icon)

    return tell


def supported(delivered: Delivered, person_id: uuid.UUID) -> Told | None:
    """Remind a person what they supported, or voted on otherwise."""
    if delivered.fact.opinion == Opinion.OK:
        sentence = gettext("You supported: %(title)s")
    else:
        sentence = gettext("You voted on: %(title)s")
    return _about(delivered.fact, person_id, sentence, "", icon="hands")


def withdrew(delivered: Delivered, _person_id: uuid.UUID) -> Told:
    """Remind the author that they took a text back; it is not quoted any more."""
    url = pages.consultation_url(delivered.fact.consultation)
    return Told(title=gettext("You withdrew a contribution"), body="", url=url, icon="close")


def _notice(
    key: str,
    fact_type: type[Fact],
    topic: str,
    who: Callable[[Any], Iterable[uuid.UUID]],
    tell: Callable[[Delivered, uuid.UUID], Told | None],
) -> Notice:
    mail = topic != OWN and not key.endswith("_quietly")
    return Notice(
        key=f"deliberation.{key}",
        fact_type=fact_type,
        topic=topic,
        mail=mail,
        who=who,
        tell=tell,
        is_news=topic != OWN,
    )


topics.declare(
    Topic(key=ANSWERS, label=_("Answers to my contributions")),
    Topic(key=REPLIES, label=_("Replies to what I write")),
    Topic(key=MODERATION, label=_("Moderation of what I write or flag")),
    Topic(key=FOLLOWED, label=_("Contributions I follow")),
    Topic(key=OWN, label=_("What I do in consultations")),
)
notices.declare(
    _notice("answer_given", events.AnswerGiven, ANSWERS, _author, answered),
    _notice("answer_followed", events.AnswerGiven, FOLLOWED, _other_followers, answered),
    _notice("answer_revised", events.AnswerRevised, ANSWERS, _author, answer_revised),
    _notice(
        "revision_followed_quietly",
        events.AnswerRevised,
        FOLLOWED,
        _other_followers,
        answer_revised,
    ),
    _notice("replied", events.RemarkPosted, REPLIES, _replied_to, remarked),
    _notice(
        "discussion_followed", events.RemarkPosted, FOLLOWED, _followers_of_discussion, remarked
    ),
    _notice("hidden", events.TextHidden, MODERATION, _writer, hidden),
    _notice("restored", events.TextRestored, MODERATION, _writer, restored),
    _notice("flag_upheld_quietly", events.TextHidden, MODERATION, _flaggers, flag_upheld),
    _notice("flag_dismissed_quietly", events.FlagsDismissed, MODERATION, _flaggers, flag_dismissed),
    _notice(
        "posted",
        events.ContributionPosted,
        OWN,
        _actor,
        _own(lambda: gettext("You posted: %(title)s"), "pen"),
    ),
    _notice(
        "edited",
        events.ContributionEdited,
        OWN,
        _actor,
        _own(lambda: gettext("You changed: %(title)s"), "pen"),
    ),
    _notice("withdrew", events.ContributionWithdrawn, OWN, _actor, withdrew),
    _notice(
        "remark_posted",
        events.RemarkPosted,
        OWN,
        _actor,
        _own(lambda: gettext("You took part in the discussion about: %(title)s"), "reply"),
    ),
    _notice(
        "supported",
        events.SupportGiven,
        OWN,
        _actor,
        supported,
    ),
    _notice(
        "followed",
        events.ContributionFollowed,
        OWN,
        _actor,
        _own(lambda: gettext("You follow: %(title)s"), "bell"),
    ),
    _notice(
        "flagged",
        events.TextFlagged,
        OWN,
        _actor,
        _own(lambda: gettext("You flagged a text about: %(title)s"), "flag"),
    ),
)
