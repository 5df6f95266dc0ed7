"""An assignment shows itself by its own agency, not by looking its request up.

The agency stands on the row, and what is written there is checked against the request
(0017). So the worklist's indexes are read without a look at every request of the
agency. For a moment writers of the table wait.
"""

from importlib import import_module

from django.db import migrations

before = import_module("requests_app.migrations.0017_tenancy")
BY_AGENCY = before.among("desk_reads", "agency_id")
BY_REQUEST = before.of_request("desk_reads")


def shown(rule: str) -> str:
    return f"ALTER POLICY rows_shown ON requests_app_assignment USING ({rule})"


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0024_agency_clocks")]

    operations = [migrations.RunSQL(shown(BY_AGENCY), shown(BY_REQUEST))]
