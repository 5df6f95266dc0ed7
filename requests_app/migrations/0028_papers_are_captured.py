"""Papers, notices as issued, imports and reports are watched by the history.

The altered tables are captured anew, as migration 0021 did and explains.
"""

from importlib import import_module

from django.db import migrations

from requests_app.ledger.models import new_public_id

desk = import_module("requests_app.migrations.0021_desk_is_captured")

NEW = (
    ("document", "formreading", "batch")
    + ("link", "claim", "claimevent", "hold")
    + ("retentionrule", "disposal", "disposalitem")
    + ("issue", "attempt", "genuinecode", "legalhelp", "translationreview")
    + ("importmap", "importedrow", "paperform")
    + ("report", "reportrow", "publication", "extract", "casefile")
)
# Of an import, not how far it has come nor what was wrong with its rows; of the bytes
# of a file, their digest.
PARTLY = {
    "documentpart": ("body",),
    "importbatch": ("done", "faults", "fault_count", "tried_at"),
}
# Columns that 0026 added.
ALTERED = {
    "agency": ("is_transparent",),
    "icerequest": ("origin", "paper_number", "batch_id"),
    "mention": ("unit_id",),
}


def watch(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        for name in NEW:
            desk._hang(cursor, *desk._shaped(cursor, apps, name, without=()))
        for name, without in PARTLY.items():
            desk._hang(cursor, *desk._shaped(cursor, apps, name, without=without))
        _capture_again(cursor, apps, with_new=True)


def no_longer_watch(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        for name in (*NEW, *PARTLY):
            desk._unhang(cursor, desk._table(apps, name))
        _capture_again(cursor, apps, with_new=False)


def _capture_again(cursor, apps, *, with_new):
    hung = []
    # All triggers first: a table with pending events cannot be altered.
    for name, added in ALTERED.items():
        desk._unhang(cursor, desk._table(apps, name))
        without = () if with_new else added
        table, shape = desk._shaped(cursor, apps, name, without=without)
        desk._hang(cursor, table, shape)
        hung.append((table, shape))
    captured = 0
    for table, shape in hung:
        cursor.execute(desk.EXISTING, [table, shape, shape])
        captured += cursor.rowcount
    if captured:
        cursor.execute(desk.RESHAPED, [new_public_id()])


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0027_papers_tenancy")]

    operations = [migrations.RunPython(watch, no_longer_watch)]
