"""One plain trigger keeps the history append-only, whatever a session sets.

The triggers it replaces could be passed by with `set_config('pgtrigger.ignore', ...)`.
ENABLE ALWAYS makes it fire under `session_replication_role = replica` too. It works by
statement, so that a change that would touch no row is refused as well.
"""

import pgtrigger.migrations
from django.db import migrations

FUNCTION = """
    CREATE FUNCTION requests_app_entry_refuses_change() RETURNS trigger
    LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'the history is append-only: % is refused', lower(TG_OP);
    END
    $$
"""
TRIGGER = """
    CREATE TRIGGER entry_is_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON requests_app_entry
    FOR EACH STATEMENT EXECUTE FUNCTION requests_app_entry_refuses_change()
"""
ALWAYS = "ALTER TABLE requests_app_entry ENABLE ALWAYS TRIGGER entry_is_append_only"


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0003_determinations_are_true_when_made")]

    operations = [
        migrations.RunSQL(
            sql=[FUNCTION, TRIGGER, ALWAYS],
            reverse_sql=[
                "DROP TRIGGER entry_is_append_only ON requests_app_entry",
                "DROP FUNCTION requests_app_entry_refuses_change()",
            ],
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="entry", name="entry_is_append_only"
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="entry", name="entry_is_not_truncated"
        ),
    ]
