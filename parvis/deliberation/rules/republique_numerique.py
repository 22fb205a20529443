"""The 2015 consultation on the République numérique bill, from the dump of its platform to our
export.

The dump is the platform's own (one opinion per line); sections are those of the bill, in the order
in which the government's articles stand.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from typing import Any

SLUG = "republique-numerique-2015"
GOVERNMENT = "gouvernement"
_ARTICLE_NUMBER = re.compile(r"Article (\d+)")
Json = dict[str, Any]

CONSULTATION: Json = {
    "slug": SLUG,
    "title": "Projet de loi pour une République numérique",
    "lead": (
        "La consultation publique du gouvernement sur les trente articles du projet de loi,"
        " du 26 septembre au 18 octobre 2015."
    ),
    "language": "fr",
    "subject_ref": f"archive:{SLUG}",
    "opens_at": "2015-09-26T00:00:00+02:00",
    "closes_at": "2015-10-19T00:00:00+02:00",
    "vote_style": "three_way",
    "origin": "archive",
    "attribution": (
        "Contributions de republique-numerique.fr (2015), recueillies par le projet"
        " republique-numerique-stats. Noms des auteurs remplacés par des pseudonymes."
    ),
    "licence": "Données annoncées comme ouvertes par Etalab ; licence exacte non vérifiée",
    "source_url": "https://www.republique-numerique.fr/",
}


def as_export(opinions: Sequence[Json]) -> Json:
    """Return the dump in the shape of our export, so that one program loads both.

    :raises KeyError: if the dump is not what it is known to be
    """
    return {
        "consultation": CONSULTATION,
        "sections": _sections(opinions),
        "contributions": [_contribution(each) for each in opinions],
    }


def _sections(opinions: Sequence[Json]) -> list[Json]:
    first: dict[int, tuple[int, int]] = {}
    given: dict[int, Json] = {}
    for opinion in opinions:
        section = opinion["section"]
        given[section["id"]] = section
        place = (_number(opinion), section["id"])
        first[section["id"]] = min(place, first.get(section["id"], place))
    ordered = sorted(given, key=lambda section_id: first[section_id])
    return [
        {
            "ref": _section_ref(section_id),
            "heading": given[section_id]["title"],
            "title": given[section_id]["subtitle"],
        }
        for section_id in ordered
    ]


def _number(opinion: Json) -> int:
    found = _ARTICLE_NUMBER.match(opinion["title"]) if opinion["author"] == GOVERNMENT else None
    return int(found[1]) if found else 1_000


def _section_ref(section_id: int) -> str:
    return f"archive:{SLUG}/{section_id}"


def _contribution(opinion: Json) -> Json:
    votes = opinion["votes"]
    edited = opinion["updated_at"] != opinion["created_at"]
    return {
        "id": _permanent_id("opinion", opinion["id"]),
        "origin_ref": f"opinion:{opinion['id']}",
        "kind": "article" if opinion["author"] == GOVERNMENT else "measure",
        "section_ref": _section_ref(opinion["section"]["id"]),
        "branch_ref": "",
        "author": "Gouvernement" if opinion["author"] == GOVERNMENT else opinion["author"],
        "arrondissement": None,
        "title": opinion["title"],
        "body": opinion["body"],
        "body_format": "html",
        "set_aside": opinion["is_trashed"],
        "created_at": opinion["created_at"],
        "edited_at": opinion["updated_at"] if edited else None,
        "votes": {"ok": votes["ok"], "mixed": votes["mitige"], "not_ok": votes["nok"]},
        "original_versions": opinion["versions_count"],
        "appendices": [
            {"title": each["type"], "body": each["body"]} for each in opinion["appendices"]
        ],
        "articles": opinion["modals"],
        "revisions": [],
        "remarks": [_remark(each) for each in opinion["arguments"]],
        "sources": [_source(each) for each in opinion["sources"]],
        "answer": None,
    }


def _remark(argument: Json) -> Json:
    return {
        "id": _permanent_id("argument", argument["id"]),
        "origin_ref": f"argument:{argument['id']}",
        "reply_to": None,
        "stance": argument["type"],
        "author": argument["author"],
        "body": argument["body"],
        "created_at": argument["created_at"],
        "supports": argument["votes"],
    }


def _source(source: Json) -> Json:
    return {
        "id": _permanent_id("source", source["id"]),
        "origin_ref": f"source:{source['id']}",
        "title": source["title"],
        "link": source["link"],
        "category": source["category"],
        "author": source["author"],
        "body": source["body"] or "",
        "created_at": source["created_at"],
        "votes": source["votes"],
    }


def _permanent_id(kind: str, number: int) -> str:
    # By name and not by time: every city that loads the archive gives a text the same address.
    return str(
        uuid.uuid5(uuid.NAMESPACE_URL, f"https://www.republique-numerique.fr/{kind}/{number}")
    )
