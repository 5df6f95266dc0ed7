"""Jobs know their agency and when the broker was last rung for them."""

from django.db import migrations, models
from django.db.models import Q

WAITS = Q(died_at__isnull=True, done_at__isnull=True)


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0014_ledger_tree")]

    operations = [
        migrations.AddField(
            model_name="job",
            name="agency",
            # In the database too: the release before this one still writes jobs.
            field=models.CharField(
                blank=True, db_default="", default="", max_length=12
            ),
        ),
        migrations.AddField(
            model_name="job",
            name="rung_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.RemoveConstraint(model_name="job", name="job_waits_once"),
        migrations.AddConstraint(
            model_name="job",
            constraint=models.UniqueConstraint(
                condition=WAITS,
                fields=("kind", "subject", "agency"),
                name="job_waits_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="job",
            constraint=models.CheckConstraint(
                condition=Q(done_at__isnull=True) | Q(died_at__isnull=True),
                name="job_is_done_or_dead",
            ),
        ),
        migrations.AddIndex(
            model_name="job",
            index=models.Index(
                condition=Q(died_at__isnull=False),
                fields=["agency", "-died_at"],
                name="job_dead",
            ),
        ),
    ]
