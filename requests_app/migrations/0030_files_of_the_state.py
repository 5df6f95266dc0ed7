"""A file may belong to no agency: a list of the whole state.

It goes back as long as no such file was made: whose it is cannot be made up.
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('requests_app', '0029_figures_go_stale'),
    ]

    operations = [
        migrations.AlterField(
            model_name='document',
            name='agency',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.agency'),
        ),
        migrations.AlterField(
            model_name='export',
            name='kind',
            field=models.CharField(choices=[('requests', 'Requests'), ('worklist', 'Worklist'), ('unreconciled', 'Not reconciled'), ('owed', 'Notices owed'), ('history', 'History'), ('claims', 'Claims'), ('holds', 'Holds'), ('figures', 'Figures'), ('resources', 'Resources')], max_length=12),
        ),
        migrations.AlterField(
            model_name='message',
            name='kind',
            field=models.CharField(choices=[('assigned', 'A request was given to you'), ('mentioned', 'You were named in a note'), ('asked', 'A question waits for your answer'), ('answered', 'Your question was answered'), ('returned', 'A request was returned for correction'), ('corrected', 'A request you returned was corrected'), ('warning', 'A clock is about to lapse'), ('lapsed', 'A clock has lapsed'), ('escalated', 'A request was passed up to you'), ('handed_over', 'Requests were handed over to you'), ('view', 'A saved view has news'), ('bulk', 'A bulk order is done'), ('rescreened', 'A change of law altered findings'), ('file_ready', 'A file you asked for is ready')], max_length=12),
        ),
    ]
