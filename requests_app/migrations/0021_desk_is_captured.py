"""The rows of the desk are watched by the history, and the altered tables anew.

Tables with new columns get their next shape: the capturing trigger is hung on it, and
the rows that exist are captured again under one entry, `ledger.reshaped`. Writers of
those tables wait until it is done. Taken back, they are captured as they were before
the columns came; shapes are never deleted.
"""

from django.db import migrations

from requests_app.ledger.models import new_public_id

NEW = (
    ("unit", "placement", "absence")
    + ("release",)
    + ("routingtable", "routingrule", "deferral", "label", "labelling")
    + ("bulk", "bulkitem", "alarm", "reopening", "reasontext")
    + ("note", "mention", "question", "rehearsal", "rehearsalitem")
)
# Columns that 0019 added.
ALTERED = {
    "agency": ("second_within_hours", "warn_before_hours"),
    "assignment": (
        ("assigned_since", "unit_id", "desk_rule", "desk_reason", "deferred_until")
    ),
    "determination": ("acts_from", "named"),
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
    SELECT %s, row_id, 'U', %s, digest FROM ledger_rows(%s)
"""
RESHAPED = """
    INSERT INTO requests_app_entry
        (public_id, event, at, actor, role, agency, subject, seq, outcome, body)
    VALUES (%s, 'ledger.reshaped', clock_timestamp(), 'system', '', '', 'ledger',
            ledger_next_seq('ledger'), 'ok', '{}')
"""


def watch(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        for name in NEW:
            _hang(cursor, *_shaped(cursor, apps, name, without=()))
        _capture_again(cursor, apps, with_new=True)


def no_longer_watch(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        for name in NEW:
            _unhang(cursor, _table(apps, name))
        _capture_again(cursor, apps, with_new=False)


def _capture_again(cursor, apps, *, with_new):
    hung = []
    # All triggers first: a table with pending events cannot be altered.
    for name, added in ALTERED.items():
        _unhang(cursor, _table(apps, name))
        without = () if with_new else added
        table, shape = _shaped(cursor, apps, name, without=without)
        _hang(cursor, table, shape)
        hung.append((table, shape))
    captured = 0
    for table, shape in hung:
        cursor.execute(EXISTING, [table, shape, shape])
        captured += cursor.rowcount
    if captured:
        cursor.execute(RESHAPED, [new_public_id()])


def _table(apps, name):
    return apps.get_model("requests_app", name)._meta.db_table


def _shaped(cursor, apps, name, *, without):
    model = apps.get_model("requests_app", name)._meta
    columns = [field.column for field in model.local_concrete_fields]
    kept = [column for column in columns if column not in without]
    cursor.execute(SHAPE, [model.db_table, model.pk.column, kept])
    return model.db_table, cursor.fetchone()[0]


def _hang(cursor, table, shape):
    cursor.execute(TRIGGER.format(table=table, shape=shape))
    cursor.execute(f'ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER row_is_captured')


def _unhang(cursor, table):
    cursor.execute(f'DROP TRIGGER row_is_captured ON "{table}"')


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0020_desk_tenancy")]

    operations = [migrations.RunPython(watch, no_longer_watch)]
