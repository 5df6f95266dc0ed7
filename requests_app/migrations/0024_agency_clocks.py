"""An administrator changes the row of his agency, for the clocks that it sets itself.

Until now only the operator did. Whom an agency is to the law, its code and its
identifier no context changes any more.
"""

from importlib import import_module

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations

before = import_module("requests_app.migrations.0017_tenancy")

TABLE = "requests_app_agency"
ADMINISTERED = f"{before.IS_SYSTEM} OR {before.among('desk_administers', 'id')}"


def changed_by(rule: str) -> str:
    return f"ALTER POLICY rows_changed ON {TABLE} USING ({rule}) WITH CHECK ({rule})"


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0023_desk_search")]

    operations = [
        migrations.RunSQL(changed_by(ADMINISTERED), changed_by(before.IS_SYSTEM)),
        pgtrigger.migrations.AddTrigger(
            model_name='agency',
            trigger=pgtrigger.compiler.Trigger(name='agency_is_what_was_added', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."code" IS DISTINCT FROM (NEW."code") OR OLD."kind" IS DISTINCT FROM (NEW."kind"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='2f4f9f309ec235db9388ddeed74434c20757c3c0', operation='UPDATE', pgid='pgtrigger_agency_is_what_was_added_5ac17', table='requests_app_agency', when='BEFORE')),
        ),
    ]
