"""Whatever changes about a request notes that its figures are to be rebuilt.

One trigger a statement, so that an import of many rows notes each request once. The
notes are written with the owner's rights: whoever changes a request need not see them.
The requests that exist are noted at once. Writers of the tables wait for a moment.
"""

from django.db import migrations

# Tables whose rows name their request.
OF_A_REQUEST = (
    ("ask", "act", "communication", "release", "notice")
    + ("screening", "iceaccess", "determination", "mismatch", "assignment")
)
FUNCTION = """
CREATE FUNCTION desk_{name}() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO requests_app_stalefigure (ice_request_id, agency_id)
    {noted};
    RETURN NULL;
END $$
"""
NOTED = "SELECT id, agency_id FROM changed"
NOTED_OF_REQUEST = """SELECT r.id, r.agency_id
    FROM (SELECT DISTINCT ice_request_id AS id FROM changed) c
    JOIN requests_app_icerequest r USING (id)"""
FUNCTIONS = {
    "request_goes_stale": NOTED,
    "row_makes_stale": NOTED_OF_REQUEST,
}
TRIGGER = """
CREATE TRIGGER figures_go_stale_{when} AFTER {event} ON requests_app_{table}
REFERENCING NEW TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION desk_{name}()
"""
EXISTING = """
INSERT INTO requests_app_stalefigure (ice_request_id, agency_id)
SELECT id, agency_id FROM requests_app_icerequest
"""


def hung() -> list[tuple[str, str]]:
    tables = {table: "row_makes_stale" for table in OF_A_REQUEST}
    tables["icerequest"] = "request_goes_stale"
    return [
        (
            TRIGGER.format(when=event.lower(), event=event, table=table, name=name),
            f"DROP TRIGGER figures_go_stale_{event.lower()} ON requests_app_{table}",
        )
        for table, name in tables.items()
        for event in ("INSERT", "UPDATE")
    ]


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0028_papers_are_captured")]

    operations = [
        *(
            migrations.RunSQL(
                [
                    FUNCTION.format(name=name, noted=noted),
                    f"REVOKE EXECUTE ON FUNCTION desk_{name}() FROM PUBLIC",
                ],
                f"DROP FUNCTION desk_{name}()",
            )
            for name, noted in FUNCTIONS.items()
        ),
        *(migrations.RunSQL(made, unmade) for made, unmade in hung()),
        migrations.RunSQL(EXISTING, "DELETE FROM requests_app_stalefigure"),
    ]
