"""Counting again from the rows, for a citizen-auditor: what the counters say against what there
is.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

_CONTRIBUTIONS = """
    SELECT c.public_id::text, v.name, v.counted, v.found
    FROM deliberation_contribution c
    JOIN deliberation_consultation k ON k.id = c.consultation_id AND k.slug = %s
    LEFT JOIN (
        SELECT contribution_id, count(*) FILTER (WHERE opinion = 'ok') AS ok,
            count(*) FILTER (WHERE opinion = 'mixed') AS mixed,
            count(*) FILTER (WHERE opinion = 'not_ok') AS not_ok
        FROM deliberation_support WHERE contribution_id IS NOT NULL GROUP BY contribution_id
    ) s ON s.contribution_id = c.id
    LEFT JOIN (
        SELECT contribution_id, count(*) FILTER (WHERE stance = 'for') AS pro,
            count(*) FILTER (WHERE stance = 'against') AS con,
            count(*) FILTER (WHERE stance = '') AS replies
        FROM deliberation_remark WHERE state = 'public' GROUP BY contribution_id
    ) r ON r.contribution_id = c.id
    LEFT JOIN (
        SELECT contribution_id, count(*) AS n FROM deliberation_source GROUP BY contribution_id
    ) o ON o.contribution_id = c.id
    CROSS JOIN LATERAL (VALUES
        ('votes ok', c.ok_count, coalesce(s.ok, 0)),
        ('votes mixed', c.mixed_count, coalesce(s.mixed, 0)),
        ('votes not ok', c.not_ok_count, coalesce(s.not_ok, 0)),
        ('arguments for', c.for_count, coalesce(r.pro, 0)),
        ('arguments against', c.against_count, coalesce(r.con, 0)),
        ('replies', c.reply_count, coalesce(r.replies, 0)),
        ('sources', c.source_count, coalesce(o.n, 0))
    ) v (name, counted, found)
    WHERE v.counted <> v.found ORDER BY 1, 2
"""

_REMARKS = """
    SELECT r.public_id::text, 'supports', r.ok_count, count(s.id)
    FROM deliberation_remark r
    JOIN deliberation_contribution c ON c.id = r.contribution_id
    JOIN deliberation_consultation k ON k.id = c.consultation_id AND k.slug = %s
    LEFT JOIN deliberation_support s ON s.remark_id = r.id
    GROUP BY r.id HAVING r.ok_count <> count(s.id) ORDER BY 1
"""

_TALLIES = """
    WITH found AS (
        SELECT section_ref, sum(1) AS contributions, sum(remark_count) AS remarks,
            sum(source_count) AS sources, sum(ok_count + mixed_count + not_ok_count
                + archived_ok + archived_mixed + archived_not_ok) AS votes
        FROM deliberation_contribution c
        JOIN deliberation_consultation k ON k.id = c.consultation_id AND k.slug = %s
        WHERE c.state = 'public' GROUP BY section_ref
    ), counted AS (
        SELECT section_ref, sum(contributions) AS contributions, sum(remarks) AS remarks,
            sum(sources) AS sources, sum(votes) AS votes
        FROM deliberation_sectiontally t
        JOIN deliberation_consultation k ON k.id = t.consultation_id AND k.slug = %s
        GROUP BY section_ref
    )
    SELECT section_ref, v.name, v.counted, v.found
    FROM counted c FULL JOIN found f USING (section_ref)
    CROSS JOIN LATERAL (VALUES
        ('contributions', coalesce(c.contributions, 0), coalesce(f.contributions, 0)),
        ('remarks', coalesce(c.remarks, 0), coalesce(f.remarks, 0)),
        ('sources', coalesce(c.sources, 0), coalesce(f.sources, 0)),
        ('votes', coalesce(c.votes, 0), coalesce(f.votes, 0))
    ) v (name, counted, found)
    WHERE v.counted <> v.found ORDER BY 1, 2
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A counter that does not say what the rows say."""

    ref: str
    name: str
    counted: int
    found: int


def differences(slug: str) -> list[Difference]:
    """Return every counter of a consultation that is wrong; none when all is well."""
    found: list[Difference] = []
    with connection.cursor() as cursor:
        for query in (_CONTRIBUTIONS, _REMARKS, _TALLIES):
            cursor.execute(query, [slug] * query.count("%s"))
            found += [
                Difference(ref=ref, name=name, counted=int(counted), found=int(rows))
                for ref, name, counted, rows in cursor.fetchall()
            ]
    return found
