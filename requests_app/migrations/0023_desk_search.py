"""Requests are found by words that name nobody, by their state, and by what is new.

Not atomic: the indexes are built while writers write. Searched are columns that are
not sealed; a sealed one holds bytes, and no index knows a word of it.
"""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

# Marks are blanks, so that a number or a citation is found by its parts.
WORDS = """
    CREATE FUNCTION desk_words(said text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN to_tsvector(
        'pg_catalog.english', translate(said, '-_./()[]:,;#&''"', repeat(' ', 15))
    )
"""
SPACE = " || ' ' || "
SAID = {
    "icerequest": "number || ' ' || sender_office",
    "finding": "citation || ' ' || result || ' ' || because",
    "determination": "decision || ' ' || reason_code",
    "mismatch": "kind || ' ' || because",
    "label": "name",
}
# Labels are few. The others are read from an index.
INDEXED = ("icerequest", "finding", "determination", "mismatch")


def said_by(table: str, alias: str = "") -> str:
    """The text of a row that is searched; `alias` stands before its columns."""
    columns = [f"{alias}{one}" for one in SAID[table].split(SPACE)]
    return f"desk_words({SPACE.join(columns)})"


def index(table: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"CREATE INDEX CONCURRENTLY {table}_by_words ON requests_app_{table}"
        f" USING gin ({said_by(table)})",
        f"DROP INDEX {table}_by_words",
    )


# Among the agencies of the signed context, as the policies ask.
_HERE = "(SELECT desk_reads()) && ARRAY[r.agency_id, 0]"


def newest(table: str, request: str, *joins: str) -> str:
    """The requests that the newest rows of a table with these words hang on."""
    return f"""(
        SELECT {request} FROM requests_app_{table} t {" ".join(joins)}
        WHERE {said_by(table, "t.")} @@ $1 AND {_HERE}
        ORDER BY t.id DESC LIMIT $2)"""


_REQUEST = "JOIN requests_app_icerequest r ON r.id = {}.ice_request_id"
# Each kind of row is looked for with the words at hand, so that the plan fits them:
# a word of every finding is read from the newest rows, a rare one from the index.
# A definer's function as those of 0013 and 0016, which gives row numbers. The newest of
# another agency would crowd out one's own, so it asks for the context itself.
SAYING = f"""
    CREATE FUNCTION ice_requests_saying(words text, most integer)
    RETURNS SETOF bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 500
    SET search_path = pg_catalog, public, pg_temp
    AS $function$
    BEGIN
        RETURN QUERY EXECUTE $said${
    " UNION ".join(
        [
            newest("icerequest", "t.id", "JOIN requests_app_icerequest r USING (id)"),
            newest(
                "finding",
                "s.ice_request_id",
                "JOIN requests_app_screening s ON s.id = t.screening_id",
                _REQUEST.format("s"),
            ),
            newest("determination", "t.ice_request_id", _REQUEST.format("t")),
            newest("mismatch", "t.ice_request_id", _REQUEST.format("t")),
            newest(
                "label",
                "l.ice_request_id",
                "JOIN requests_app_labelling l ON l.label_id = t.id"
                " AND l.removed_at IS NULL",
                _REQUEST.format("l"),
            ),
        ]
    )
}$said$
        USING plainto_tsquery('pg_catalog.english', words), most;
    END
    $function$
"""


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("requests_app", "0022_desk_indexes")]

    operations = [
        migrations.RunSQL(WORDS, "DROP FUNCTION desk_words(text)"),
        *(index(table) for table in INDEXED),
        migrations.RunSQL(SAYING, "DROP FUNCTION ice_requests_saying(text, integer)"),
        AddIndexConcurrently(
            model_name="icerequest",
            index=models.Index(
                fields=["agency", "status", "-id"], name="ice_request_by_status"
            ),
        ),
        AddIndexConcurrently(
            model_name="assignment",
            index=models.Index(
                fields=["agency", "-id"],
                condition=models.Q(("closed_at__isnull", True)),
                name="assignment_newest",
            ),
        ),
    ]
