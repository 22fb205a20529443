"""Who may do what, when: each rule returns the code of a refusal, or None."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

POSTS_LIMIT = 10
POSTS_WINDOW = dt.timedelta(minutes=10)
ARRONDISSEMENTS = 20

OFFERED_OPINIONS = {
    "support": frozenset({"ok"}),
    "three_way": frozenset({"ok", "mixed", "not_ok"}),
}
KINDS_OF_TODAY = frozenset({"comment", "complement", "measure"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """When a consultation is open: from `opens_at` included to `closes_at` excluded."""

    opens_at: dt.datetime
    closes_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """What the rules ask about a contribution or a remark, and about who asks."""

    state: str
    own: bool
    answered: bool = False


def why_not_open(window: Window, *, now: dt.datetime) -> str | None:
    """Return why nobody can take part at this moment."""
    if now < window.opens_at:
        return "consultation_not_open_yet"
    if now >= window.closes_at:
        return "consultation_closed"
    return None


def why_not_readable(text: Text, *, kind: str) -> str | None:
    """Return why a text cannot be acted upon any more (`kind` is contribution or remark)."""
    return None if text.state == "public" else f"{kind}_{text.state}"


def why_post_refused(window: Window, *, recent_posts: int, now: dt.datetime) -> str | None:
    """Return why a person cannot post: the window, or a flood (10 posts in any 10 minutes)."""
    reason = why_not_open(window, now=now)
    if reason is None and recent_posts >= POSTS_LIMIT:
        return "too_many_posts"
    return reason


def why_place_refused(*, kind: str, section_ref: str, subject_ref: str) -> str | None:
    """Return why a contribution cannot be made at a section: it must lie under the subject."""
    if kind not in KINDS_OF_TODAY:
        return "unknown_kind"
    if not is_under(section_ref, subject_ref):
        return "unknown_section"
    return None


def is_under(section_ref: str, subject_ref: str) -> bool:
    """Tell whether `plan:paris-2015/1.2` lies under `plan:paris-2015` or is it."""
    if not subject_ref or not section_ref.startswith(subject_ref):
        return False
    return section_ref == subject_ref or section_ref[len(subject_ref)] == "/"


def why_district_refused(district: int | None) -> str | None:
    """Return why an arrondissement cannot be shown: Paris has twenty."""
    return None if district is None or 1 <= district <= ARRONDISSEMENTS else "unknown_district"


def why_reply_refused(*, is_reply: bool, stance: str) -> str | None:
    """Return why a remark cannot be made on another: replies go one level deep and take no side."""
    return "too_deep" if is_reply or stance else None


def why_edit_refused(text: Text, window: Window, *, now: dt.datetime) -> str | None:
    """Return why a contribution cannot be edited: only one's own, public, unanswered, while
    open.
    """
    if not text.own:
        return "not_yours"
    reason = why_not_readable(text, kind="contribution")
    if reason is None and text.answered:
        return "answered_already"
    return reason or why_not_open(window, now=now)


def why_withdrawal_refused(text: Text, *, kind: str) -> str | None:
    """Return why a text cannot be withdrawn: only one's own, until it is answered, at any time."""
    if not text.own:
        return "not_yours"
    if text.state == "withdrawn":
        return f"{kind}_withdrawn"
    return "answered_already" if text.answered else None


def why_vote_refused(text: Text, window: Window, *, kind: str, now: dt.datetime) -> str | None:
    """Return why a person cannot support or vote: not one's own text, nor outside the dates."""
    reason = why_not_readable(text, kind=kind) or why_not_open(window, now=now)
    if reason is None and text.own:
        return "own_contribution"
    return reason


def why_opinion_refused(opinion: str, *, vote_style: str) -> str | None:
    """Return why an opinion is not among those a consultation asks for."""
    return None if opinion in OFFERED_OPINIONS[vote_style] else "vote_not_offered"


def why_hiding_refused(state: str, *, kind: str) -> str | None:
    """Return why a text cannot be hidden."""
    return {"hidden": "already_hidden", "withdrawn": f"{kind}_withdrawn"}.get(state)


def why_restoring_refused(state: str) -> str | None:
    """Return why a text cannot be made visible again."""
    return None if state == "hidden" else "not_hidden"


def why_undoing_refused(*, latest: bool, state: str) -> str | None:
    """Return why a decision cannot be undone: only the latest in force, on a text still there."""
    return None if latest and state != "withdrawn" else "already_undone"


def why_answer_refused(text: Text, *, section_ref: str, no_change_reason: str) -> str | None:
    """Return why an answer cannot stand: it names what it changes or says why nothing, not both."""
    reason = why_not_readable(text, kind="contribution")
    if reason is None and bool(section_ref) == bool(no_change_reason):
        return "change_or_reason"
    return reason
