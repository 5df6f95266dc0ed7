"""From here on every row of record is watched by the history.

Each watched table gets a shape (which columns its digest is made of: all it has now, of
an account those that say whose it is and what it may do) and the capturing trigger of
migration 0014. Rows that exist are captured under one entry, `ledger.began`.

Writers of the watched tables wait until it is done. Taken back, the triggers go and the
shapes stay, since they are never deleted; applied again, the rows get new ones.
"""

from django.db import migrations

from requests_app.ledger.models import new_public_id

WATCHED = (
    ("agency", "user", "appointment")
    + ("datakey",)
    + ("icerequest", "person", "custody", "legalbasis", "conviction", "warrant")
    + ("ask", "act", "communication")
    + ("notice",)
    + ("screening", "finding", "iceaccess", "assignment", "determination")
    + ("mismatch", "offenceruling")
    + ("sample", "sampleitem", "samplecheck", "samplefinding", "samplesignoff")
)
ONLY = {
    "user": (
        ("id", "public_id", "username", "first_name", "last_name", "email", "title")
        + ("is_active", "is_staff", "is_superuser")
    ),
}
SHAPE = """
    INSERT INTO requests_app_rowshape (table_name, key, columns)
    VALUES (%s, %s, %s) RETURNING id
"""
TRIGGER = """
    CREATE TRIGGER row_is_captured AFTER INSERT OR UPDATE OR DELETE ON "{table}"
    FOR EACH ROW EXECUTE FUNCTION ledger_capture({shape})
"""
EXISTING = """
    INSERT INTO requests_app_rowchange (table_name, row_id, op, shape_id, digest)
    SELECT %s, row_id, 'I', %s, digest FROM ledger_rows(%s)
"""
BEGAN = """
    INSERT INTO requests_app_entry
        (public_id, event, at, actor, role, agency, subject, seq, outcome, body)
    VALUES (%s, 'ledger.began', clock_timestamp(), 'system', '', '', 'ledger',
            ledger_next_seq('ledger'), 'ok', '{}')
"""


def watch(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        shapes = {}
        for name in WATCHED:
            model = apps.get_model("requests_app", name)._meta
            columns = [field.column for field in model.local_concrete_fields]
            columns = list(ONLY.get(name, columns))
            cursor.execute(SHAPE, [model.db_table, model.pk.column, columns])
            (shapes[model.db_table],) = cursor.fetchone()
        # All triggers first: a table with pending events cannot be altered.
        for table, shape in shapes.items():
            cursor.execute(TRIGGER.format(table=table, shape=shape))
            cursor.execute(
                f'ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER row_is_captured'
            )
        captured = 0
        for table, shape in shapes.items():
            cursor.execute(EXISTING, [table, shape, shape])
            captured += cursor.rowcount
        if captured:
            cursor.execute(BEGAN, [new_public_id()])


def no_longer_watch(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        for name in WATCHED:
            table = apps.get_model("requests_app", name)._meta.db_table
            cursor.execute(f'DROP TRIGGER row_is_captured ON "{table}"')


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0017_tenancy")]

    operations = [
        migrations.AlterModelManagers(name="user", managers=[]),
        migrations.RunPython(watch, no_longer_watch),
    ]
