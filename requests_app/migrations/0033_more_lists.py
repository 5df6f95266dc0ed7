"""More lists can be taken out. The words of a choice alone: no statement is run."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('requests_app', '0032_messages_of_the_state'),
    ]

    operations = [
        migrations.AlterField(
            model_name='export',
            name='kind',
            field=models.CharField(choices=[('requests', 'Requests'), ('worklist', 'Worklist'), ('unreconciled', 'Not reconciled'), ('owed', 'Notices owed'), ('history', 'History'), ('claims', 'Claims'), ('holds', 'Holds'), ('reports', 'Reports to OPM'), ('releases', 'Releases'), ('publications', 'Public tables'), ('disposals', 'Disposals'), ('imports', 'Imports'), ('overrides', 'Overrides'), ('mismatches', 'Mismatches'), ('questions', 'Questions and returns'), ('figures', 'Figures'), ('resources', 'Resources')], max_length=12),
        ),
    ]
