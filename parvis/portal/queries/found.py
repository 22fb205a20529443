"""The global search: every module's answers, grouped by kind."""

from __future__ import annotations

from dataclasses import dataclass

from parvis.kernel.declarations import Hit, SearchSource, searches
from parvis.portal.rules import Piece, highlight

FEW = 5
MANY = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer, with the words that were sought set apart."""

    title: list[Piece]
    excerpt: list[Piece]
    url: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The answers of one kind; `more` says that there are others."""

    key: str
    label: str
    answers: list[Answer]
    more: bool

    @property
    def anchor(self) -> str:
        """Return the id of the group in the page."""
        return f"g-{self.key.replace('.', '-')}"


def search(words: str, *, kind: str = "") -> list[Group]:
    """Return the answers of every kind that has some, in the active language.

    Without `kind`, a few of each; with the key of a kind, many of that one.
    """
    sources: list[SearchSource] = [s for s in searches if kind in ("", s.key)]
    limit = MANY if kind else FEW
    groups = [_group(source, words, limit) for source in sources] if words else []
    return [group for group in groups if group.answers]


def kinds() -> list[str]:
    """Return the keys of the kinds that can be searched."""
    return [source.key for source in searches]


def _group(source: SearchSource, words: str, limit: int) -> Group:
    hits = list(source.find(words, limit + 1))
    return Group(
        key=source.key,
        label=str(source.label),
        answers=[_answer(hit, words) for hit in hits[:limit]],
        more=len(hits) > limit,
    )


def _answer(hit: Hit, words: str) -> Answer:
    return Answer(
        title=highlight(hit.title, words),
        excerpt=highlight(hit.excerpt, words),
        url=hit.url,
        kind=hit.kind,
    )
