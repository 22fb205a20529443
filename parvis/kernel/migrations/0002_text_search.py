"""Text search that minds neither accents nor French endings: function, configurations, query."""

from __future__ import annotations

from django.contrib.postgres.operations import TrigramExtension, UnaccentExtension
from django.db import migrations

# unaccent() is only STABLE, because its dictionary could be changed; ours never is, and an index
# asks for IMMUTABLE. Schema and dictionary are named so that a restored dump finds them too.
UNACCENT = """
CREATE FUNCTION parvis_unaccent(text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
    RETURN public.unaccent('public.unaccent'::regdictionary, $1);
"""

# The accents go first, so that « degats », « dégâts » and « dégât » end on one stem.
FRENCH = """
CREATE TEXT SEARCH CONFIGURATION parvis_french (COPY = pg_catalog.french);
ALTER TEXT SEARCH CONFIGURATION parvis_french
    ALTER MAPPING FOR hword, hword_part, word WITH public.unaccent, pg_catalog.french_stem;
"""

SIMPLE = """
CREATE TEXT SEARCH CONFIGURATION parvis_simple (COPY = pg_catalog.simple);
ALTER TEXT SEARCH CONFIGURATION parvis_simple
    ALTER MAPPING FOR hword, hword_part, word WITH public.unaccent, pg_catalog.simple;
"""

# PostgreSQL's list of French stop words lacks some, and others lose their accent before they reach
# it. Each is asked for as « de », which is on the list: it then counts for nothing but keeps its
# place, so that words in quotation marks still stand as far apart as they do in the text.
# The stemmer keeps the ending of « vélos », « écrous » and « lieux »: such words are asked for with
# each of the endings.
QUERY = r"""
CREATE FUNCTION parvis_query(text) RETURNS tsquery
    LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
    RETURN regexp_replace(
        websearch_to_tsquery('public.parvis_french'::regconfig, regexp_replace(
            public.parvis_unaccent($1),
            '\m(a|les|ils|elles|cet|cette|meme|memes|leurs|etait|etaient|etant|etes)\M', 'de', 'gi'
        ))::text,
        '''(\w+[ou])[sx]?''', '(''\1'' | ''\1s'' | ''\1x'')', 'g'
    )::tsquery;
"""


class Migration(migrations.Migration):
    """What a module needs to search in French, with or without accents.

    Index `to_tsvector('parvis_french', …)`; ask `parvis_query(words)` with what people typed.
    """

    dependencies = [("kernel", "0001_initial")]

    operations = [
        UnaccentExtension(),
        TrigramExtension(),
        migrations.RunSQL(UNACCENT, "DROP FUNCTION parvis_unaccent(text);"),
        migrations.RunSQL(FRENCH, "DROP TEXT SEARCH CONFIGURATION parvis_french;"),
        migrations.RunSQL(SIMPLE, "DROP TEXT SEARCH CONFIGURATION parvis_simple;"),
        migrations.RunSQL(QUERY, "DROP FUNCTION parvis_query(text);"),
    ]
