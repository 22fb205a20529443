"""The database counts: supports, remarks and sources on each text, public texts on each section."""

from __future__ import annotations

from django.db import migrations

# What each statement added (1) or took away (-1), whatever it was.
_CHANGES = {
    "INSERT": "SELECT 1 AS n, r.* FROM new_rows r",
    "DELETE": "SELECT -1 AS n, r.* FROM old_rows r",
    "UPDATE": "SELECT 1 AS n, r.* FROM new_rows r UNION ALL SELECT -1 AS n, r.* FROM old_rows r",
}
_ROWS = {
    "INSERT": "NEW TABLE AS new_rows",
    "DELETE": "OLD TABLE AS old_rows",
    "UPDATE": "OLD TABLE AS old_rows NEW TABLE AS new_rows",
}

_SUPPORTS = """
    UPDATE deliberation_contribution c
    SET ok_count = c.ok_count + d.ok, mixed_count = c.mixed_count + d.mixed,
        not_ok_count = c.not_ok_count + d.not_ok
    FROM (
        SELECT contribution_id, coalesce(sum(n) FILTER (WHERE opinion = 'ok'), 0) AS ok,
            coalesce(sum(n) FILTER (WHERE opinion = 'mixed'), 0) AS mixed,
            coalesce(sum(n) FILTER (WHERE opinion = 'not_ok'), 0) AS not_ok
        FROM ({changes}) s WHERE contribution_id IS NOT NULL GROUP BY contribution_id
    ) d
    WHERE c.id = d.contribution_id AND (d.ok, d.mixed, d.not_ok) <> (0, 0, 0);
    UPDATE deliberation_remark r SET ok_count = r.ok_count + d.n
    FROM (
        SELECT remark_id, sum(n) AS n FROM ({changes}) s
        WHERE remark_id IS NOT NULL GROUP BY remark_id
    ) d
    WHERE r.id = d.remark_id AND d.n <> 0;
"""

_REMARKS = """
    UPDATE deliberation_contribution c
    SET for_count = c.for_count + d.pro, against_count = c.against_count + d.con,
        reply_count = c.reply_count + d.replies
    FROM (
        SELECT contribution_id, coalesce(sum(n) FILTER (WHERE stance = 'for'), 0) AS pro,
            coalesce(sum(n) FILTER (WHERE stance = 'against'), 0) AS con,
            coalesce(sum(n) FILTER (WHERE stance = ''), 0) AS replies
        FROM ({changes}) s WHERE state = 'public' GROUP BY contribution_id
    ) d
    WHERE c.id = d.contribution_id AND (d.pro, d.con, d.replies) <> (0, 0, 0);
"""

_SOURCES = """
    UPDATE deliberation_contribution c SET source_count = c.source_count + d.n
    FROM (SELECT contribution_id, sum(n) AS n FROM ({changes}) s GROUP BY contribution_id) d
    WHERE c.id = d.contribution_id AND d.n <> 0;
"""

# A tally comes into being with its first contribution; what only changes one never creates it, so
# that a consultation can be deleted in any order.
_CONTRIBUTIONS = """
    WITH d AS (
        SELECT consultation_id, section_ref, branch_ref, kind, coalesce(district, 0) AS district,
            answered_at IS NOT NULL AS answered, sum(n) AS contributions,
            sum(n * remark_count) AS remarks, sum(n * source_count) AS sources,
            sum(n * (ok_count + mixed_count + not_ok_count
                + archived_ok + archived_mixed + archived_not_ok)) AS votes
        FROM ({changes}) s WHERE state = 'public' GROUP BY 1, 2, 3, 4, 5, 6
    )
    INSERT INTO deliberation_sectiontally AS t (consultation_id, section_ref, branch_ref, kind,
        district, answered, contributions, remarks, sources, votes)
    SELECT * FROM d WHERE contributions > 0 ORDER BY 1, 2, 3, 4, 5, 6
    ON CONFLICT ON CONSTRAINT one_tally_per_place DO UPDATE
    SET contributions = t.contributions + EXCLUDED.contributions,
        remarks = t.remarks + EXCLUDED.remarks, sources = t.sources + EXCLUDED.sources,
        votes = t.votes + EXCLUDED.votes;
    UPDATE deliberation_sectiontally t
    SET contributions = t.contributions + d.contributions, remarks = t.remarks + d.remarks,
        sources = t.sources + d.sources, votes = t.votes + d.votes
    FROM (
        SELECT consultation_id, section_ref, branch_ref, kind, coalesce(district, 0) AS district,
            answered_at IS NOT NULL AS answered, sum(n) AS contributions,
            sum(n * remark_count) AS remarks, sum(n * source_count) AS sources,
            sum(n * (ok_count + mixed_count + not_ok_count
                + archived_ok + archived_mixed + archived_not_ok)) AS votes
        FROM ({changes}) s WHERE state = 'public' GROUP BY 1, 2, 3, 4, 5, 6
    ) d
    WHERE (t.consultation_id, t.section_ref, t.branch_ref, t.kind, t.district, t.answered)
        = (d.consultation_id, d.section_ref, d.branch_ref, d.kind, d.district, d.answered)
        AND d.contributions <= 0
        AND (d.contributions, d.remarks, d.sources, d.votes) <> (0, 0, 0, 0);
"""

_COUNTED = {
    "support": _SUPPORTS,
    "remark": _REMARKS,
    "source": _SOURCES,
    "contribution": _CONTRIBUTIONS,
}

_ONE_LEVEL = """
CREATE FUNCTION deliberation_reply_is_one_level() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM deliberation_remark p
        WHERE p.id = NEW.parent_id AND p.parent_id IS NULL
            AND p.contribution_id = NEW.contribution_id
    ) THEN
        RAISE EXCEPTION 'a reply answers a remark of the same contribution that is no reply itself'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'reply_is_one_level';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER reply_is_one_level BEFORE INSERT OR UPDATE OF parent_id, contribution_id
    ON deliberation_remark FOR EACH ROW WHEN (NEW.parent_id IS NOT NULL)
    EXECUTE FUNCTION deliberation_reply_is_one_level();
"""


def _counting(table: str, event: str) -> migrations.RunSQL:
    name = f"deliberation_{table}_counts_{event.lower()}"
    body = _COUNTED[table].format(changes=_CHANGES[event])
    return migrations.RunSQL(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$\n"
        f"BEGIN\n{body}\n    RETURN NULL;\nEND $$;\n"
        f"CREATE TRIGGER {name} AFTER {event} ON deliberation_{table}\n"
        f"    REFERENCING {_ROWS[event]} FOR EACH STATEMENT EXECUTE FUNCTION {name}();",
        f"DROP TRIGGER {name} ON deliberation_{table}; DROP FUNCTION {name}();",
    )


class Migration(migrations.Migration):
    """Statement triggers, so that loading 100,000 rows costs a handful of counts."""

    dependencies = [("deliberation", "0001_initial")]

    operations = [
        *(_counting(table, event) for table in _COUNTED for event in _CHANGES),
        migrations.RunSQL(
            _ONE_LEVEL,
            "DROP TRIGGER reply_is_one_level ON deliberation_remark;"
            "DROP FUNCTION deliberation_reply_is_one_level();",
        ),
    ]
