"""Finding a section by words: French and English endings, accents or none, a slip of the pen."""

from __future__ import annotations

import re

from django.db import connection

from parvis.plan.queries.texts import active_language, current_plan
from parvis.plan.rules import SectionView

# Rows of the version in force only: a few dozen, so no index would be faster than reading them.
_SEARCH = r"""
WITH asked AS (
    SELECT parvis_query(%(words)s) AS french,
           websearch_to_tsquery('english', parvis_unaccent(%(words)s)) AS english,
           lower(parvis_unaccent(%(words)s)) AS typed
), said AS (
    SELECT section.number, text.language,
           lower(parvis_unaccent(text.title || ' ' || text.mark)) AS commitment,
           CASE text.language
               WHEN 'en' THEN
                   to_tsvector('english', parvis_unaccent(text.title || ' ' || text.text))
               ELSE to_tsvector('parvis_french', text.title || ' ' || text.text)
           END AS words
    FROM plan_section_text text
    JOIN plan_placement placement ON placement.id = text.placement_id
    JOIN plan_section section ON section.id = placement.section_id
    JOIN plan_version version ON version.id = placement.version_id
    JOIN plan_plan plan ON plan.id = version.plan_id
    WHERE plan.slug = %(slug)s AND version.number = %(version)s
)
SELECT said.number
FROM said, asked
WHERE said.words @@ CASE said.language WHEN 'en' THEN asked.english ELSE asked.french END
   OR numnode(asked.french) > 0 AND word_similarity(asked.typed, said.commitment) >= 0.6
GROUP BY said.number
ORDER BY max(
    ts_rank(said.words, CASE said.language WHEN 'en' THEN asked.english ELSE asked.french END)
    + word_similarity(asked.typed, said.commitment)
    + CASE said.language WHEN %(language)s THEN 0.1 ELSE 0 END
) DESC, said.number
LIMIT %(limit)s
"""
_UNSENT = re.compile(r"[\x00-\x1f]")
_LONGEST = 200


def search(words: str, *, limit: int) -> list[SectionView]:
    """Return the sections in force that speak of these words, or bear this number, nearest first.

    :raises NotFound: `no_plan`
    """
    plan = current_plan()
    asked = _UNSENT.sub(" ", words).strip()[:_LONGEST]
    if not asked:
        return []
    by_number = {section.number: section for section in plan.sections}
    if asked.upper() in by_number and "." in asked:
        return [by_number[asked.upper()]][:limit]
    with connection.cursor() as cursor:
        cursor.execute(
            _SEARCH,
            {
                "words": asked,
                "slug": plan.slug,
                "version": plan.version,
                "language": active_language(),
                "limit": limit,
            },
        )
        numbers = [row[0] for row in cursor.fetchall()]
    return [by_number[number] for number in numbers]
