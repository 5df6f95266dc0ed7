"""The table of Django's database cache, so that `migrate` is all a server needs."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0001_initial")]

    operations = [
        migrations.RunSQL(
            sql="""
                CREATE TABLE IF NOT EXISTS portal_cache (
                    cache_key varchar(255) NOT NULL PRIMARY KEY,
                    value text NOT NULL,
                    expires timestamp with time zone NOT NULL
                );
                CREATE INDEX IF NOT EXISTS portal_cache_expires
                    ON portal_cache (expires);
            """,
            reverse_sql="DROP TABLE IF EXISTS portal_cache;",
        ),
    ]
