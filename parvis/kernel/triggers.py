"""Append-only by the database: the trigger that lets a table grow, be shredded, and nothing
else."""

from __future__ import annotations

from django.db.migrations.operations import RunSQL

# A row may change once in one way: its personal column (TG_ARGV[0]) is emptied and the moment
# written beside it. A log that the law lets grow old names two things more: the column with the
# moment of a line, and the age from which it may be deleted.
_FUNCTION = """
CREATE OR REPLACE FUNCTION parvis_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before jsonb;
    after jsonb;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        before := to_jsonb(OLD) - ARRAY[TG_ARGV[0], 'shredded_at'];
        after := to_jsonb(NEW) - ARRAY[TG_ARGV[0], 'shredded_at'];
        IF before = after AND OLD.shredded_at IS NULL AND NEW.shredded_at IS NOT NULL THEN
            RETURN NEW;
        END IF;
    ELSIF TG_OP = 'DELETE' AND TG_NARGS = 3 THEN
        IF (to_jsonb(OLD) ->> TG_ARGV[1])::timestamptz < now() - TG_ARGV[2]::interval THEN
            RETURN OLD;
        END IF;
    END IF;
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;
"""


def append_only_function() -> RunSQL:
    """Return the migration step that defines the trigger function."""
    return RunSQL(_FUNCTION, "DROP FUNCTION IF EXISTS parvis_append_only() CASCADE;")


def append_only(table: str, *, shreds: str) -> RunSQL:
    """Return the migration step that makes `table` append-only, its column `shreds` apart.

    The table needs a nullable `shredded_at` column.
    """
    return _guard(table, f"'{shreds}'")


def append_only_log(table: str, *, shreds: str, moment: str, stays: str) -> RunSQL:
    """Return the migration step that makes `table` append-only until a line is `stays` old.

    `stays` is an interval of PostgreSQL ("12 months"), counted from the column `moment`; the column
    `shreds` may be emptied once. The table needs a nullable `shredded_at` column.
    """
    return _guard(table, f"'{shreds}', '{moment}', '{stays}'")


def _guard(table: str, arguments: str) -> RunSQL:
    call = f"EXECUTE FUNCTION parvis_append_only({arguments});"
    return RunSQL(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}"
        f" FOR EACH ROW {call}"
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}"
        f" FOR EACH STATEMENT {call}",
        f"DROP TRIGGER {table}_append_only ON {table};DROP TRIGGER {table}_no_truncate ON {table};",
    )
