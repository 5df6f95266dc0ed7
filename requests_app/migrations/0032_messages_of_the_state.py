"""A message may belong to no agency: that a list of the whole state is ready.

It goes back as long as no such message was sent: whose it is cannot be made up.
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('requests_app', '0031_overrides_end'),
    ]

    operations = [
        migrations.AlterField(
            model_name='message',
            name='agency',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.agency'),
        ),
    ]
