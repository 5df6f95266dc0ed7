"""The worklist of one person and of one unit, read in the order of due times.

Not atomic: the indexes are built while writers write.
"""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("requests_app", "0021_desk_is_captured")]

    operations = [
        AddIndexConcurrently(
            model_name='assignment',
            index=models.Index(condition=models.Q(('closed_at__isnull', True)), fields=['assigned_to', 'due_at', 'id'], name='assignment_of_a_person'),
        ),
        AddIndexConcurrently(
            model_name='assignment',
            index=models.Index(condition=models.Q(('closed_at__isnull', True)), fields=['unit', 'due_at', 'id'], name='assignment_of_a_unit'),
        ),
    ]
